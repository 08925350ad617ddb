import { type CustomerView, customerStops, customerView, isTimeOver } from '../../customer/customer-view.ts';
import { stageLabel } from '../../customer/stage-words.ts';
import type { Fix } from '../../fix.ts';
import type { Job } from '../../job.ts';
import { isActive } from '../../job-status.ts';
import { recentFixes } from '../../jobs/recent-fixes.ts';
import type { Eta } from '../../movement/estimate-arrival.ts';
import { etaOf } from '../../movement/job-eta.ts';
import { personText } from '../consent-wording.ts';
import { personKey } from '../conversation/person-key.ts';
import { answerText } from '../customer-wording.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { mediaParts } from '../media-parts.ts';
import { dispatcherAnswerText } from '../message-wording.ts';
import { UNMATCHED } from '../outbound-message.ts';
import type { Question } from '../recognition/question.ts';
import { type JobFacts, relayText, type TeamMessage } from '../team-wording.ts';
import { replyHandle } from './conversation.ts';
import { type FoundJob, questionIn } from './find-job.ts';
import { guestHandle, jobHandle } from './mentions.ts';
import type { Sender } from './sender.ts';

/** Returns the name by which dispatchers see a sender who is not the job's customer; never the whole number. */
export const guestName = (from: string): string => {
  // Also in addresses that contain a number, such as `whatsapp:+1…`.
  const digits = from.replaceAll(/[^0-9]/g, '');
  return digits.length >= 7 ? `a number ending in ${digits.slice(-4)}` : from;
};

/** Returns the name by which dispatchers see the sender; null for the job's customer. */
export const nameOfSender = (sender: Sender, from: string): string | null => {
  if (sender.kind === 'driver') return `driver ${sender.driver.name}, ${sender.driver.trailers.join(', ')}`;
  return sender.kind === 'stranger' ? guestName(from) : null;
};

/** Returns the name with which a text to the team begins. A number is never shown: the handle has its last digits. */
const writerName = (sender: Sender, from: string, job: Job | null): string => {
  if (sender.kind === 'driver') return `Driver ${sender.driver.name} (${sender.driver.trailers.join(', ')})`;
  if (sender.kind === 'customer' && job) return job.customer.name;
  const digits = from.replaceAll(/[^0-9]/g, '');
  // A sender ID of letters or a short code is not someone's number, and cannot be answered.
  if (digits.length < 7) return from;
  const name = job ? 'Guest' : 'Unknown number';
  // An address that contains a number, such as `whatsapp:+1...`, has no handle.
  return guestHandle(from) === null ? `${name} ending in ${digits.slice(-4)}` : name;
};

/** Returns links to a message's pictures. */
export const mediaLinks = (deps: RelayDependencies, message: InboundMessage): Promise<string[]> =>
  Promise.all(message.media.map((_, index) => deps.mediaLink(message, index)));

/** Length of the words up to which no text is ever cut, in characters. */
const MAX_UNCUT_LENGTH = 100;

/** Returns a customer's or guest's message as the team sees it, without the facts of its job. @param remark about the message itself @param isOtherPhone it comes from another phone of the job's customer */
export const teamMessageOf = async (
  deps: RelayDependencies,
  message: InboundMessage,
  { job, note }: Pick<FoundJob, 'job' | 'note'>,
  sender: Sender,
  remark: string | null = null,
  isOtherPhone = false,
): Promise<TeamMessage> => {
  const { jobPrefix } = deps.company;
  const { body: words, from } = message;
  const isCustomer = job !== null && personKey(from) === job.customer.phone;
  const number = job && jobHandle(job.id, jobPrefix).slice(1);
  return {
    name: job && isOtherPhone ? `${job.customer.name} (${number}), other phone,` : writerName(sender, from, job),
    handle: replyHandle(job?.id ?? UNMATCHED, from, job?.customer.phone ?? null, jobPrefix),
    about: job && !isCustomer && !isOtherPhone ? `${job.customer.name} (${number})` : null,
    words,
    media: await mediaParts(message, deps.mediaLink),
    note: [note, remark].filter((part) => part !== null).join('; ') || null,
    wholeLink: words.length > MAX_UNCUT_LENGTH ? ((await deps.wordsLink?.(message)) ?? null) : null,
  };
};

/** Age in ms from which a text says when its words were written. */
export const LATE_MS = 5 * 60_000;

/** Composes the text that the team gets for a message, with the facts of its job at this moment. */
export const composeTeamText = async (
  deps: RelayDependencies,
  message: TeamMessage,
  job: Job | null,
  received: Pick<InboundMessage, 'messageSid' | 'receivedAt'>,
): Promise<string> => {
  const { timeZone, policy } = deps.company;
  const facts = job && (await factsForTeam(deps, received, job));
  const now = deps.now();
  const writtenAt = now - received.receivedAt >= LATE_MS ? received.receivedAt : null;
  return relayText(message, facts, { now, timeZone, writtenAt, plainPunctuation: policy.plainPunctuation });
};

