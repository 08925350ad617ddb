import { type JobId, parseJobId, parsePhoneNumber } from '../ids.ts';
import { isActive, type Job } from '../job.ts';
import { etaOf } from '../movement/arrival.ts';
import { isOverBudget, type RecentMessage, summaryDue } from './budget.ts';
import { type Conversation, candidatesFor, conversationsOf, handleOf, openMessages } from './conversation.ts';
import type { RelayDependencies } from './dependencies.ts';
import { type RelayScope, UNMATCHED } from './effect.ts';
import {
  guestHandle,
  guestNamedIn,
  type InboundMessage,
  JOB_PREFIX,
  mentionsIn,
  withoutLeadingMention,
  withoutMentions,
} from './inbound.ts';
import { CUSTOMER, type RelayPlan, type Sender, senderLabel, senderOf, teamFor } from './plan.ts';
import {
  answerText,
  askBackText,
  NOTHING_TO_PASS_ON,
  offHoursText,
  relayText,
  replyText,
  unknownHandleText,
  unmatchedText,
} from './text.ts';
import { asksForNoMoreTexts, isAcknowledgement, keywordOf, questionOf } from './words.ts';

/** Fixes from this many reports are enough for an ETA. */
const REPORTS_FOR_ETA = 5;
/** More jobs than this in one text are not looked at. */
const MAX_MENTIONS = 5;
/** What a dispatcher was told longer ago than this is not what they answer, in ms. */
const TALK_MS = 7 * 24 * 3_600_000;
/** A dispatcher's answer is not compared with more texts than this. */
const MAX_TOLD = 20;
/** So long a dispatcher may take to say whom their words were for, in ms. */
const ASKED_BACK_MS = 15 * 60_000;
/** Somebody who was told lately that the team is asleep is not told again, in ms. */
const NOTICE_AGAIN_MS = 3_600_000;
/** A plan that leads to nothing yet. */
export const aPlan = (what: Pick<RelayPlan, 'scope' | 'sender' | 'from' | 'receivedAt' | 'begunAt'>): RelayPlan => ({
  kind: 'none',
  recipients: [],
  body: '',
  acknowledges: [],
  notice: null,
  bounce: null,
  heldUntil: null,
  answeredBy: null,
  ...what,
});

/** Decides what a message leads to. Reads only; the decision counts once it is pinned. */
export const planMessage = async (deps: RelayDependencies, message: InboundMessage): Promise<RelayPlan> => {
  const found = await resolve(deps, message);
  const { from, receivedAt } = message;
  const sender = senderOf(from, found.job, deps.company);
  const begunAt = deps.now();
  const scope = found.job?.id ?? UNMATCHED;
  const none = aPlan({ scope, sender: senderLabel(sender, from), from, receivedAt, begunAt });
  if (sender.kind === 'ourselves' || keywordOf(message)) return none;
  if (sender.kind === 'contact') return { ...none, ...(await planForContact(deps, message, found, sender, begunAt)) };

  const { budgets } = deps.company.policy;
  const since = begunAt - Math.max(budgets.minutes * 60_000, NOTICE_AGAIN_MS);
  // Neither what the team writes nor what we sum up uses up a customer's budget.
  const recent = (await deps.relay.recent(scope, since)).filter(
    (one) =>
      one.messageSid !== message.messageSid &&
      !one.messageSid.startsWith('QS') &&
      senderOf(one.from, found.job, deps.company).kind !== 'contact',
  );
  const inWindow = recent.filter(({ receivedAt: at }) => at > begunAt - budgets.minutes * 60_000);
  if (isOverBudget(from, inWindow, budgets)) return { ...none, kind: 'held', heldUntil: summaryDue(budgets, begunAt) };

  const answer = sender.kind === 'customer' && found.job ? await answerTo(deps, message, found.job) : null;
  if (answer !== null) return { ...none, kind: 'answer', recipients: [toNow(CUSTOMER, from, begunAt)], body: answer };

  const recipients = teamFor(found.job, message, deps.company, begunAt);
  return {
    ...none,
    kind: 'team',
    recipients,
    body: await teamText(deps, message, found, sender),
    notice: sender.kind === 'customer' ? noticeFor(deps, recipients, recent, from, begunAt) : null,
  };
};

const toNow = (recipient: RelayPlan['recipients'][number]['recipient'], to: string, now: number) => ({
  recipient,
  to,
  notBefore: now,
});

/** What a customer is told whose whole team is asleep: when it is read, and what would wake somebody. */
const noticeFor = (
  { company }: RelayDependencies,
  team: RelayPlan['recipients'],
  recent: readonly RecentMessage[],
  from: string,
  now: number,
): string | null => {
  const isAsleep = team.length > 0 && team.every(({ notBefore }) => notBefore > now);
  const wasTold = recent.some((one) => one.from === from && one.receivedAt > now - NOTICE_AGAIN_MS);
  if (!isAsleep || wasTold) return null;
  const until = Math.min(...team.map(({ notBefore }) => notBefore));
  return offHoursText(company.name, until, company.timeZone, company.policy.urgentWords[0] ?? null);
};

