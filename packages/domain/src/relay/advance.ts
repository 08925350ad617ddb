import type { MessageSid, RecipientId } from '../ids.ts';
import type { Job } from '../job.ts';
import { attemptKey, latestAttempts, mayBeUnreachable, nextAttempts } from './attempts.ts';
import { numberOfCaller } from './callable-number.ts';
import { type CascadeStep, cascadeStep } from './cascade.ts';
import { notSentText } from './consent-wording.ts';
import { heldByClaimUntil } from './conversation/claim-hold.ts';
import { noteRelayed } from './conversation/note-message.ts';
import { channelOf, personKey } from './conversation/person-key.ts';
import { receiptText } from './customer-wording.ts';
import { type Delivered, deliver } from './deliver.ts';
import { type RelayDependencies, RelayIncomplete } from './dependencies.ts';
import { directStep } from './direct-texts.ts';
import { cameBySmsText } from './dispatcher-wording.ts';
import { wordsNow } from './late-texts.ts';
import { bounceText, unansweredCallText, unansweredText, unkeptClaimText } from './message-wording.ts';
import { isRecentNotice } from './notice.ts';
import { hasFailed, type OutboundMessage, outboundMessageId, TAKEN_BACK, UNMATCHED } from './outbound-message.ts';
import { CUSTOMER, DRIVER, OPERATOR, type RelayPlan } from './plan.ts';
import { replyHandle } from './planning/conversation.ts';
import { driverOf } from './planning/sender.ts';

/** Delay of the customer's receipt, in ms: time for phones to confirm the text. */
const RECEIPT_DELAY_MS = 30_000;

type Text = { recipient: RecipientId; to: string; body: string };
type NumberedText = Text & { attempt: number; carrier?: string; media?: string[] };

/** The texts that are due for a message now, and the time of the next look (epoch ms). */
type Step<T = NumberedText> = { texts: T[]; lookAgainAt: number | null; isExhausted: boolean };

/**
 * Advances a message: sends the texts that are due now to dispatchers, customer and operator, and schedules the next look. It
 * depends only on the plan, the outbound messages and the clock, so it may run at any time, repeatedly and concurrently: after
 * a message, for a follow-up, or when a receipt says that a text has failed.
 * @param why `new`: nothing was done before, which saves reading the outbound messages; `due`: for a follow-up, or after a
 * worker that may have died before it scheduled one; `again`: anything else, when a follow-up is scheduled already
 * @throws RelayIncomplete while an outbound message is neither accepted nor rejected
 */
export const advance = async (
  deps: RelayDependencies,
  plan: RelayPlan,
  messageSid: MessageSid,
  why: 'new' | 'due' | 'again',
): Promise<void> => {
  const stored = why === 'new' ? [] : await deps.relay.outboundMessagesOf(plan.timelineId, messageSid);
  const outboundMessages = new Map(stored.map((outbound) => [attemptKey(outbound), outbound]));
  const words = wordsNow(deps, plan, messageSid);
  const handled = new Map<string, Delivered>();
  const failures: unknown[] = [];
  let scheduled: number | null = null;
  let isAlarmed = false;

  // After each round, a refusal may make the next contact due.
  for (;;) {
    const step = await stepFor(deps, plan, outboundMessages, messageSid);
    const isOver = isOldNotice(plan, deps.now());
    const texts = step.texts
      .filter((text) => !handled.has(attemptKey(text)))
      .filter((text) => !isOver || outboundMessages.has(attemptKey(text)));
    const fresh = texts.filter((text) => !outboundMessages.has(attemptKey(text)));
    // Scheduled before anything is sent: a crash must not end the cascade.
    if (step.lookAgainAt !== null && step.lookAgainAt !== scheduled && (why !== 'again' || fresh.length > 0)) {
      await deps.followUps.schedule({
        what: 'look-again',
        timelineId: plan.timelineId,
        messageSid,
        dueAt: step.lookAgainAt,
      });
      scheduled = step.lookAgainAt;
    }
    if (step.isExhausted && !isAlarmed) await alarm(deps, plan, messageSid);
    isAlarmed ||= step.isExhausted;
    if (texts.length === 0) break;
    // Recipients of waiting texts may have opted out in the meantime.
    const open = texts.filter((text) => !isResolved(outboundMessages.get(attemptKey(text))));
    const stopped = open.length > 0 ? await deps.relay.stopped(open.map(({ to }) => to)) : new Set<string>();
    const confirmation = await confirmationOf(deps, plan, open, stopped);
    reportEscalation(deps, plan, outboundMessages, fresh, messageSid);
    await noteRelayed(deps, plan, freshTeamPhones(plan, fresh));
    const results = await Promise.allSettled(
      texts.map(async (text) => {
        const key = { timelineId: plan.timelineId, messageSid };
        const outbound = outboundMessages.get(attemptKey(text));
        const body = await words(text, outbound);
        const isStopped = stopped.has(text.to) && text !== confirmation;
        return deliver(deps, { ...key, ...withMedia(plan, text), body, isOver }, outbound ?? null, isStopped);
      }),
    );
    for (const [i, result] of results.entries()) {
      const text = texts[i];
      if (result.status === 'rejected') failures.push(result.reason);
      else if (text) {
        handled.set(attemptKey(text), result.value);
        outboundMessages.set(attemptKey(text), result.value.outbound);
        logText(deps, result.value.outbound);
      }
    }
    // After a failure of the store there is no further round.
    if (failures.length > 0) break;
  }
  reportRelayed(deps, plan, stored, outboundMessages, messageSid);
  await lookAtUnreachable(deps, plan, outboundMessages, messageSid);
  const left = [...handled.values()].flatMap((one) => one.left ?? []);
  const broken = failures.map((error) => ({ reason: reasonOf(error) }));
  if (left.length > 0 || broken.length > 0) throw new RelayIncomplete([...left, ...broken]);
};

