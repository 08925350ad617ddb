import { type JobId, type MessageSid, parseJobId, parseMessageSid, parsePhoneNumber } from '../ids.ts';
import { isActive, type Job } from '../job.ts';
import { etaOf } from '../movement/arrival.ts';
import { isOverBudget, type RecentMessage, summaryDue } from './budget.ts';
import {
  type Conversation,
  candidatesFor,
  conversationsOf,
  handleOf,
  jobHandle,
  openMessages,
  type Told,
} from './conversation.ts';
import type { RelayDependencies } from './dependencies.ts';
import { type RelayScope, UNMATCHED } from './effect.ts';
import {
  guestHandle,
  guestNamedIn,
  type InboundMessage,
  JOB_PREFIX,
  leadingMention,
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
  stillOpenText,
  unknownHandleText,
  unmatchedText,
} from './text.ts';
import {
  asksForNoMoreTexts,
  holdsOneOf,
  isAcknowledgement,
  isAutoReply,
  keywordOf,
  questionOf,
  reactionIn,
} from './words.ts';

/** Fixes from this many reports are enough for an ETA. */
const REPORTS_FOR_ETA = 5;
/** More jobs than this in one text are not looked at. */
const MAX_MENTIONS = 5;
/** What a dispatcher was told longer ago than this is not what they answer, in ms. */
const TALK_MS = 7 * 24 * 3_600_000;
/** A dispatcher's answer is not compared with more texts than this, and so many are read at a time. */
const MAX_TOLD = 60;
const TOLD_AT_ONCE = 20;
/** An answer is an answer to what somebody wrote within this, in ms, and to no more messages than that. */
const ANSWERED_MS = 24 * 3_600_000;
const MAX_ANSWERED = 10;
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
  const { from, receivedAt } = message;
  const begunAt = deps.now();
  const { sender, found } = await understand(deps, message, begunAt);
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
  const { urgentWords } = deps.company.policy;
  // One cry for help is never held back; a flood of them is.
  const isUrgent =
    holdsOneOf(urgentWords, message.body) &&
    !inWindow.some((one) => one.from === from && one.heldUntil === null && holdsOneOf(urgentWords, one.body));
  if (!isUrgent && isOverBudget(from, inWindow, budgets))
    return { ...none, kind: 'held', heldUntil: summaryDue(budgets, begunAt) };

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
  const nothing: Planned = { kind: 'none', recipients: [], body: '' };
  // Nobody has read anything.
  if (isAutoReply(message.body)) return nothing;
  const talks = conversationsOf(await toldTo(deps, message.from, now));
  const words = withoutLeadingMention(message.body);
  const named = found.isNamed ? found.job : null;

  const reaction = reactionIn(message.body);
  const hasIt = reaction ? reaction.isApproving : isAcknowledgement(words) && message.media.length === 0;
  if (reaction || (hasIt && found.unknown === null)) {
    if (!hasIt) return nothing;
    const about = named?.id ?? (reaction && mentionsIn(reaction.quote)[0]?.job) ?? null;
    const open = talks.filter((talk) => openMessages([talk]).length > 0 && (about === null || talk.scope === about));
    const [newest, ...others] = open;
    if (!newest) return nothing;
    if (about !== null) return { ...nothing, scope: about, acknowledges: openMessages(open) };
    // What they have seen last; who else waits is not answered by it.
    const acknowledged = { scope: newest.scope, acknowledges: openMessages([newest]) };
    if (others.length === 0) return { ...nothing, ...acknowledged };
    const choices = await Promise.all([newest, ...others.slice(0, 3)].map((talk) => choiceOf(deps, talk)));
    return { ...(await answer(stillOpenText(choices))), ...acknowledged };
  }
  if (named) {
    const asked = await answerTo(deps, message, named);
    if (asked !== null) return answer(asked);
  }
  const target = await targetOf(deps, message, found, talks, now);
  if (typeof target === 'string') return answer(target);
  const media = await Promise.all(message.media.map((_, index) => deps.mediaLink(message, index)));
  const said = words === '' && media.length === 0 ? await heldBackWords(deps, message, now) : words;
  if (said === null) return answer(NOTHING_TO_PASS_ON);
  const { scope, to } = target;
  const { budgets, plainPunctuation } = deps.company.policy;
  const lately = await deps.relay.recent(scope, now - ANSWERED_MS);
  // A phone that answers by itself what we say of its answer would never end.
  const isLoop =
    lately.filter(({ from, receivedAt }) => from === message.from && receivedAt > now - budgets.minutes * 60_000)
      .length >= budgets.perSender;
  const told = openMessages(talks.filter((talk) => talk.scope === scope && talk.from === to));
  return {
    kind: 'reply',
    scope,
    recipients: [toNow(CUSTOMER, to, now)],
    body: replyText(deps.company.name, said, media, plainPunctuation),
    acknowledges: [...new Set([...told, ...(await unansweredOf(deps, lately, to))])],
    bounce: isLoop ? null : { recipient: contact.id, to: message.from },
  };
};

