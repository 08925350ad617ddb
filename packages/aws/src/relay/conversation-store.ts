import { PutCommand } from '@aws-sdk/lib-dynamodb';
import {
  type StoredConversation,
  type StoredConversationText,
  type StoredDesk,
  storedConversation,
  storedConversationText,
  storedDesk,
} from '@qdn/contracts/stored';
import {
  type Conversation,
  type ConversationStore,
  type ConversationText,
  type Desk,
  isQuiet,
  lastTextAt,
  waitingSince,
} from '@qdn/domain';
import { reaching } from '../failures.ts';
import type { Item } from '../get-all.ts';
import {
  ATTENTION,
  CONVERSATION_TEXT_PREFIX,
  conversationKey,
  conversationTextKey,
  deskKey,
  guestKey,
  guestPk,
  INDEXES,
  phoneKey,
  phoneOf,
} from '../jobs-table/keys.ts';
import { queryAll, queryFirst } from '../query.ts';
import { readItem, type Unbranded } from '../read-item.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type RelayTable, STORE } from './relay-table.ts';

/** Number of conversations that may have the time of a page's last one: a listing goes on at that time, and leaves them out. */
const MAX_SAME_TIME = 10;

const toConversation = (item: Item): Conversation => {
  const stored = readItem(storedConversation, item, 'qdn-jobs is not a conversation') as StoredConversation;
  const conversation: Unbranded<Conversation> = stored;
  return conversation as Conversation;
};

const toDesk = (item: Item): Desk => {
  const desk: Unbranded<Desk> = readItem(storedDesk, item, 'qdn-jobs is not a desk') as StoredDesk;
  return desk as Desk;
};

const toText = (item: Item): ConversationText => {
  const stored = readItem(storedConversationText, item, 'qdn-jobs is not a text of a conversation');
  const text: Unbranded<ConversationText> = stored as StoredConversationText;
  return text as ConversationText;
};

/** Returns the place of a conversation in by-attention; a closed one has none. */
const placeInLists = (conversation: Conversation): Record<string, unknown> => {
  const since = waitingSince(conversation);
  if (since !== null) return { attention: ATTENTION.waiting, attentionAt: since };
  return isQuiet(conversation) ? { attention: ATTENTION.quiet, attentionAt: lastTextAt(conversation) } : {};
};

/** Lists conversations by their place in by-attention. The cursor has a time and an ID, because URLs are logged and a number must not be. */
const listConversations = async (
  table: RelayTable,
  list: 'waiting' | 'quiet',
  after: string | null,
  count: number,
): ReturnType<ConversationStore['listConversations']> => {
  const [, time, id] = after === null ? [] : decodeCursor(after, /^([0-9]{1,15}) ([A-Z]{2}[0-9a-fA-F]{32})$/);
  const isWaiting = list === 'waiting';
  const keys = await queryFirst(
    table.client,
    {
      TableName: table.name,
      IndexName: INDEXES.byAttention,
      KeyConditionExpression: `attention = :list${time ? ` AND attentionAt ${isWaiting ? '>=' : '<='} :time` : ''}`,
      ExpressionAttributeValues: { ':list': ATTENTION[list], ...(time ? { ':time': Number(time) } : {}) },
      ScanIndexForward: isWaiting,
    },
    count + 1 + (time ? MAX_SAME_TIME : 0),
  );
  const found = await table.getAll(keys.map((item) => conversationKey(phoneOf(item['pk']))));
  // The index lags behind: the place in the list is that of the index, and conversations that have left the list are left out.
  const listed = keys.flatMap((key, i) => {
    const item = found[i];
    return item ? [{ at: Number(key['attentionAt']), conversation: toConversation(item) }] : [];
  });
  const rest = listed.slice(listed.findIndex(({ conversation }) => conversation.id === id) + 1);
  const page = rest.slice(0, count);
  const last = page.at(-1);
  return {
    items: page
      .map(({ conversation }) => conversation)
      .filter((one) => (isWaiting ? waitingSince(one) !== null : isQuiet(one))),
    next: last && rest.length > count ? encodeCursor(`${last.at} ${last.conversation.id}`) : null,
  };
};

/** Conversations with people outside the team, and the desks of the team's phones. */
export const conversationStore = (table: RelayTable): ConversationStore => ({
  conversation: (phone) =>
    reaching(STORE, async () => {
      const item = await table.get(conversationKey(phone));
      return item ? toConversation(item) : null;
    }),

  conversations: (phones) =>
    reaching(STORE, async () => {
      const items = await table.getAll(phones.map(conversationKey));
      return items.flatMap((item) => (item ? [toConversation(item)] : []));
    }),

  writeConversation: (conversation) =>
    reaching(STORE, () =>
      table.putNext({
        ...conversationKey(conversation.phone),
        ...conversation,
        ...placeInLists(conversation),
      }),
    ),

  listConversations: (list, after, count) => reaching(STORE, () => listConversations(table, list, after, count)),

  addConversationText: (phone, text) =>
    reaching(STORE, async () => {
      await table.put({ ...conversationTextKey(phone, text.at, `${text.messageSid}#${text.side}`), ...text });
    }),

  conversationTexts: (phone, before, count) =>
    reaching(STORE, async () => {
      const [from] = before === null ? [] : decodeCursor(before, /^TEXT#[0-9TZ:.-]+#[A-Za-z0-9]+#[a-z]+$/);
      const items = await queryFirst(
        table.client,
        {
          TableName: table.name,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':pk': phoneKey(phone),
            ':first': CONVERSATION_TEXT_PREFIX,
            ':last': from ?? `${CONVERSATION_TEXT_PREFIX}~`,
          },
          ScanIndexForward: false,
          ConsistentRead: true,
        },
        count + (from ? 2 : 1),
      );
      const rest = items.filter(({ sk }) => sk !== from);
      const page = rest.slice(0, count);
      const last = page.at(-1);
      return { items: page.map(toText), next: last && rest.length > count ? encodeCursor(String(last['sk'])) : null };
    }),

  desk: (phone) =>
    reaching(STORE, async () => {
      const item = await table.get(deskKey(phone));
      return item ? toDesk(item) : null;
    }),

  writeDesk: (desk) => reaching(STORE, () => table.putNext({ ...deskKey(desk.phone), ...desk })),

  guestsEndingIn: (digits, since) =>
    reaching(STORE, async () => {
      const items = await queryAll(table.client, {
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': guestPk(digits) },
        ConsistentRead: true,
      });
      return items.filter((item) => Number(item['at']) >= since).map((item) => String(item['sk']));
    }),

  noteGuest: (phone, at) =>
    reaching(STORE, async () => {
      await table.client.send(new PutCommand({ TableName: table.name, Item: { ...guestKey(phone), at } }));
    }),
});
