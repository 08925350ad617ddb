import type { ConversationList, ConversationStore, ConversationText } from '../ports/conversations.ts';
import { type Conversation, isQuiet, lastTextAt, waitingSince } from '../relay/conversation/conversation.ts';
import type { Desk } from '../relay/conversation/desk.ts';
import { copyOf } from './copy-of.ts';
import { pageBounds } from './cursor-page.ts';
import { type OrderedIndex, orderedIndex } from './ordered-index.ts';
import { assertItemFits, type IndexLag } from './table-limits.ts';

/** The place of a conversation, by its number, in one of the lists. */
type Listed = { id: string; list: ConversationList | null; at: number };

const placeOf = (conversation: Conversation): Listed => {
  const since = waitingSince(conversation);
  const list = since !== null ? 'waiting' : isQuiet(conversation) ? 'quiet' : null;
  return { id: conversation.phone, list, at: since ?? lastTextAt(conversation) };
};

/** Returns the entries at some positions of a list, counted from the newest. */
const newestFirst = (
  listed: OrderedIndex<ConversationList, Listed>,
  list: ConversationList,
  start: number,
  end: number,
): Listed[] => {
  const size = listed.count(list);
  return listed.slice(list, Math.max(0, size - end), Math.max(0, size - start)).toReversed();
};

/**
 * Makes a store of conversations and desks in memory, under the same contract as the table.
 * @param countRead called for each read of an engine
 */
export const memoryConversations = (indexLag: IndexLag | null, countRead: () => void): ConversationStore => {
  const conversations = new Map<string, Conversation>();
  /** The lists: `waiting` by the oldest text that waits, `quiet` by the last text. */
  const listed = orderedIndex<ConversationList, Listed>(indexLag, ({ list, at }) => ({
    partitions: list === null ? [] : [list],
    at,
  }));
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
      if (isWritten) listed.put(placeOf(conversation));
      return isWritten;
    },
    listConversations: async (list, after, count) => {
      countRead();
      const isWaiting = list === 'waiting';
      const { start, end, next } = pageBounds(listed.count(list), after, count);
      const keys = isWaiting ? listed.slice(list, start, end) : newestFirst(listed, list, start, end);
      const found = copyOf(keys.flatMap(({ id }) => conversations.get(id) ?? []));
      return { items: found.filter((one) => (isWaiting ? waitingSince(one) !== null : isQuiet(one))), next };
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
      const inOrder = texts.get(phone)?.inOrder ?? [];
      const { start, end, next } = pageBounds(inOrder.length, before, count);
      const page = inOrder.slice(Math.max(0, inOrder.length - end), Math.max(0, inOrder.length - start));
      return { items: copyOf(page.toReversed()), next };
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