/** Tests whether a plan is a notice to a customer that is too old to be sent. */
const isOldNotice = ({ kind, sender, receivedAt, recipients }: RelayPlan, now: number): boolean =>
  kind === 'answer' &&
  sender === 'company' &&
  recipients.every(({ recipient }) => recipient === CUSTOMER) &&
  !isRecentNotice({ at: receivedAt }, now);

/** Time in which an opt-out is confirmed, in ms: 47 CFR 64.1200(a)(12). */
const CONFIRMED_WITHIN_MS = 5 * 60_000;

/**
 * Returns the one text that a number gets after it has opted out in its own words: the confirmation.
 * Null where that message's consent does not count any more, or is too old.
 */
const confirmationOf = async (
  { relay, now }: RelayDependencies,
  { consent, notice, from }: RelayPlan,
  open: readonly NumberedText[],
  stopped: ReadonlySet<string>,
): Promise<NumberedText | null> => {
  if (consent?.by !== 'words' || notice === null || !stopped.has(from)) return null;
  if (now() - consent.at > CONFIRMED_WITHIN_MS) return null;
  const text = open.find(({ to, body }) => to === from && body === notice);
  if (!text) return null;
  const [newest] = await relay.consents(from);
  return newest?.by === 'words' && newest.at === consent.at ? text : null;
};

/** Returns a text with the pictures that go along with its first attempt. */
const withMedia = (plan: RelayPlan, text: NumberedText): NumberedText =>
  text.attempt === 1 && plan.attachments && isTeam(plan, text.recipient) ? { ...text, media: plan.attachments } : text;

const isTeam = ({ recipients }: RelayPlan, recipient: RecipientId): boolean =>
  recipients.some((member) => member.recipient === recipient);

/** Returns the phones of the dispatchers, and of the operator, who get a message of the team for the first time. */
const freshTeamPhones = (plan: RelayPlan, fresh: readonly NumberedText[]): string[] =>
  plan.kind === 'team'
    ? fresh.flatMap(({ recipient, to }) => (recipient === OPERATOR || isTeam(plan, recipient) ? [to] : []))
    : [];

/** Reports that another dispatcher or the operator is texted because those before them did not answer. */
const reportEscalation = (
  deps: RelayDependencies,
  plan: RelayPlan,
  outboundMessages: ReadonlyMap<string, OutboundMessage>,
  fresh: readonly NumberedText[],
  messageSid: MessageSid,
): void => {
  if (plan.kind !== 'team' || ![...outboundMessages.values()].some(({ recipient }) => isTeam(plan, recipient))) return;
  const count = fresh.filter(
    ({ recipient, attempt }) => attempt === 1 && (recipient === OPERATOR || isTeam(plan, recipient)),
  ).length;
  if (count > 0) deps.report({ kind: 'escalated', messageSid, count });
};

