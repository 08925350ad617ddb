import type { MessageSid } from '../ids.ts';
import type { CallOutcome } from '../ports/calls.ts';
import { type CallRefusal, callFailedText } from './call-wording.ts';
import { type RelayDependencies, RelayIncomplete } from './dependencies.ts';
import { ownSid } from './fingerprint.ts';
import { sendOwnText } from './own-text.ts';
import { emptyPlan, OPERATOR, type PlannedCall, type RelayPlan, recipientNow } from './plan.ts';
import { senderOf } from './planning/sender.ts';

/*
 * Twilio has no idempotency key for calls, and a phone that rings twice is worse than one that does not ring: the dispatcher notices the
 * second, and asks again. So a call is placed at most once. The first run to pin the claim places it; a later run asks the carrier.
 */

/** Time that the holder of a claim has for placing the call, in ms: longer than any run of a worker. */
const CLAIM_MS = 45_000;

const REFUSALS: Readonly<Record<Exclude<CallOutcome['kind'], 'placed'>, CallRefusal>> = {
  rejected: 'refused',
  'not-processed': 'refused',
  unknown: 'unknown',
};

/**
 * Places the call of a dispatcher's message, at most once, and tells the dispatcher when it fails.
 * @throws RelayIncomplete while another run may be placing it, or the carrier cannot be asked
 */
export const placeCall = async (
  deps: RelayDependencies,
  plan: RelayPlan,
  call: PlannedCall,
  messageSid: MessageSid,
): Promise<void> => {
  const { calls, owner } = deps;
  if (!calls) return tellCallFailed(deps, plan, call, messageSid, 'off');
  const { timelineId, from, receivedAt } = plan;
  const claim = emptyPlan({ timelineId, from, receivedAt, sender: owner, begunAt: deps.now() });
  const { sender, begunAt } = await deps.relay.pin(ownSid(`call ${messageSid}`), claim);
  if (sender !== owner) return lookForCall(deps, plan, call, messageSid, begunAt);
  const outcome = await calls.place({ to: call.ring, messageSid });
  const code = outcome.kind === 'rejected' ? outcome.code : null;
  deps.report({ kind: 'called', messageSid, outcome: outcome.kind, code });
  if (outcome.kind !== 'placed') await tellCallFailed(deps, plan, call, messageSid, REFUSALS[outcome.kind]);
};

/** Asks the carrier for a call that an earlier run has claimed. */
const lookForCall = async (
  deps: RelayDependencies,
  plan: RelayPlan,
  call: PlannedCall,
  messageSid: MessageSid,
  since: number,
): Promise<void> => {
  const left = since + CLAIM_MS - deps.now();
  if (left > 0)
    throw new RelayIncomplete([{ reason: 'the call is being placed by another worker', retryAfterMs: left }]);
  const isPlaced = await deps.calls?.hasPlaced({ to: call.ring, since }).catch(() => null);
  if (isPlaced === null) throw new RelayIncomplete([{ reason: 'the carrier cannot be asked for its calls' }]);
  if (!isPlaced) await tellCallFailed(deps, plan, call, messageSid, 'refused');
};

/**
 * Tells a dispatcher that a call did not come about, once per reason.
 * @param messageSid of the dispatcher's message
 */
export const tellCallFailed = async (
  deps: RelayDependencies,
  { timelineId, from }: Pick<RelayPlan, 'timelineId' | 'from'>,
  { who, handle, connect }: PlannedCall,
  messageSid: MessageSid,
  refusal: CallRefusal,
): Promise<void> => {
  const now = deps.now();
  const sender = senderOf(from, null, deps.company);
  const recipient = sender.kind === 'contact' ? sender.contact.id : OPERATOR;
  const body = callFailedText(refusal, `${who} (${handle})`, handle, connect);
  await sendOwnText(deps, ownSid(`call ${refusal} ${messageSid}`), {
    ...emptyPlan({ timelineId, sender: 'company', from, receivedAt: now, begunAt: now }),
    kind: 'answer',
    recipients: [recipientNow(recipient, from, now)],
    body,
  });
};
