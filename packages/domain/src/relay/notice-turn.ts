import type { RelayDependencies } from './dependencies.ts';
import type { OutboundMessage, Receipt } from './outbound-message.ts';
import { DEFAULT_SENDING_NUMBERS, type RelayCompany } from './policy.ts';

/*
 * Priority of people's texts over notices. A number sends one segment a second, in the order in which its carrier took the texts. So notices
 * take turns that use at most half of that rate, and no turn comes while the carrier's queue is long: they wait in our queue, where a
 * conversation's text passes them (docs/adr/0055-priority-over-notices.md).
 */

/** Time of a segment on a long code, in ms: https://help.twilio.com/articles/115002943027 */
const SEGMENT_MS = 1000;
/** Share of the numbers' rate that notices may use. */
const NOTICE_SHARE = 0.5;
/** Time by which a notice may be ahead of its turn, in ms: two or three notices in the carrier's queue delay no one for long. */
const MAX_AHEAD_MS = 5000;
/** Time from the carrier's acceptance of a text to its sending from which on its queue is long, in ms. Receipts take a moment too. */
const LONG_QUEUE_MS = 15_000;
/** Longest pause of notices because of one receipt, in ms. */
const MAX_PAUSE_MS = 10 * 60_000;

const gapMs = (segments: number, { sendingNumbers = DEFAULT_SENDING_NUMBERS }: RelayCompany): number =>
  Math.ceil((segments * SEGMENT_MS) / (sendingNumbers * NOTICE_SHARE));

/**
 * Returns the later time at which a notice may be sent, in epoch ms; null when it may go at once.
 * @param turnAt the turn that it has been given before; null for its first attempt
 */
export const noticeTurn = async (
  deps: Pick<RelayDependencies, 'relay' | 'company' | 'now' | 'carriers'>,
  segments: number,
  turnAt: number | null,
): Promise<{ at: number; isTaken: boolean } | null> => {
  const [{ name }] = deps.carriers;
  const now = deps.now();
  if (turnAt !== null && turnAt > now) return { at: turnAt, isTaken: true };
  const turn = turnAt === null ? await deps.relay.takeNoticeTurn(name, now, gapMs(segments, deps.company)) : null;
  const pausedUntil = turn?.pausedUntil ?? (await deps.relay.noticesPausedUntil(name));
  // After a pause all that have waited take new turns, so that they do not leave together.
  if (pausedUntil > now) return { at: pausedUntil, isTaken: false };
  const at = turn?.at ?? now;
  return at - now <= MAX_AHEAD_MS ? null : { at, isTaken: true };
};

/** Pauses notices when a receipt shows that a text has waited long in its carrier's queue. One look at the receipt, and a write only then. */
export const pauseNoticesAfter = async (
  deps: Pick<RelayDependencies, 'relay' | 'company' | 'now'>,
  { carrier, claimedAt, carrierSince }: OutboundMessage,
  { delivery }: Receipt,
  at: number,
): Promise<void> => {
  if (delivery !== 'sent' || deps.company.policy.notices.kinds.length === 0) return;
  const waitedMs = at - Math.max(claimedAt, carrierSince);
  if (waitedMs >= LONG_QUEUE_MS) await deps.relay.pauseNotices(carrier, deps.now() + Math.min(waitedMs, MAX_PAUSE_MS));
};