/** What somebody has written lately that nobody has answered yet, whoever of the team was told of it. */
const unansweredOf = async (
  { relay }: RelayDependencies,
  lately: readonly RecentMessage[],
  from: string,
): Promise<MessageSid[]> => {
  const theirs = lately.filter((one) => one.from === from).slice(-MAX_ANSWERED);
  const plans = await Promise.all(
    theirs.map(async (one) => {
      const sid = parseMessageSid(one.messageSid);
      const plan = sid && (await relay.plan(sid));
      return sid && plan?.kind === 'team' && plan.answeredBy === null ? [sid] : [];
    }),
  );
  return plans.flat();
};

/** How a dispatcher is told of a talk. */
const choiceOf = async (deps: RelayDependencies, { scope, from }: Conversation) => {
  const job = scope === UNMATCHED ? null : await deps.jobs.find(scope as JobId);
  const isCustomer = job?.customer.phone === from;
  const handle = handleOf(scope, from, job?.customer.phone ?? null) ?? scope;
  return { handle, name: isCustomer && job ? job.customer.name : 'no job' };
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
  // A job in the middle of a sentence may be whom it is for, or what it is about.
  const others = found.mentioned.filter(({ id }) => id !== only?.scope);
  if (only && more.length === 0 && others.length === 0) return { scope: only.scope, to: only.from };
  const [mentioned, ...moreMentioned] = found.mentioned;
  if (!only && mentioned && moreMentioned.length === 0) return { scope: mentioned.id, to: mentioned.customer.phone };
  const choices = await Promise.all(candidates.slice(0, 3).map((talk) => choiceOf(deps, talk)));
  const named = others
    .filter(({ id }) => candidates.every(({ scope }) => scope !== id))
    .map(({ id, customer }) => ({ handle: jobHandle(id), name: customer.name }));
  return askBackText([...choices, ...named]);
};

/** What somebody of the team was texted lately because of a customer, with what was planned then. */
const toldTo = async (deps: RelayDependencies, phone: string, now: number) => {
  const sent = (await deps.relay.sentTo(phone, now - TALK_MS)).slice(0, MAX_TOLD);
  const told: Told[] = [];
  // What we say to dispatchers ourselves shall not hide who waits for them.
  for (let i = 0; i < sent.length && told.length < TOLD_AT_ONCE; i += TOLD_AT_ONCE) {
    const plans = await Promise.all(
      sent.slice(i, i + TOLD_AT_ONCE).map(async ({ messageSid, at }) => {
        const plan = await deps.relay.plan(messageSid);
        return plan?.kind === 'team' ? [{ messageSid, at, plan }] : [];
      }),
    );
    told.push(...plans.flat());
  }
  return told;
};

/** Who wrote, and what job it is about. */
const understand = async (
  deps: RelayDependencies,
  message: InboundMessage,
  now: number,
): Promise<{ sender: Sender; found: Resolution }> => {
  const { from } = message;
  if (senderOf(from, null, deps.company).kind === 'contact') {
    const found = await resolveForTeam(deps, message);
    return { sender: senderOf(from, found.job, deps.company), found };
  }
  const found = await resolve(deps, message);
  const sender = senderOf(from, found.job, deps.company);
  const isTeam = sender.kind === 'contact' || sender.kind === 'stranger';
  const contact = sender.kind === 'contact' ? sender : isTeam ? await contactOfAJob(deps, from, now) : null;
  return contact ? { sender: contact, found: await resolveForTeam(deps, message) } : { sender, found };
};

