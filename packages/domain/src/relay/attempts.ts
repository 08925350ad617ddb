import type { RecipientId } from '../ids.ts';
import { channelOf, personKey } from './conversation/person-key.ts';
import { carriersAfter } from './failover.ts';
import { mayGoElsewhere } from './failure-class.ts';
import { hasFailed, type OutboundMessage } from './outbound-message.ts';
import { CUSTOMER } from './plan.ts';
import type { CarrierList } from './sms-carrier.ts';

/*
 * When a carrier took a text and then could not deliver it, for a reason that may not apply to another carrier, the next carrier in the
 * list sends it once more. That is the next attempt: the previous one is final. A text with pictures, for which a phone or its network may be
 * too old, is first sent once more by the same carrier without them. One over WhatsApp or RCS is first sent once more as SMS.
 */

export type NextAttempt = Pick<OutboundMessage, 'recipient' | 'attempt' | 'to' | 'body' | 'media' | 'carrier'>;

/** Names a text among those of one message: its recipient and the number of the attempt. */
export const attemptKey = ({ recipient, attempt }: Pick<OutboundMessage, 'recipient' | 'attempt'>): string =>
  `${recipient}~${attempt}`;

const isUndelivered = (outbound: OutboundMessage): boolean =>
  outbound.state === 'ACCEPTED' &&
  hasFailed(outbound) &&
  outbound.errorClass !== null &&
  (outbound.errorClass === 'channel' || mayGoElsewhere(outbound.errorClass));

const byRecipient = (outboundMessages: Iterable<OutboundMessage>): Map<RecipientId, OutboundMessage[]> =>
  Map.groupBy(
    [...outboundMessages].sort((a, b) => a.attempt - b.attempt),
    ({ recipient }) => recipient,
  );

/** Returns the attempt after one that was not delivered; null when no carrier is left. */
const attemptAfter = (deps: { carriers: CarrierList }, last: OutboundMessage): OutboundMessage | null => {
  const { media, ...plain } = last;
  if (channelOf(last.to) !== 'sms') return { ...last, to: personKey(last.to), attempt: last.attempt + 1 };
  const carrier = media === undefined ? carriersAfter(deps, last.carrier)[0]?.name : last.carrier;
  return carrier === undefined ? null : { ...plain, attempt: last.attempt + 1, carrier };
};

/** Lists the attempts after the first that are due, those that have been begun included. */
export const nextAttempts = (
  deps: { carriers: CarrierList },
  outboundMessages: Iterable<OutboundMessage>,
): NextAttempt[] =>
  [...byRecipient(outboundMessages).values()].flatMap((attempts) => {
    const begun = attempts.filter(({ attempt }) => attempt > 1);
    const last = attempts.at(-1);
    const fresh = last && isUndelivered(last) ? attemptAfter(deps, last) : null;
    return [...begun, ...(fresh ? [fresh] : [])].map(({ recipient, attempt, to, body, media, carrier }) => ({
      ...{ recipient, attempt, to, body, carrier },
      ...(media ? { media } : {}),
    }));
  });

/** Returns the decisive attempt for each recipient: the last one, which has not failed yet while another attempt is due. */
export const latestAttempts = (
  outboundMessages: Iterable<OutboundMessage>,
  due: readonly NextAttempt[],
): Map<RecipientId, OutboundMessage> =>
  new Map(
    [...byRecipient(outboundMessages)].flatMap(([recipient, attempts]) => {
      const last = attempts.at(-1);
      if (!last) return [];
      const isDueAgain = due.some((one) => one.recipient === recipient && one.attempt > last.attempt);
      return [[recipient, isDueAgain ? { ...last, delivery: null } : last] as const];
    }),
  );

/** Tests whether a failed text is a reason to look whether its phone can be texted at all. */
export const mayBeUnreachable = (outbound: OutboundMessage): boolean =>
  outbound.recipient === CUSTOMER &&
  hasFailed(outbound) &&
  (outbound.errorClass === 'unreachable' || outbound.errorClass === 'elsewhere');