/** Reports, once per message, that the first text to the team is out. The latency is null when the whole team had quiet hours. */
const reportRelayed = (
  deps: RelayDependencies,
  plan: RelayPlan,
  stored: readonly OutboundMessage[],
  outboundMessages: ReadonlyMap<string, OutboundMessage>,
  messageSid: MessageSid,
): void => {
  const isOut = ({ recipient, state }: OutboundMessage) => state === 'ACCEPTED' && isTeam(plan, recipient);
  if (plan.kind !== 'team' || stored.some(isOut) || ![...outboundMessages.values()].some(isOut)) return;
  const wasAwake = plan.recipients.some(({ notBefore }) => notBefore <= plan.begunAt);
  deps.report({ kind: 'relayed', messageSid, latencyMs: wasAwake ? deps.now() - plan.receivedAt : null });
};

/** Schedules a look at the phone of a person outside the team whose text has failed: it may be a landline. */
const lookAtUnreachable = async (
  deps: RelayDependencies,
  { timelineId }: RelayPlan,
  outboundMessages: ReadonlyMap<string, OutboundMessage>,
  messageSid: MessageSid,
): Promise<void> => {
  if (![...outboundMessages.values()].some(mayBeUnreachable)) return;
  await deps.followUps.schedule({ what: 'unreachable', timelineId, messageSid, dueAt: deps.now() });
};

const isResolved = (outbound: OutboundMessage | undefined): boolean =>
  outbound?.state === 'ACCEPTED' || outbound?.state === 'REJECTED';

/** Returns the reason of an error. A SyntaxError quotes the text that it could not read, which may be a person's words. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'not an Error';
  return error instanceof SyntaxError ? error.name : `${error.name}: ${error.message}`;
};

/** Logs a text's outcome in the compliance log. */
export const logText = (deps: RelayDependencies, outbound: OutboundMessage): void => {
  const { timelineId, messageSid, recipient, attempt, to, body, state, carrier, carrierSid, updatedAt } = outbound;
  const { errorCode, errorClass, claims } = outbound;
  deps.log({
    id: `${outboundMessageId(outbound)} ${state}`,
    type: 'text',
    at: updatedAt,
    sid: messageSid,
    timelineId,
    data: { recipient, attempt, to, body, state, carrier, carrierSid, errorCode, errorClass, claims },
  });
};

const stepFor = async (
  deps: RelayDependencies,
  plan: RelayPlan,
  stored: ReadonlyMap<string, OutboundMessage>,
  messageSid: MessageSid,
): Promise<Step> => {
  const attempts = nextAttempts(deps, stored.values());
  const step = await firstAttempts(deps, plan, latestAttempts(stored.values(), attempts), messageSid);
  return { ...step, texts: [...step.texts.map((text) => ({ ...text, attempt: 1 })), ...attempts] };
};

const firstAttempts = async (
  deps: RelayDependencies,
  plan: RelayPlan,
  outboundMessages: ReadonlyMap<RecipientId, OutboundMessage>,
  messageSid: MessageSid,
): Promise<Step<Text>> => {
  if (plan.kind !== 'team') {
    const step = directStep(plan, outboundMessages, Math.max(deps.now(), plan.begunAt));
    const bounce = await bounceFor(deps, plan, outboundMessages);
    return { ...step, texts: bounce ? [...step.texts, bounce] : step.texts, isExhausted: false };
  }
  const { cascade } = deps.company.policy;
  const isAnswered = plan.answeredBy !== null;
  // The plan may come from a worker whose clock is ahead: contacts who were awake then are awake now.
  const now = Math.max(deps.now(), plan.begunAt);
  const step =
    claimStep(plan, outboundMessages, now) ??
    cascadeStep(plan.recipients, outboundMessages, cascade, isAnswered, plan.begunAt, now);
  const { due, lookAgainAt, isExhausted } = plan.forInformation ? withoutEscalation(step, outboundMessages) : step;
  const texts: Text[] = due.map(({ recipient, to }) => ({ recipient, to, body: plan.body }));
  const toSender = textToSender(deps, plan, outboundMessages, now);
  if (toSender.text) texts.push(toSender.text);
  const { operator } = deps.company;
  // A text to the operator that has begun is finished even after an answer: it may be out already.
  const begun = outboundMessages.get(OPERATOR);
  // In order, the operator would be the last one to learn of a complaint, or never.
  const told = plan.copies?.find(({ recipient }) => recipient === OPERATOR);
  if (begun) texts.push({ recipient: OPERATOR, to: begun.to, body: begun.body });
  else if (told) texts.push({ recipient: OPERATOR, to: told.to, body: told.body });
  else if (
    isExhausted &&
    operator !== null &&
    !deps.company.textNumbers.includes(operator) &&
    !(await hasAlarmOf(deps, plan, operator, messageSid))
  )
    texts.push({ recipient: OPERATOR, to: operator, body: unansweredFor(deps, plan) });
  const times = [lookAgainAt, toSender.at].filter((at) => at !== null);
  return { texts, lookAgainAt: times.length > 0 ? Math.min(...times) : null, isExhausted };
};

