import type { JobId } from '../ids.ts';
import type { FollowUp } from '../ports/relay.ts';
import { advance } from './advance.ts';
import { mayBeUnreachable } from './attempts.ts';
import { personKey } from './conversation/person-key.ts';
import type { RelayDependencies } from './dependencies.ts';
import { ownSid } from './fingerprint.ts';
import { unreachableText } from './message-wording.ts';
import { hasFailed, UNMATCHED } from './outbound-message.ts';
import { sendOwnText } from './own-text.ts';
import { emptyPlan } from './plan.ts';
import { replyHandle } from './planning/conversation.ts';
import { teamOnDuty } from './planning/team.ts';

/** Number of texts in a row that did not arrive, after which a phone counts as unreachable. */
const MAX_FAILED_TEXTS = 3;
/** Maximum age of a failed text that counts, in ms. */
const FAILED_WITHIN_MS = 7 * 24 * 3_600_000;

/** Tests whether the newest texts to a phone have all failed. */
const failsRepeatedly = async ({ relay, now }: RelayDependencies, phone: string): Promise<boolean> => {
  const keys = (await relay.sentTo(phone, now() - FAILED_WITHIN_MS)).slice(0, MAX_FAILED_TEXTS);
  const newest = await Promise.all(keys.map((key) => relay.findOutboundMessage(key)));
  return newest.length === MAX_FAILED_TEXTS && newest.every((one) => one !== null && hasFailed(one));
};

/**
 * Tells the team, once for each job and phone, that a person outside the team cannot get texts: the number is a landline or not in use, or
 * several texts in a row did not arrive.
 * @throws RelayIncomplete while a text to the team is neither accepted nor rejected
 */
export const tellUnreachable = async (
  deps: RelayDependencies,
  { timelineId, messageSid, dueAt }: Pick<FollowUp, 'timelineId' | 'messageSid' | 'dueAt'>,
): Promise<void> => {
  const failed = (await deps.relay.outboundMessagesOf(timelineId, messageSid)).find(mayBeUnreachable);
  if (!failed) return;
  const sid = ownSid(`unreachable ${timelineId} ${failed.to}`);
  // A notice that was begun is completed, even if a text has arrived since.
  const known = await deps.relay.plan(sid);
  if (known) return advance(deps, known, sid, 'due');
  const isFinal = failed.errorClass === 'unreachable';
  if (!isFinal && !(await failsRepeatedly(deps, failed.to))) return;
  const { company } = deps;
  const now = deps.now();
  const job = timelineId === UNMATCHED ? null : await deps.jobs.find(timelineId as JobId);
  const handle = replyHandle(timelineId, failed.to, job?.customer.phone ?? null, company.jobPrefix) ?? timelineId;
  const name = job && job.customer.phone === personKey(failed.to) ? job.customer.name : 'The sender';
  const body = unreachableText(name, handle, isFinal);
  const recipients = await teamOnDuty(deps, job, { from: failed.to, body: '' }, now);
  const base = { timelineId, sender: 'company', from: failed.to, receivedAt: dueAt, begunAt: now };
  await sendOwnText(deps, sid, { ...emptyPlan(base), kind: 'team', recipients, body, forInformation: true });
};
