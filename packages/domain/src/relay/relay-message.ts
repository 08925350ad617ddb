import type { JobId, MessageSid } from '../ids.ts';
import type { Job } from '../job.ts';
import { changeJob } from '../jobs/change-job.ts';
import { type FollowUp, MAX_ATTENTION } from '../ports/relay.ts';
import { acknowledgeAnswered } from './acknowledge.ts';
import { advance, logText } from './advance.ts';
import type { RecentMessage } from './budget.ts';
import { noteMessage } from './conversation/note-message.ts';
import { lookFor } from './deliver.ts';
import type { RelayDependencies } from './dependencies.ts';
import { hold } from './hold.ts';
import { awaitLinesBefore } from './in-order.ts';
import type { InboundMessage } from './inbound-message.ts';
import { summaryText } from './message-wording.ts';
import { announce } from './notice.ts';
import { pauseNoticesAfter } from './notice-turn.ts';
import {
  hasFailed,
  type OutboundMessage,
  type OutboundMessageKey,
  outboundMessageId,
  type Receipt,
  type TimelineId,
  UNMATCHED,
} from './outbound-message.ts';
import { placeCall } from './place-call.ts';
import { CUSTOMER, emptyPlan, OPERATOR, type RelayPlan } from './plan.ts';
import { replyHandle } from './planning/conversation.ts';
import { type PlannedMessage, planMessage } from './planning/plan-message.ts';
import { senderOf } from './planning/sender.ts';
import { teamOnDuty } from './planning/team.ts';
import { attentionOf } from './recognition/attention.ts';
import { resolveOutlived, resolveUnanswered, SWEEP_INTERVAL_MS } from './resolve-unanswered.ts';
import { applySwap, tellSwapUnanswered } from './tell-swap-unanswered.ts';
import { tellUnreachable } from './tell-unreachable.ts';

/** Maximum age of a held message that a summary includes, before the window of the budget, in ms: messages may be processed late. */
const HELD_LOOKBACK_MS = 7 * 24 * 3_600_000;

/** Minimum age of a text that the sweep looks at, in ms: a live worker may be busy with a newer one. */
const SWEEP_MIN_AGE_MS = 5 * 60_000;

/** Maximum duration of a sweep, in ms, because customers' texts wait in the same batch. The next sweep looks for the rest. */
const SWEEP_MAX_DURATION_MS = 10_000;

const HOUR_MS = 3_600_000;
/** Time for which a text with an unknown outcome is looked for, in ms. A carrier's list has it by then; after that a person resolves it. */
const SWEPT_FOR_MS = 24 * HOUR_MS;

/** Tests whether a sweep looks for a text that has been unknown for this time (ms): each time in the first hour, then once an hour for a day. */
const isSearchDue = (ageMs: number): boolean =>
  ageMs < HOUR_MS || (ageMs <= SWEPT_FOR_MS && ageMs % HOUR_MS < SWEEP_INTERVAL_MS);

/**
 * Relays one inbound message: pin the plan → timeline → consent → conversation and desk → acknowledgements → texts. Every step is idempotent under the
 * MessageSid, so a run after a crash between two steps completes the work.
 * @param record the message as the queue holds it; goes into the compliance log, from which it can be relayed again
 * @returns the plan; everything that is due has been done
 * @throws RelayIncomplete while an outbound message is neither accepted nor rejected; before that, the errors of the store
 */
export const relayMessage = async (
  deps: RelayDependencies,
  received: InboundMessage,
  record: Readonly<Record<string, unknown>>,
): Promise<RelayPlan> => {
  const known = await deps.relay.plan(received.messageSid);
  const plan = known ?? (await pinPlan(deps, received));
  // A webhook that is sent twice is one message, with the time of the first.
  const message = { ...received, receivedAt: plan.receivedAt };
  const { messageSid } = message;
  const { timelineId, sender, kind } = plan;
  const base = { at: plan.receivedAt, sid: messageSid, timelineId };
  deps.log({ ...base, id: `${messageSid} message`, type: 'message', data: { kind, sender, record } });
  await deps.relay.record(plan, message);
  await storeConsent(deps, plan, messageSid);
  await applySwap(deps, plan);
  await noteMessage(deps, plan, message);
  if (known === null) await awaitLinesBefore(deps, plan, message);
  // The worker that pinned the plan may have died before it scheduled a follow-up.
  await advanceAndAcknowledge(deps, plan, messageSid, known === null ? 'new' : 'due');
  // A phone that answers by itself keeps a person from being read.
  if (plan.isLoop) await deps.relay.flagUnanswered(messageSid, plan.receivedAt);
  if (plan.call) await placeCall(deps, plan, plan.call, messageSid);
  return plan;
};

