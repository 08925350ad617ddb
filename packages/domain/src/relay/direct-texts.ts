import type { RecipientId } from '../ids.ts';
import { hasFailed, type OutboundMessage } from './outbound-message.ts';
import { CUSTOMER, type RelayPlan, WRITER } from './plan.ts';

/** A text to one recipient. */
type DirectText = { recipient: RecipientId; to: string; body: string };

/** The texts of a plan that are due now, and the time of the next one (epoch ms); null without one. */
export type DirectStep = { texts: DirectText[]; lookAgainAt: number | null };

/**
 * Returns the texts that are due for a plan without a cascade. Colleagues see an answer once the carrier has it, and never one that its
 * writer has taken back or that was refused.
 * @param now epoch ms
 */
export const directStep = (
  plan: RelayPlan,
  outboundMessages: ReadonlyMap<RecipientId, OutboundMessage>,
  now: number,
): DirectStep => {
  const answer = outboundMessages.get(CUSTOMER);
  const isOut = plan.kind !== 'reply' || answer?.state === 'ACCEPTED';
  const isGone = answer !== undefined && hasFailed(answer);
  const own = plan.recipients.map((recipient) => ({ ...recipient, body: plan.body, isFree: true }));
  const copies = (plan.copies ?? []).map((copy) => ({ ...copy, isFree: copy.recipient === WRITER || isOut }));
  const open = [...own, ...copies].filter(({ recipient }) => !outboundMessages.has(recipient));
  const wanted = open.filter(({ recipient }) => !isGone || recipient === WRITER);
  const due = wanted.filter(({ notBefore, isFree }) => isFree && notBefore <= now);
  const begun = [...own, ...copies].filter(({ recipient }) => outboundMessages.has(recipient));
  const later = wanted.filter(({ notBefore }) => notBefore > now).map(({ notBefore }) => notBefore);
  return {
    texts: [...begun, ...due].map(({ recipient, to, body }) => ({ recipient, to, body })),
    lookAgainAt: later.length > 0 ? Math.min(...later) : null,
  };
};