/** Somebody whom a job alone names as its contact, and who need not name it: known by what they were texted. */
const contactOfAJob = async (deps: RelayDependencies, from: string, now: number): Promise<Sender | null> => {
  const scopes = new Set((await toldTo(deps, from, now)).map(({ plan }) => plan.scope));
  for (const scope of scopes) {
    const job = scope === UNMATCHED ? null : await deps.jobs.find(scope as JobId);
    const sender = senderOf(from, job, deps.company);
    if (sender.kind === 'contact') return sender;
  }
  return null;
};

/**
 * `unknown` is a job that the message names and that there is none of; `mentioned` are those in the middle of a dispatcher's
 * sentence.
 */
type Resolution = { job: Job | null; isNamed: boolean; unknown: JobId | null; note: string | null; mentioned: Job[] };

const NO_JOB: Resolution = { job: null, isNamed: false, unknown: null, note: null, mentioned: [] };

/**
 * The job that a dispatcher's text is about: the one that it begins with, or asks about, else that of the path. Any other is only
 * mentioned: a wrong guess would show one customer what was meant for another.
 */
const resolveForTeam = async (deps: RelayDependencies, { body, pathJob }: InboundMessage): Promise<Resolution> => {
  const asked = questionIn(body) ? (mentionsIn(body)[0]?.job ?? jobAskedAbout(body)) : null;
  const id = leadingMention(body) ?? asked;
  const job = id && (await deps.jobs.find(id));
  if (id) return job ? { ...NO_JOB, job, isNamed: true } : { ...NO_JOB, unknown: id };
  const ofPath = pathJob && (await deps.jobs.find(pathJob));
  if (ofPath) return { ...NO_JOB, job: ofPath, isNamed: true };
  const certain = mentionsIn(body).filter(({ isCertain }) => isCertain);
  const mentioned = await Promise.all(certain.slice(0, MAX_MENTIONS).map((one) => deps.jobs.find(one.job)));
  return { ...NO_JOB, mentioned: mentioned.flatMap((one) => one ?? []) };
};

/**
 * The job of a message: by the path, else by the text, else by the sender's phone; the newest active one of several. A number
 * alone (`#5`, which may be a gate) counts for those who have to do with that job, and for others only when nothing else is found.
 */
const resolve = async (deps: RelayDependencies, message: InboundMessage): Promise<Resolution> => {
  const { pathJob, from } = message;
  const asked = jobAskedAbout(message.body);
  const mentions = [...mentionsIn(message.body), ...(asked ? [{ job: asked, isCertain: false }] : [])];
  const ofPath = pathJob && (await deps.jobs.find(pathJob));
  if (ofPath) return { ...NO_JOB, job: ofPath, isNamed: true };
  let unsure: Job | null = null;
  const sure: Job[] = [];
  for (const { job: id, isCertain } of mentions.slice(0, MAX_MENTIONS)) {
    const job = await deps.jobs.find(id);
    if (job && (isCertain || senderOf(from, job, deps.company).kind !== 'stranger')) sure.push(job);
    unsure ??= job;
  }
  const [job, ...others] = sure.toSorted(
    (a, b) => Number(isActive(b.status)) - Number(isActive(a.status)) || b.createdAt - a.createdAt,
  );
  const note = others.length > 0 ? `also names ${others.map(({ id }) => id).join(', ')}` : null;
  if (job) return { ...NO_JOB, job, isNamed: true, note };
  const byPhone = await newestOf(deps, from);
  if (byPhone) return { ...NO_JOB, ...byPhone };
  return { ...NO_JOB, job: unsure, isNamed: unsure !== null };
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
  // Also of addresses with a number in them, such as `whatsapp:+1…`.
  const digits = from.replaceAll(/[^0-9]/g, '');
  return digits.length >= 7 ? `a number ending in ${digits.slice(-4)}` : from;
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