/** Advances a message, and marks what it answers, also when one of its texts is not finished. */
const advanceAndAcknowledge = async (
  deps: RelayDependencies,
  plan: RelayPlan,
  messageSid: MessageSid,
  why: 'new' | 'due',
): Promise<void> => {
  const [sent] = await Promise.allSettled([advance(deps, plan, messageSid, why)]);
  await acknowledgeAnswered(deps, plan, messageSid);
  if (sent.status === 'rejected') throw sent.reason;
};

/**
 * Pins the plan of a message. A held message is on the timeline, and its summary scheduled, before the plan is pinned; and a driver's
 * change is made.
 */
const pinPlan = async (deps: RelayDependencies, message: InboundMessage): Promise<RelayPlan> => {
  const plan = await planAndChange(deps, message);
  await hold(deps, plan, message);
  return deps.relay.pin(message.messageSid, plan);
};

/**
 * Plans a message, and makes the change of a job that it orders, or takes back a text, before the plan is pinned. When someone else has changed the job in
 * between, all is decided again.
 * @throws ProductError `conflict` when the last attempt lost too
 */
const planAndChange = async (deps: RelayDependencies, message: InboundMessage): Promise<RelayPlan> => {
  const { notices: queue, company, jobs, now } = deps;
  // Every attempt reads first, and there is at least one.
  let planned!: PlannedMessage;
  const read = async () => {
    planned = await planMessage(deps, message);
    // The text that is taken back may have gone out in between: then its writer learns that.
    if (planned.withdrawal && !(await deps.relay.open(planned.withdrawal))) planned = await planMessage(deps, message);
    return planned.change && { ...planned.change, job: planned.change.before };
  };
  await changeJob(jobs, read, (_, { after, isAnnounced }) =>
    isAnnounced ? announce({ queue, policy: company.policy.notices, now: now() }, after, null) : after,
  );
  return planned.plan;
};

/** Stores the consent that a message gives or takes back. A number's newest consent counts. */
const storeConsent = async (deps: RelayDependencies, plan: RelayPlan, sid: MessageSid): Promise<void> => {
  const { consent, timelineId, kind } = plan;
  if (!consent) return;
  await deps.relay.setConsent(consent);
  const { at, ...data } = consent;
  deps.log({ id: `${sid} consent`, type: 'consent', at, sid, timelineId, data });
  if (kind === 'note' && consent.isStopped) deps.report({ kind: 'team-phone-stopped', messageSid: sid });
};

/**
 * Runs a follow-up. One that the queue delivers too early is scheduled again.
 * @throws RelayIncomplete while an outbound message is neither accepted nor rejected
 */
export const followUp = async (deps: RelayDependencies, task: FollowUp): Promise<void> => {
  if (deps.now() < task.dueAt) return deps.followUps.schedule(task);
  if (task.what === 'summary') return sumUp(deps, task);
  if (task.what === 'called') return resolveUnanswered(deps, task, 'operator, by phone');
  if (task.what === 'unreachable') return tellUnreachable(deps, task);
  if (task.what === 'swap') return tellSwapUnanswered(deps, task);
  const plan = await deps.relay.plan(task.messageSid);
  if (plan) await advanceAndAcknowledge(deps, plan, task.messageSid, 'due');
};

/** Sends one summary of the messages that were held in a budget's window, so that none is dropped. */
const sumUp = async (deps: RelayDependencies, { timelineId, messageSid, dueAt }: FollowUp): Promise<void> => {
  const known = await deps.relay.plan(messageSid);
  const plan = known ?? (await planSummary(deps, timelineId, messageSid, dueAt));
  if (!plan) return;
  const to = deps.company.textNumbers[0] ?? '';
  const message = { messageSid, receivedAt: plan.receivedAt, from: plan.from, to, body: plan.body };
  await deps.relay.record(plan, { ...message, pathJob: null, optOutType: null, media: [] });
  await noteMessage(deps, plan, message);
  // The worker that pinned the plan may have died before it scheduled a follow-up.
  await advance(deps, plan, messageSid, known === null ? 'new' : 'due');
};

/** Maximum number of handles in a summary. */
const MAX_SUMMARY_HANDLES = 3;

/** Returns the handles that answer the senders of held messages, the latest sender first. */
const handlesOf = ({ company }: RelayDependencies, job: Job | null, held: readonly RecentMessage[]): string[] => {
  const senders = [...new Set(held.toReversed().map(({ from }) => from))].slice(0, MAX_SUMMARY_HANDLES);
  return senders.flatMap(
    (from) => replyHandle(job?.id ?? UNMATCHED, from, job?.customer.phone ?? null, company.jobPrefix) ?? [],
  );
};

