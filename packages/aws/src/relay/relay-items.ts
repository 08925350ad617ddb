import {
  type StoredConsent,
  type StoredMessage,
  type StoredOutboundMessage,
  type StoredPlan,
  storedConsent,
  storedMessage,
  storedOutboundMessage,
  storedPlan,
} from '@qdn/contracts/stored';
import {
  type Consent,
  type MessageSid,
  type OutboundMessage,
  type OutboundMessageKey,
  parseAttempt,
  parseMessageSid,
  parseRecipientId,
  type RecentMessage,
  type RelayPlan,
  type TimelineEntry,
} from '@qdn/domain';
import { BrokenItem } from '../failures.ts';
import { MESSAGE_PREFIX, OUTBOUND_MESSAGE_PREFIX, phoneOf, timelineIdOf } from '../jobs-table/keys.ts';
import { matchesSchema, readItem, type Unbranded } from '../read-item.ts';

type Item = Readonly<Record<string, unknown>>;

/** Tells whether the sending of a text has ended. */
export const isFinal = (state: OutboundMessage['state']): boolean => state === 'ACCEPTED' || state === 'REJECTED';

/** Returns the plan of an item. @throws BrokenItem that names the attribute */
export const toPlan = (item: Item): RelayPlan => {
  const plan: Unbranded<RelayPlan> = readItem(storedPlan, item, 'qdn-jobs is not a plan') as StoredPlan;
  // The schema has checked every pattern that the brands stand for.
  return plan as RelayPlan;
};

/** Returns the consent of an item of a number. @throws BrokenItem that names the attribute */
export const toConsent = (item: Item): Consent => {
  const phone = phoneOf(item['pk']);
  const consent: StoredConsent = readItem(
    storedConsent,
    { ...item, phone },
    'qdn-jobs is not a consent',
  ) as StoredConsent;
  return consent;
};

const NOT_AN_OUTBOUND_MESSAGE = 'qdn-jobs is not an outbound message';

/** Returns the outbound message of an item. @throws BrokenItem that names the attribute */
export const toOutboundMessage = (item: Item): OutboundMessage => {
  const stored = readItem(storedOutboundMessage, item, NOT_AN_OUTBOUND_MESSAGE) as StoredOutboundMessage;
  const outbound: Unbranded<OutboundMessage> = stored;
  return outbound as OutboundMessage;
};

/** Returns the keys of an outbound message's item, which an index has too. @throws BrokenItem */
export const toOutboundMessageKey = ({ pk, sk }: Item): OutboundMessageKey => {
  const [, sid = '', who = '', last] = String(sk).split('#');
  const [messageSid, recipient, attempt] = [parseMessageSid(sid), parseRecipientId(who), parseAttempt(last)];
  if (!messageSid || !recipient || attempt === null) throw new BrokenItem(`An item of ${NOT_AN_OUTBOUND_MESSAGE}: sk`);
  return { timelineId: timelineIdOf(pk), messageSid, recipient, attempt };
};

type TimelineMessage = RecentMessage & { messageSid: MessageSid; sender: string };

/** Returns the message of an item; none for an item that is not one, so that it does not hide the others. */
const toMessages = (item: Item): TimelineMessage[] => {
  if (!matchesSchema(storedMessage, item)) return [];
  const stored = readItem(storedMessage, item, 'qdn-jobs is not a message') as StoredMessage;
  const message: Unbranded<TimelineMessage> = stored;
  return [message as TimelineMessage];
};

export const toRecent = (item: Item): RecentMessage[] => toMessages(item).map(({ sender: _, ...recent }) => recent);

/** Returns the timeline in a timeline's items, oldest first; items of other kinds are skipped. */
export const timelineOf = (items: readonly Item[]): TimelineEntry[] => {
  const ofKind = (prefix: string) => items.filter((item) => String(item['sk']).startsWith(prefix));
  const bySid = Map.groupBy(ofKind(OUTBOUND_MESSAGE_PREFIX).map(toOutboundMessage), ({ messageSid }) => messageSid);
  return ofKind(MESSAGE_PREFIX)
    .flatMap(toMessages)
    .map(({ messageSid, receivedAt, body, sender }) => ({
      message: { messageSid, receivedAt, body },
      sender,
      outboundMessages: bySid.get(messageSid) ?? [],
    }));
};
