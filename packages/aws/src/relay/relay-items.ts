import {
  DELIVERY_STATES,
  FAILURE_CLASSES,
  OUTBOUND_MESSAGE_STATES,
  type OutboundMessage,
  type OutboundMessageKey,
  PLAN_KINDS,
  parseAttempt,
  parseMessageSid,
  parseRecipientId,
  type RecentMessage,
  type Recipient,
  type RelayPlan,
  type TeamMember,
  type TimelineEntry,
} from '@qdn/domain';
import { isJsonObject } from '@qdn/json';
import { BrokenItem } from '../failures.ts';
import { MESSAGE_PREFIX, OUTBOUND_MESSAGE_PREFIX, timelineIdOf } from '../jobs-table/keys.ts';

/** Returns the timeline in a timeline's items, oldest first; items of other kinds are skipped. */
export const timelineOf = (items: ReadonlyArray<Record<string, unknown>>): TimelineEntry[] => {
  const ofKind = (prefix: string) => items.filter((item) => String(item['sk']).startsWith(prefix));
  const bySid = Map.groupBy(ofKind(OUTBOUND_MESSAGE_PREFIX).map(toOutboundMessage), (outbound) => outbound.messageSid);
  return ofKind(MESSAGE_PREFIX).flatMap((item) => toEntry(item, bySid));
};

const toRecipient = (item: unknown): Recipient => {
  const { recipient, to } = isJsonObject(item) ? item : {};
  const id = parseRecipientId(String(recipient));
  if (!id || typeof to !== 'string') throw new BrokenItem('An item of qdn-jobs names no recipient');
  return { recipient: id, to };
};

/** Tells whether the sending of a text has ended. */
export const isFinal = (state: OutboundMessage['state']): boolean => state === 'ACCEPTED' || state === 'REJECTED';

const toMember = (item: unknown): TeamMember => ({
  ...toRecipient(item),
  notBefore: isJsonObject(item) ? Number(item['notBefore']) : 0,
});

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

export const toPlan = (item: Record<string, unknown>): RelayPlan => {
  const { timelineId, sender, from, receivedAt, begunAt, recipients, body, acknowledges, bounce, heldUntil } = item;
  const kind = PLAN_KINDS.find((one) => one === item['kind']);
  const isPlan = typeof timelineId === 'string' && typeof receivedAt === 'number' && typeof body === 'string';
  if (!isPlan || !kind || !Array.isArray(recipients)) throw new BrokenItem('An item of qdn-jobs is not a relay’s plan');
  return {
    kind,
    timelineId,
    sender: String(sender),
    from: String(from),
    receivedAt,
    begunAt: Number(begunAt),
    recipients: recipients.map(toMember),
    body,
    acknowledges: Array.isArray(acknowledges) ? acknowledges.flatMap((sid) => parseMessageSid(String(sid)) ?? []) : [],
    notice: textOrNull(item['notice']),
    bounce: bounce ? toRecipient(bounce) : null,
    heldUntil: typeof heldUntil === 'number' ? heldUntil : null,
    answeredBy: textOrNull(item['answeredBy']),
  };
};

/** Returns the keys of an outbound message's item, which an index has too. */
export const toOutboundMessageKey = ({ pk, sk }: Record<string, unknown>): OutboundMessageKey => {
  const [, sid = '', who = '', last] = String(sk).split('#');
  const [messageSid, recipient, attempt] = [parseMessageSid(sid), parseRecipientId(who), parseAttempt(last)];
  if (!messageSid || !recipient || attempt === null)
    throw new BrokenItem('An item of qdn-jobs is not an outbound message');
  return { timelineId: timelineIdOf(pk), messageSid, recipient, attempt };
};

export const toRecent = ({
  messageSid,
  from,
  body,
  receivedAt,
  heldUntil,
}: Record<string, unknown>): RecentMessage[] =>
  typeof receivedAt === 'number' && typeof body === 'string'
    ? [
        {
          messageSid: String(messageSid),
          from: String(from),
          body,
          receivedAt,
          heldUntil: typeof heldUntil === 'number' ? heldUntil : null,
        },
      ]
    : [];

export const toOutboundMessage = (item: Record<string, unknown>): OutboundMessage => {
  const { timelineId, messageSid, body, state, owner, fence, leaseUntil, attempt, claims, claimedAt, updatedAt } = item;
  const { errorCode, errorClass } = item;
  const sid = parseMessageSid(String(messageSid));
  const known = OUTBOUND_MESSAGE_STATES.find((one) => one === state);
  if (!sid || !known || typeof fence !== 'number' || typeof body !== 'string') {
    throw new BrokenItem('An item of qdn-jobs is not an outbound message');
  }
  return {
    timelineId: String(timelineId),
    messageSid: sid,
    ...toRecipient(item),
    attempt: Number(attempt),
    body,
    state: known,
    carrier: String(item['carrier']),
    carrierSince: Number(item['carrierSince']),
    isDoubtful: item['isDoubtful'] === true,
    owner: String(owner),
    fence,
    leaseUntil: Number(leaseUntil),
    claims: Number(claims),
    claimedAt: Number(claimedAt),
    carrierSid: textOrNull(item['carrierSid']),
    errorCode: typeof errorCode === 'number' || typeof errorCode === 'string' ? errorCode : null,
    errorClass: FAILURE_CLASSES.find((one) => one === errorClass) ?? null,
    delivery: DELIVERY_STATES.find((one) => one === item['delivery']) ?? null,
    updatedAt: Number(updatedAt),
  };
};

const toEntry = (item: Record<string, unknown>, outboundMessages: Map<string, OutboundMessage[]>): TimelineEntry[] => {
  const messageSid = parseMessageSid(String(item['messageSid']));
  const { receivedAt, body, sender } = item;
  if (!messageSid || typeof receivedAt !== 'number' || typeof body !== 'string') return [];
  return [
    {
      message: { messageSid, receivedAt, body },
      sender: String(sender),
      outboundMessages: outboundMessages.get(messageSid) ?? [],
    },
  ];
};
