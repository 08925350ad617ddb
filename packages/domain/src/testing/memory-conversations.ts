import type { ConversationStore, ConversationText } from '../ports/conversations.ts';
import { type Conversation, isQuiet, lastTextAt, waitingSince } from '../relay/conversation/conversation.ts';
import type { Desk } from '../relay/conversation/desk.ts';
import { copyOf } from './copy-of.ts';
import { pageOf } from './cursor-page.ts';
import { assertItemFits, type IndexLag, laggingIndex } from './table-limits.ts';

/**
 * Makes a store of conversations and desks in memory, under the same contract as the table.
 * @param countRead called for each read of an engine
 */
export const memoryConversations = (indexLag: IndexLag | null, countRead: () => void): ConversationStore => {
  const conversations = new Map<string, Conversation>();
  const listed = laggingIndex<string, Conversation>(indexLag);
  const texts = new Map<string, { names: Set<string>; inOrder: ConversationText[] }>();
  const desks = new Map<string, Desk>();
  const guests = new Map<string, number>();
  const write = <T extends { phone: string; version: number }>(items: Map<string, T>, item: T): boolean => {
    if ((items.get(item.phone)?.version ?? 0) !== item.version - 1) return false;
    assertItemFits(item);
    items.set(item.phone, copyOf(item));
    return true;
  };
  return {
    conversation: async (phone) => {
      countRead();
      return copyOf(conversations.get(phone) ?? null);
    },
    conversations: async (phones) => {
      countRead();
      return copyOf(phones.flatMap((phone) => conversations.get(phone) ?? []));
    },
    writeConversation: async (conversation) => {
      const isWritten = write(conversations, conversation);
      if (isWritten) listed.put(conversation.phone, copyOf(conversation));
      return isWritten;
    },
    listConversations: async (list, after, count) => {
      countRead();
      const all = [...listed.read().values()];
      const waiting = all
        .filter((one) => waitingSince(one) !== null)
        .sort((a, b) => (waitingSince(a) ?? 0) - (waitingSince(b) ?? 0));
      const quiet = all.filter(isQuiet).sort((a, b) => lastTextAt(b) - lastTextAt(a));
      const page = pageOf(list === 'waiting' ? waiting : quiet, after, count);
      return { ...page, items: page.items.flatMap(({ phone }) => copyOf(conversations.get(phone)) ?? []) };
    },
    addConversationText: async (phone, text) => {
      const { names, inOrder } = texts.get(phone) ?? { names: new Set(), inOrder: [] };
      const name = `${text.messageSid} ${text.side}`;
      if (names.has(name)) return;
      assertItemFits(text);
      names.add(name);
      inOrder.splice(inOrder.findLastIndex(({ at }) => at <= text.at) + 1, 0, { ...text });
      texts.set(phone, { names, inOrder });
    },
    conversationTexts: async (phone, before, count) => {
      countRead();
      return pageOf(texts.get(phone)?.inOrder.toReversed() ?? [], before, count);
    },
    desk: async (phone) => {
      countRead();
      return copyOf(desks.get(phone) ?? null);
    },
    writeDesk: async (desk) => write(desks, desk),
    guestsEndingIn: async (digits, since) => {
      countRead();
      return [...guests].filter(([phone, at]) => phone.endsWith(digits) && at >= since).map(([phone]) => phone);
    },
    noteGuest: async (phone, at) => {
      guests.set(phone, Math.max(at, guests.get(phone) ?? at));
    },
  };
};