type Planned = Pick<RelayPlan, 'kind' | 'recipients' | 'body'> & Partial<RelayPlan>;

/** What a dispatcher's text leads to: it acknowledges, asks, goes to the customer it is for, or has to be asked about. */
const planForContact = async (
  deps: RelayDependencies,
  message: InboundMessage,
  found: Resolution,
  { contact }: Extract<Sender, { kind: 'contact' }>,
  now: number,
): Promise<Planned> => {
  const back = toNow(contact.id, message.from, now);
  const answer = async (body: string): Promise<Planned> => {
    // An auto-reply to what we ask back would never end.
    const { budgets } = deps.company.policy;
    const lately = await deps.relay.recent(found.job?.id ?? UNMATCHED, now - budgets.minutes * 60_000);
    const isLoop = lately.filter(({ from }) => from === message.from).length >= budgets.perSender;
    return isLoop ? { kind: 'none', recipients: [], body: '' } : { kind: 'answer', recipients: [back], body };
  };
  const talks = conversationsOf(await toldTo(deps, message.from, now));
  const words = withoutLeadingMention(message.body);
  const named = found.isNamed ? found.job : null;

  if (isAcknowledgement(words) && found.unknown === null) {
    const meant = named ? talks.filter(({ scope }) => scope === named.id) : talks;
    const open = meant.filter((talk) => openMessages([talk]).length > 0);
    const [scope, ...others] = new Set(open.map((talk) => talk.scope));
    // On the timeline of the job that it is about, where there is one alone.
    const where = scope !== undefined && others.length === 0 ? { scope } : {};
    return { ...where, kind: 'none', recipients: [], body: '', acknowledges: openMessages(open) };
  }
  if (named) {
    const asked = await answerTo(deps, message, named);
    if (asked !== null) return answer(asked);
  }
  const target = await targetOf(deps, message, found, talks, now);
  if (typeof target === 'string') return answer(target);
  const said = words === '' ? await heldBackWords(deps, message, now) : words;
  if (said === null) return answer(NOTHING_TO_PASS_ON);
  const { scope, to } = target;
  return {
    kind: 'reply',
    scope,
    recipients: [toNow(CUSTOMER, to, now)],
    body: replyText(deps.company.name, said, deps.company.policy.plainPunctuation),
    acknowledges: openMessages(talks.filter((talk) => talk.scope === scope && talk.from === to)),
    bounce: { recipient: contact.id, to: message.from },
  };
};

/** The words that a dispatcher was asked back about a moment ago: `@1042` alone says whom they are for. */
const heldBackWords = async (deps: RelayDependencies, message: InboundMessage, now: number): Promise<string | null> => {
  const lately = await deps.relay.recent(UNMATCHED, now - ASKED_BACK_MS);
  const last = lately.findLast(({ from, messageSid }) => from === message.from && messageSid !== message.messageSid);
  return last && withoutLeadingMention(last.body) === last.body.trim() ? last.body.trim() : null;
};

/** Whom a dispatcher's text is for; a sentence that asks back when that is not certain. */
const targetOf = async (
  deps: RelayDependencies,
  message: InboundMessage,
  found: Resolution,
  talks: readonly Conversation[],
  now: number,
): Promise<{ scope: RelayScope; to: string } | string> => {
  const guest = guestNamedIn(message.body);
  if (guest !== null) {
    const talk = talks.find(({ from }) => guestHandle(from) === guest);
    return talk ? { scope: talk.scope, to: talk.from } : unknownHandleText(guest);
  }
  if (found.isNamed && found.job) return { scope: found.job.id, to: found.job.customer.phone };
  if (found.unknown !== null) return unknownHandleText(found.unknown);
  const candidates = candidatesFor(talks, now).filter(({ from }) => parsePhoneNumber(from) !== null);
  const [only, ...more] = candidates;
  if (only && more.length === 0) return { scope: only.scope, to: only.from };
  const choices = await Promise.all(
    candidates.slice(0, 3).map(async ({ scope, from }) => {
      const job = scope === UNMATCHED ? null : await deps.jobs.find(scope as JobId);
      const isCustomer = job?.customer.phone === from;
      const handle = handleOf(scope, from, job?.customer.phone ?? null) ?? scope;
      return { handle, name: isCustomer && job ? job.customer.name : 'no job' };
    }),
  );
  return askBackText(choices);
};

/** What somebody of the team was texted lately because of a customer, with what was planned then. */
const toldTo = async (deps: RelayDependencies, phone: string, now: number) => {
  const sent = await deps.relay.sentTo(phone, now - TALK_MS);
  const told = await Promise.all(
    sent.slice(0, MAX_TOLD).map(async ({ messageSid, at }) => {
      const plan = await deps.relay.plan(messageSid);
      return plan ? [{ messageSid, at, plan }] : [];
    }),
  );
  return told.flat();
};

