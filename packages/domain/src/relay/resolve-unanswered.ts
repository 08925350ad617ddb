import type { JobId } from '../ids.ts';
import type { Job } from '../job.ts';
import { isActive } from '../job-status.ts';
import type { UnansweredMessage } from '../ports/relay.ts';
import { withoutWaitingTexts } from './conversation/conversation.ts';
import { changeConversation } from './conversation/note-message.ts';
import { personKey } from './conversation/person-key.ts';
import type { RelayDependencies } from './dependencies.ts';
import { hasFailed, UNMATCHED } from './outbound-message.ts';

/** Number of unanswered messages that a sweep looks at: those that have waited longest. */
const MAX_LOOKED_AT = 50;
/** Age up to which each sweep looks at an unanswered message, in ms. */
const YOUNG_MS = 24 * 3_600_000;
/** Interval at which a sweep looks at the older ones too, in ms. */
const OLDER_EVERY_MS = 3_600_000;
/** Interval of sweeps, in ms: what is due once an hour is due in this part of it. */
export const SWEEP_INTERVAL_MS = 15 * 60_000;
/** Age at which an unanswered message is resolved by itself, in ms: no answer comes any more. */
const MAX_UNANSWERED_MS = 30 * 24 * 3_600_000;
/** Age at which a stranger's unanswered message is resolved by itself, in ms: then the attention list has it no longer. */
const MAX_UNMATCHED_MS = 7 * 24 * 3_600_000;

/**
 * Resolves an unanswered message without a text to its sender: someone has called, or it needs no answer any more.
 * @param by the person or the reason, for the plan and the compliance log
 */
export const resolveUnanswered = async (
  deps: RelayDependencies,
  { messageSid, timelineId }: Pick<UnansweredMessage, 'messageSid' | 'timelineId'>,
  by: string,
): Promise<void> => {
  const plan = await deps.relay.plan(messageSid);
  if (!plan) return;
  const at = deps.now();
  await deps.relay.acknowledge(messageSid, by, at);
  const id = `${messageSid} acknowledged`;
  deps.log({ id, type: 'acknowledgement', at, sid: messageSid, timelineId, data: { by, with: messageSid } });
  await changeConversation(deps, personKey(plan.from), (known) =>
    known?.waiting.some((text) => text.messageSid === messageSid) ? withoutWaitingTexts(known, [messageSid]) : known,
  );
};

/** Returns the time at which a job ended, in epoch ms. */
const endOf = ({ history, updatedAt }: Job): number =>
  history.findLast(({ status }) => !isActive(status))?.at ?? updatedAt;

/** Tests whether a message has reached no one yet, while a dispatcher in quiet hours has still to be texted. */
const waitsForDispatcher = async (
  { relay }: RelayDependencies,
  { messageSid, timelineId }: UnansweredMessage,
): Promise<boolean> => {
  const [plan, texts] = await Promise.all([relay.plan(messageSid), relay.outboundMessagesOf(timelineId, messageSid)]);
  if (texts.some((one) => one.state === 'ACCEPTED' && !hasFailed(one))) return false;
  const texted = new Set(texts.map(({ recipient }) => recipient));
  return plan?.recipients.some(({ recipient }) => !texted.has(recipient)) ?? false;
};

/** Returns the reason for which a message needs no answer any more; null while it does. @param job null without one */
const reasonToResolve = async (
  deps: RelayDependencies,
  message: UnansweredMessage,
  job: Job | null,
): Promise<string | null> => {
  const { timelineId, since } = message;
  const ageMs = deps.now() - since;
  if (ageMs > (timelineId === UNMATCHED ? MAX_UNMATCHED_MS : MAX_UNANSWERED_MS)) return 'no answer after a long time';
  // A complaint about a job that had ended before still needs an answer.
  if (!job || isActive(job.status) || endOf(job) <= since) return null;
  return (await waitsForDispatcher(deps, message)) ? null : 'the job has ended';
};

/** Returns the time since which a message may have waited for a sweep to look at it, epoch ms. */
const lookedAtSince = (now: number): number => (now % OLDER_EVERY_MS < SWEEP_INTERVAL_MS ? 0 : now - YOUNG_MS);

/**
 * Resolves the unanswered messages whose job has ended, and very old ones, so that the list of open items does not grow forever. A sweep
 * looks at those of the last day, one in an hour at all: their number, and not the age of the company, decides what it reads.
 */
export const resolveOutlived = async (deps: RelayDependencies): Promise<void> => {
  const unanswered = await deps.relay.longestUnanswered(lookedAtSince(deps.now()), MAX_LOOKED_AT);
  const ids = unanswered.flatMap(({ timelineId }) => (timelineId === UNMATCHED ? [] : [timelineId as JobId]));
  const jobs = new Map((ids.length > 0 ? await deps.jobs.findAll(ids) : []).map((job) => [job.id as string, job]));
  for (const message of unanswered) {
    const reason = await reasonToResolve(deps, message, jobs.get(message.timelineId) ?? null);
    if (reason) await resolveUnanswered(deps, message, reason);
  }
};