/** Returns the step while a dispatcher has taken a message that someone has got: no one else is due. Null without such a claim. */
const claimStep = (
  plan: RelayPlan,
  outboundMessages: ReadonlyMap<RecipientId, OutboundMessage>,
  now: number,
): CascadeStep | null => {
  const until = plan.answeredBy === null ? heldByClaimUntil(plan, now) : null;
  const due = plan.recipients.filter(({ recipient }) => outboundMessages.has(recipient));
  return until === null || due.length === 0 ? null : { due, lookAgainAt: until, isExhausted: false };
};

/** The sender in the plan of a summary. */
const SUMMARY_SENDER = 'company';
/** Maximum number of texts to the operator that are read, to find one about the same conversation. */
const MAX_ALARMS_READ = 20;

/**
 * Tests whether the operator has had an alarm about this conversation since the message was written: one for a conversation is enough.
 * A flood of one sender is one alarm. A summary is about several senders, so it has an alarm of its own.
 */
const hasAlarmOf = async (
  { relay }: RelayDependencies,
  { timelineId, from, sender, receivedAt }: RelayPlan,
  operator: string,
  messageSid: MessageSid,
): Promise<boolean> => {
  if (sender === SUMMARY_SENDER) return false;
  const sent = (await relay.sentTo(operator, receivedAt))
    .filter((one) => one.recipient === OPERATOR && one.timelineId === timelineId && one.messageSid !== messageSid)
    .slice(0, MAX_ALARMS_READ);
  const covers = await Promise.all(
    sent.map(async (key) => {
      const [plan, outbound] = await Promise.all([relay.plan(key.messageSid), relay.findOutboundMessage(key)]);
      const isSameConversation =
        plan?.kind === 'team' && plan.from === from && plan.sender !== SUMMARY_SENDER && !plan.isComplaint;
      return isSameConversation && outbound?.state === 'ACCEPTED' && !hasFailed(outbound);
    }),
  );
  return covers.includes(true);
};

/** Returns the step for a message that no one needs to answer: it ends once a dispatcher has it, and raises no alarm. */
const withoutEscalation = (
  step: CascadeStep,
  outboundMessages: ReadonlyMap<RecipientId, OutboundMessage>,
): CascadeStep => {
  const isGiven = step.due.some(({ recipient }) => {
    const outbound = outboundMessages.get(recipient);
    return outbound !== undefined && !hasFailed(outbound);
  });
  return { ...step, lookAgainAt: isGiven ? null : step.lookAgainAt, isExhausted: false };
};