/** `unknown` is a job that the message names and that there is none of. */
type Resolution = { job: Job | null; isNamed: boolean; unknown: JobId | null; note: string | null };

/**
 * The job of a message: by the path, else by the text, else by the sender's phone; the newest active one of several. A number
 * alone (`#5`, which may be a gate) counts for those who have to do with that job, and for others only when nothing else is found.
 */
const resolve = async (deps: RelayDependencies, message: InboundMessage): Promise<Resolution> => {
  const { pathJob, from } = message;
  const asked = jobAskedAbout(message.body);
  const mentions = [
    ...(pathJob ? [{ job: pathJob, isCertain: true }] : []),
    ...mentionsIn(message.body),
    ...(asked ? [{ job: asked, isCertain: false }] : []),
  ];
  let unsure: Job | null = null;
  let unknown: JobId | null = null;
  for (const { job: id, isCertain } of mentions.slice(0, MAX_MENTIONS)) {
    const job = await deps.jobs.find(id);
    if (job && (isCertain || senderOf(from, job, deps.company).kind !== 'stranger'))
      return { job, isNamed: true, unknown: null, note: null };
    unsure ??= job;
    if (!job) unknown ??= id;
  }
  // A dispatcher may be a customer too, but a text that names no job does not say as which of them they write.
  const isDispatcher = senderOf(from, null, deps.company).kind !== 'stranger';
  const byPhone = isDispatcher ? null : await newestOf(deps, from);
  if (byPhone) return { ...byPhone, isNamed: false, unknown };
  return { job: unsure, isNamed: unsure !== null, unknown, note: null };
};

const newestOf = async (deps: RelayDependencies, from: string): Promise<{ job: Job; note: string | null } | null> => {
  const phone = parsePhoneNumber(from);
  const ids = phone ? await deps.jobs.activeByPhone(phone) : [];
  for (const [i, id] of ids.entries()) {
    const job = await deps.jobs.find(id);
    // The index lags behind the jobs by a moment.
    if (!job || !isActive(job.status) || job.customer.phone !== phone) continue;
    const others = ids.slice(i + 1);
    const named = others.slice(0, 2).join(', ');
    return { job, note: others.length > 0 ? `newest of ${others.length + 1} jobs, also ${named}` : null };
  }
  return null;
};

/** How somebody who is not the job's customer is spoken of: never by their number. */
const guestName = (from: string): string => {
  const digits = guestHandle(from)?.slice(2);
  return digits ? `a number ending in ${digits}` : from;
};

const teamText = async (
  deps: RelayDependencies,
  message: InboundMessage,
  { job, note }: Resolution,
  sender: Sender,
): Promise<string> => {
  const { plainPunctuation } = deps.company.policy;
  const { body: words, from } = message;
  const media = await Promise.all(message.media.map((_, index) => deps.mediaLink(message, index)));
  const handle = handleOf(job?.id ?? UNMATCHED, from, job?.customer.phone ?? null);
  const stop = asksForNoMoreTexts(words) ? 'asks for no more texts: we send none' : null;
  if (!job) return unmatchedText(guestName(from), handle, words, media, plainPunctuation);
  return relayText({
    job,
    guest: sender.kind === 'stranger' ? guestName(from) : null,
    handle,
    words,
    media,
    eta: await etaFor(deps, message, job),
    link: await deps.trackingLink(job, message),
    timeZone: deps.company.timeZone,
    note: [note, stop].filter((part) => part !== null).join('; ') || null,
    plainPunctuation,
  });
};

/** `eta 1042`: a number after a question can be nothing but a job. */
const NUMBER_AT_END = /\s([0-9]{1,9})\W*$/;

const questionIn = (body: string) =>
  questionOf(withoutMentions(body)) ?? questionOf(withoutMentions(body).replace(NUMBER_AT_END, ''));

const jobAskedAbout = (body: string): JobId | null => {
  const [, number] = NUMBER_AT_END.exec(body) ?? [];
  return number !== undefined && questionIn(body) ? parseJobId(`${JOB_PREFIX}-${number}`) : null;
};

/** The answer to a question that needs no person, or null when the text is none. */
const answerTo = async (deps: RelayDependencies, message: InboundMessage, job: Job): Promise<string | null> => {
  const question = questionIn(message.body);
  if (!question || message.media.length > 0) return null;
  const eta = await etaFor(deps, message, job);
  return answerText(question, job, eta, await deps.trackingLink(job, message), deps.company.timeZone);
};

/** The arrival, where it can be had: a text without one is worth more than one that waits for it. */
const etaFor = async (deps: RelayDependencies, { messageSid }: InboundMessage, job: Job) => {
  if (!isActive(job.status)) return null;
  const now = deps.now();
  try {
    return await etaOf(deps.travel, job, await deps.locations.recent(job.id, now, REPORTS_FOR_ETA), now);
  } catch (error) {
    deps.report({ kind: 'without-eta', messageSid, error });
    return null;
  }
};
