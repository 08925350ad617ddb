import type { MessageSid } from '../ids.ts';
import { advance } from './advance.ts';
import { isOverBudget, type RecentMessage, summaryDue } from './budget.ts';
import { callerText, missedCallText } from './call-wording.ts';
import { isTextableStranger, numberOfCaller } from './callable-number.ts';
import { noteMessage } from './conversation/note-message.ts';
import type { RelayDependencies } from './dependencies.ts';
import { ownSid } from './fingerprint.ts';
import { hold } from './hold.ts';
import type { InboundMessage } from './inbound-message.ts';
import { UNMATCHED } from './outbound-message.ts';
import { tellCallFailed } from './place-call.ts';
import { emptyPlan, NOTHING_PLANNED, type Planned, type RelayPlan } from './plan.ts';
import { replyHandle } from './planning/conversation.ts';
import { customerLanguage } from './planning/customer-language.ts';
import type { FoundJob } from './planning/find-job.ts';
import { identifySender } from './planning/identify-sender.ts';
import { type Sender, senderLabel } from './planning/sender.ts';
import { teamOnDuty } from './planning/team.ts';
import { composeDispatcherAnswer, guestName, nameOfSender } from './planning/text-facts.ts';

/** A call to the company's number that no one answered. `callSid` is the carrier's; `at` is the end of the ringing, epoch ms. */
export type MissedCall = { callSid: string; from: string; to: string; at: number };

/** The words of a missed call on its timeline. */
const MISSED_CALL = 'Missed call';

/** Maximum number of missed calls of one number in the window of the budgets that the team is texted about; a machine may call on and on. */
const MAX_CALLS_PER_NUMBER = 3;

/**
 * Minimum time between two texts to a stranger who calls, in ms.
 */
const STRANGER_INTERVAL_MS = 12 * 3_600_000;

/**
 * Tells the team about a missed call, and its caller that the team knows. Repeated reports of one call are one message, with the promises of
 * every other: pinned plan, cascade, budgets, consent.
 * @throws RelayIncomplete while a text is neither accepted nor rejected
 */
export const giveMissedCall = async (deps: RelayDependencies, call: MissedCall): Promise<RelayPlan> => {
  const { callSid, from, to, at } = call;
  const messageSid = ownSid(`missed call ${callSid}`);
  const known = await deps.relay.plan(messageSid);
  const message: InboundMessage = {
    messageSid,
    pathJob: null,
    receivedAt: known?.receivedAt ?? at,
    from: numberOfCaller(from) ?? 'hidden',
    to,
    body: MISSED_CALL,
    optOutType: null,
    media: [],
  };
  const plan = known ?? (await pinMissedCall(deps, message));
  const { timelineId, sender, kind } = plan;
  const data = { kind, sender, record: { ...call } };
  deps.log({ id: `${messageSid} message`, type: 'message', at: plan.receivedAt, sid: messageSid, timelineId, data });
  await deps.relay.record(plan, message);
  await noteMessage(deps, plan, message);
  await advance(deps, plan, messageSid, known === null ? 'new' : 'due');
  return plan;
};

const pinMissedCall = async (deps: RelayDependencies, message: InboundMessage): Promise<RelayPlan> => {
  const { from, receivedAt, messageSid } = message;
  const now = deps.now();
  const { sender, found } = await identifySender(deps, message);
  const base = { timelineId: found.job?.id ?? UNMATCHED, sender: senderLabel(sender, from), from, receivedAt };
  const plan = {
    ...emptyPlan({ ...base, begunAt: now }),
    ...(await planMissedCall(deps, message, sender, found, now)),
  };
  await hold(deps, plan, message);
  return deps.relay.pin(messageSid, plan);
};

/** Plans a missed call. Dispatchers, who hear what to do, and calls from our own numbers are for no one. */
const planMissedCall = async (
  deps: RelayDependencies,
  message: InboundMessage,
  sender: Sender,
  { job, ...found }: FoundJob,
  now: number,
): Promise<Planned> => {
  if (sender.kind === 'contact' || sender.kind === 'ourselves') return NOTHING_PLANNED;
  const { company } = deps;
  const { budgets } = company.policy;
  const recent = await recentCalls(deps, message, job?.id ?? UNMATCHED, now);
  const limits = { ...budgets, perSender: Math.min(budgets.perSender, MAX_CALLS_PER_NUMBER) };
  const passed = recent.filter(({ heldUntil }) => heldUntil === null);
  const spent = {
    own: passed.filter(({ from }) => from === message.from).length,
    ofStrangers: passed.length,
    isFirst: recent.every(({ from }) => from !== message.from),
    isCustomer: message.from === job?.customer.phone,
  };
  if (isOverBudget(spent, limits)) return { ...NOTHING_PLANNED, kind: 'held', heldUntil: summaryDue(budgets, now) };
  const handle = replyHandle(job?.id ?? UNMATCHED, message.from, job?.customer.phone ?? null, company.jobPrefix);
  const guest = nameOfSender(sender, message.from);
  const who = message.from === 'hidden' ? 'a hidden number' : (guest ?? job?.customer.name ?? guestName(message.from));
  const facts = { who, handle, at: message.receivedAt, timeZone: company.timeZone };
  const aboutJob = job && (await composeDispatcherAnswer(deps, { ...message, body: '' }, job));
  const note = found.note === null ? null : `(${found.note})`;
  return {
    kind: 'team',
    recipients: await teamOnDuty(deps, job, message, now),
    body: missedCallText(facts, [aboutJob, note].filter((part) => part !== null).join('\n') || null),
    notice: await textToCaller(deps, message, sender, job, now),
    // Most strangers who call and do not write are machines.
    ...(sender.kind === 'stranger' ? { forInformation: true } : {}),
  };
};

const recentCalls = async (
  deps: RelayDependencies,
  { messageSid, from }: InboundMessage,
  timelineId: string,
  now: number,
): Promise<RecentMessage[]> => {
  const since = now - deps.company.policy.budgets.minutes * 60_000;
  return (await deps.relay.recent(timelineId, since, now)).filter(
    (one) => one.body === MISSED_CALL && one.from === from && one.messageSid !== messageSid,
  );
};

/** Returns the text to the caller; null for a number that gets none. Consent is checked where it is sent. */
const textToCaller = async (
  deps: RelayDependencies,
  { from }: InboundMessage,
  sender: Sender,
  job: FoundJob['job'],
  now: number,
): Promise<string | null> => {
  const phone = numberOfCaller(from);
  if (phone === null) return null;
  const { company } = deps;
  if (sender.kind !== 'stranger') {
    const language = sender.kind === 'customer' && job ? await customerLanguage(deps, job) : 'en';
    return callerText(company.name, language, false);
  }
  if (!isTextableStranger(phone, company.textNumbers[0] ?? '')) return null;
  const texted = await deps.relay.sentTo(phone, now - STRANGER_INTERVAL_MS);
  return texted.length > 0 ? null : callerText(company.name, 'en', true);
};

/**
 * Tells a dispatcher who asked for a call that her phone did not pick up.
 * @param messageSid of the dispatcher's message
 * @throws RelayIncomplete while the text is neither accepted nor rejected
 */
export const giveUnansweredCall = async (deps: RelayDependencies, messageSid: MessageSid): Promise<void> => {
  const plan = await deps.relay.plan(messageSid);
  if (plan?.call) await tellCallFailed(deps, plan, plan.call, messageSid, 'no-pick-up');
};