/** Returns the text to the sender about their message: the notice at once, or the customer's receipt after its delay. */
const textToSender = (
  { company }: RelayDependencies,
  plan: RelayPlan,
  outboundMessages: ReadonlyMap<RecipientId, OutboundMessage>,
  now: number,
): { text: Text | null; at: number | null } => {
  const isDriver = plan.sender !== 'customer' && driverOf(plan.from, company) !== null;
  const recipient = isDriver ? DRIVER : CUSTOMER;
  const text = (body: string): Text => ({ recipient, to: plan.from, body });
  const known = outboundMessages.get(recipient);
  if (known) return { text: text(known.body), at: null };
  if (plan.notice !== null) return { text: text(plan.notice), at: null };
  if (!company.policy.receipt || plan.sender !== 'customer' || plan.consent || plan.isComplaint)
    return { text: null, at: null };
  const at = plan.begunAt + RECEIPT_DELAY_MS;
  if (now < at) return { text: null, at };
  const team = plan.recipients.flatMap(({ recipient }) => outboundMessages.get(recipient) ?? []);
  if (team.length === 0 || team.every(hasFailed)) return { text: null, at: null };
  return {
    text: text(
      receiptText(company.name, team.filter(({ delivery }) => delivery === 'delivered').length, plan.language ?? 'en'),
    ),
    at: null,
  };
};

const jobOf = (deps: RelayDependencies, { timelineId }: RelayPlan): Promise<Job | null> =>
  timelineId === UNMATCHED ? Promise.resolve(null) : deps.jobs.find(timelineId as Job['id']);

/** The sender of a message as the team sees them: by name and handle, never by number. */
const labelOfSender = (
  { company }: RelayDependencies,
  plan: Pick<RelayPlan, 'timelineId' | 'from'>,
  job: Job | null,
): { handle: string; name: string } => {
  const isCustomer = job !== null && personKey(plan.from) === job.customer.phone;
  const handle =
    replyHandle(plan.timelineId, plan.from, job?.customer.phone ?? null, company.jobPrefix) ?? plan.timelineId;
  const driver = driverOf(plan.from, company);
  return { handle, name: isCustomer ? job.customer.name : driver ? `driver ${driver.name}` : 'the sender' };
};

/** Returns the text that tells a dispatcher that their answer did not reach the customer; null when it did. */
const bounceFor = async (
  deps: RelayDependencies,
  plan: RelayPlan,
  outboundMessages: ReadonlyMap<RecipientId, OutboundMessage>,
): Promise<Text | null> => {
  if (!plan.bounce) return null;
  const known = outboundMessages.get(plan.bounce.recipient);
  if (known) return { ...plan.bounce, body: known.body };
  const sent = plan.recipients.flatMap((one) => {
    const outbound = outboundMessages.get(one.recipient);
    return outbound ? [{ outbound, channel: channelOf(one.to) }] : [];
  });
  const failed = sent.find(({ outbound }) => hasFailed(outbound))?.outbound;
  const moved = sent.find(({ outbound, channel }) => channelOf(outbound.to) !== channel && channel !== 'sms');
  if (!failed && moved?.outbound.delivery === 'delivered' && moved.channel !== 'sms') {
    const label = labelOfSender(deps, { ...plan, from: moved.outbound.to }, await jobOf(deps, plan));
    return { ...plan.bounce, body: cameBySmsText(label, moved.channel) };
  }
  if (!failed || failed.errorCode === TAKEN_BACK) return null;
  const job = await jobOf(deps, plan);
  const { handle, name } = labelOfSender(deps, { ...plan, from: failed.to }, job);
  if (failed.errorClass !== 'opted-out') return { ...plan.bounce, body: bounceText(handle, name) };
  return { ...plan.bounce, body: notSentText({ name, handle, phone: numberOfCaller(failed.to) }) };
};

/** Returns the alarm for the operator: the person's words, or for a call and a summary what the team has read. */
const unansweredFor = (deps: RelayDependencies, { source, body, receivedAt, claim }: RelayPlan): string => {
  const wording = { now: deps.now(), timeZone: deps.company.timeZone, writtenAt: receivedAt };
  const promise = claim ? unkeptClaimText(claim, deps.company.timeZone) : null;
  return source ? unansweredText(source, wording, promise) : unansweredCallText(body, promise);
};

/** Records that no one has answered, and reports it once, however often the message is looked at. */
const alarm = async (deps: RelayDependencies, plan: RelayPlan, messageSid: MessageSid): Promise<void> => {
  const at = deps.now();
  if (await deps.relay.flagUnanswered(messageSid, at)) deps.report({ kind: 'unanswered', messageSid });
  deps.log({
    id: `${messageSid} unanswered`,
    type: 'alarm',
    at,
    sid: messageSid,
    timelineId: plan.timelineId,
    data: {},
  });
};