const planSummary = async (
  deps: RelayDependencies,
  timelineId: TimelineId,
  messageSid: MessageSid,
  dueAt: number,
): Promise<RelayPlan | null> => {
  const windowMs = deps.company.policy.budgets.minutes * 60_000;
  const now = deps.now();
  const recent = await deps.relay.recent(timelineId, dueAt - windowMs - HELD_LOOKBACK_MS, now);
  const held = recent.filter((one) => one.heldUntil === dueAt);
  const newest = held.at(-1);
  if (!newest) return null;
  const job = timelineId === UNMATCHED ? null : await deps.jobs.find(timelineId as JobId);
  const who = job ? `${job.id} ${job.customer.name}` : 'Senders without a job';
  const plan = emptyPlan({ timelineId, sender: 'company', from: newest.from, receivedAt: dueAt, begunAt: now });
  const recipients = await teamOnDuty(deps, job, newest, now);
  const isStranger = ({ from }: RecentMessage) => senderOf(from, job, deps.company).kind === 'stranger';
  return deps.relay.pin(messageSid, {
    ...plan,
    kind: 'team',
    recipients,
    body: summaryText(who, held, handlesOf(deps, job, held)),
    // A flood of advertising raises no alarm.
    forInformation: held.every((one) => attentionOf(one.body, null, isStranger(one)) !== 'answer'),
  });
};

/** Reports the last receipt of a text: that it was delivered, or that it was not. */
const reportReceipt = (deps: RelayDependencies, outbound: OutboundMessage): void => {
  const { carrier, recipient, delivery, errorCode: code, errorClass } = outbound;
  const base = { outboundMessageId: outboundMessageId(outbound), carrier };
  if (delivery === 'delivered') deps.report({ kind: 'delivered', ...base });
  else deps.report({ kind: 'undelivered', ...base, class: errorClass, code, isEscalation: recipient === OPERATOR });
};

/**
 * Records a delivery receipt. It only moves the outbound message forward. After a failed text, the next recipient is texted.
 * @param at when the receipt arrived, epoch ms
 * @throws RelayIncomplete while a text that is due because of it is neither accepted nor rejected
 */
export const recordReceipt = async (
  deps: RelayDependencies,
  key: OutboundMessageKey,
  receipt: Receipt,
  at: number,
): Promise<void> => {
  const { timelineId, messageSid: sid } = key;
  const id = `${outboundMessageId(key)} ${receipt.delivery ?? 'accepted'}`;
  deps.log({ id, type: 'receipt', at, sid, timelineId, data: { recipient: key.recipient, ...receipt } });
  const changed = await deps.relay.recordDelivery(key, receipt, deps.now());
  const outbound = changed ?? (await deps.relay.findOutboundMessage(key));
  if (changed?.delivery && changed.delivery !== 'sent') reportReceipt(deps, changed);
  if (changed) await pauseNoticesAfter(deps, changed, receipt, at);
  if (!outbound) return;
  // A text that another channel refused has arrived as SMS: its writer learns that.
  const isMoved = outbound.attempt > 1 && outbound.recipient === CUSTOMER && changed?.delivery === 'delivered';
  if (!hasFailed(outbound) && !isMoved) return;
  if (outbound.errorClass === 'opted-out')
    await deps.relay.setConsent({ phone: outbound.to, isStopped: true, by: 'carrier', why: null, at });
  const plan = await deps.relay.plan(sid);
  if (plan) await advance(deps, plan, sid, 'again');
};

/**
 * Looks again for texts whose outcome is unknown and that no worker is busy with, and reports those that it does not find: a person
 * has to resolve them. Resolves messages that no one needs to answer any more. Sends nothing, and reads the same however old the company is.
 */
export const sweep = async (deps: RelayDependencies): Promise<void> => {
  const begunAt = deps.now();
  const unresolved = await deps.relay.unresolved(begunAt - SWEEP_MIN_AGE_MS, MAX_ATTENTION);
  const left: string[] = [];
  for (const outbound of unresolved) {
    const isLate = deps.now() - begunAt > SWEEP_MAX_DURATION_MS;
    // A list that cannot be read must not hide the other texts, or that there are any.
    const isSkipped = isLate || !isSearchDue(begunAt - outbound.updatedAt);
    const found = isSkipped ? null : await lookFor(deps, outbound).catch(() => null);
    if (found === null || found === 'no-list' || found === 'indistinct') left.push(outboundMessageId(outbound));
    else logText(deps, found);
  }
  deps.report({ kind: 'unresolved', outboundMessageIds: left });
  await resolveOutlived(deps);
};