/** Tests whether the relay can answer a message by itself: it is a question, without a picture. */
export const isAnswerable = (
  deps: Pick<RelayDependencies, 'company'>,
  { body, media }: Pick<InboundMessage, 'body' | 'media'>,
): boolean => media.length === 0 && questionIn(body, deps.company.jobPrefix) !== null;

/** Time after the end of a job in which questions about it are answered from it, in ms. */
const ANSWERED_AFTER_END_MS = 7 * 24 * 3_600_000;

/** Tests whether a question has an answer in what its customer may know: a time, a place or a state of their own stop. */
const isFactAbout = (
  about: Question['about'],
  { updatedAt }: Job,
  { stage, scheduledFor, eta, fixes }: CustomerView,
  now: number,
): boolean => {
  switch (stage) {
    case 'scheduled':
      return scheduledFor !== null && !isTimeOver(scheduledFor, now);
    case 'on_the_way':
    case 'on_the_way_back':
      return about === 'status' || eta !== null || (about === 'where' && fixes.length > 0);
    case 'under_way':
    case 'away':
      return about === 'status';
    case 'cancelled':
      return false;
    case 'done':
      return updatedAt > now - ANSWERED_AFTER_END_MS;
    default:
      return true;
  }
};

/**
 * Composes the answer to a question about jobs, as far as there are facts, with the way to reach a person; null when it is not a question,
 * or there is no fact about the first job.
 */
export const composeAnswer = async (
  deps: RelayDependencies,
  message: InboundMessage,
  jobs: readonly Job[],
): Promise<string | null> => {
  const { company } = deps;
  const question = questionIn(message.body, company.jobPrefix);
  if (!question) return null;
  const { about, language } = question;
  const now = deps.now();
  const read = await Promise.all(
    jobs.map(async (job) => {
      const { view } = await readFacts(deps, message, job);
      return { job, view, link: await deps.trackingLink(job, message) };
    }),
  );
  const [first] = read;
  const answered = read.filter(({ job, view }) => isFactAbout(about, job, view, now));
  if (!first || answered[0] !== first) return null;
  const answer = answerText(answered, { now, language, timeZone: company.timeZone });
  return `${answer}\n${personText(company.phone, language)}`;
};

/** Composes the answer to a dispatcher's question about a job: their customer's site, not theirs. In Spanish the customer's words serve. */
export const composeDispatcherAnswer = async (
  deps: RelayDependencies,
  message: InboundMessage,
  job: Job,
): Promise<string> => {
  const { timeZone } = deps.company;
  if (questionIn(message.body, deps.company.jobPrefix)?.language === 'es') {
    const { view, now } = await readFacts(deps, message, job);
    const link = await deps.trackingLink(job, message);
    return answerText([{ job, view, link }], { now, language: 'es', timeZone });
  }
  return dispatcherAnswerText(job, await factsForTeam(deps, message, job), { now: deps.now(), timeZone });
};

/** Reads the facts of a job for a dispatcher's text: the customer's stop, the trailers, the stage in words, the arrival there and the link. */
const factsForTeam = async (
  deps: RelayDependencies,
  received: Pick<InboundMessage, 'messageSid' | 'receivedAt'>,
  job: Job,
): Promise<JobFacts> => {
  const { timeZone } = deps.company;
  const { view, now } = await readFacts(deps, received, job);
  const { stops, currentStop } = customerStops(job);
  return {
    address: view.site?.address ?? stops[currentStop]?.address ?? null,
    trailers: job.trailers,
    stage: stageLabel(view, { now, language: 'en', timeZone }),
    eta: view.eta,
    link: await deps.trackingLink(job, received),
  };
};

/** Facts of a job for a text: what its customer may know. `now` is their moment, epoch ms. */
type TextFacts = { view: CustomerView; now: number };

/** Reads the facts of a job, without positions when that fails: a text without an ETA is worth more than one that waits for it. */
const readFacts = async (
  deps: RelayDependencies,
  { messageSid }: Pick<InboundMessage, 'messageSid'>,
  job: Job,
): Promise<TextFacts> => {
  const now = deps.now();
  let fixes: readonly Fix[] = [];
  let eta: Eta | null = null;
  try {
    // As many reports as for the page, so that both state the same arrival.
    if (isActive(job.status)) fixes = await recentFixes(deps.locations, job.trailers, now);
    eta = await etaOf(deps.travel, job, fixes, now);
  } catch (error) {
    deps.report({ kind: 'without-eta', messageSid, error });
  }
  return { view: customerView(job, { fixes, eta }, now), now };
};
