import type { MessageSid } from '../ids.ts';
import type { Conversation } from '../relay/conversation/conversation.ts';
import type { Desk } from '../relay/conversation/desk.ts';
import type { TimelineId } from '../relay/outbound-message.ts';

/**
 * The sides of a conversation: the person outside the team, a dispatcher, and the company with its automatic answers and notices. A `note` is
 * for colleagues only: the person never gets it.
 */
export const CONVERSATION_SIDES = ['person', 'team', 'company', 'note'] as const;

/** One text of a conversation. `sender`: `customer` or a masked number, a dispatcher's name, or `company`. `at` is epoch ms. */
export type ConversationText = {
  messageSid: MessageSid;
  timelineId: TimelineId;
  at: number;
  side: (typeof CONVERSATION_SIDES)[number];
  sender: string;
  body: string;
};

/** A page of a list, and the position of the next page; null after the last one. */
export type ConversationPage<T> = { items: T[]; next: string | null };

/** The two lists of conversations: those that wait for an answer, longest first, and the others that are open, last used first. */
export const CONVERSATION_LISTS = ['waiting', 'quiet'] as const;
export type ConversationList = (typeof CONVERSATION_LISTS)[number];

/**
 * Store of conversations and desks. Each write is conditional: it succeeds when the version in the store is one less than the new
 * one, and a version of 1 needs that there is none. Keys are by `personKey`.
 */
export type ConversationStore = {
  conversation(phone: string): Promise<Conversation | null>;
  /** Reads those of the conversations that exist, in the order of the numbers. */
  conversations(phones: readonly string[]): Promise<Conversation[]>;
  /** Writes a conversation; false when another worker was first. */
  writeConversation(conversation: Conversation): Promise<boolean>;
  /** Lists conversations, up to a count. @param after `next` of the page before. May lag behind by a moment. */
  listConversations(
    list: ConversationList,
    after: string | null,
    count: number,
  ): Promise<ConversationPage<Conversation>>;
  /** Adds a text to a conversation; repeating it changes nothing. */
  addConversationText(phone: string, text: ConversationText): Promise<void>;
  /** Lists the texts of a conversation, newest first, up to a count. @param before `next` of the page before */
  conversationTexts(phone: string, before: string | null, count: number): Promise<ConversationPage<ConversationText>>;
  desk(phone: string): Promise<Desk | null>;
  /** Writes a desk; false when another worker was first. */
  writeDesk(desk: Desk): Promise<boolean>;
  /** Reads the numbers of strangers that end in these four digits and were noted since a moment (epoch ms), in any order. */
  guestsEndingIn(digits: string, since: number): Promise<string[]>;
  /** Notes a stranger's number under its last four digits. @param at epoch ms */
  noteGuest(phone: string, at: number): Promise<void>;
};
