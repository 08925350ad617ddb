import { type CustomerView, customerView } from '../../customer/customer-view.ts';
import { stageLabel } from '../../customer/stage-words.ts';
import type { Fix } from '../../fix.ts';
import type { Job } from '../../job.ts';
import { isActive } from '../../job-status.ts';
import { recentFixes } from '../../jobs/recent-fixes.ts';
import type { Eta } from '../../movement/estimate-arrival.ts';
import { etaOf } from '../../movement/job-eta.ts';
import { answerText } from '../customer-wording.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { dispatcherAnswerText } from '../message-wording.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { isOptOutRequest } from '../recognition/opt-out.ts';
import { relayText, unmatchedText } from '../team-wording.ts';
import { replyHandle } from './conversation.ts';
import { type FoundJob, questionIn } from './find-job.ts';
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

/** Returns links to a message's pictures. */
export const mediaLinks = (deps: RelayDependencies, message: InboundMessage): Promise<string[]> =>
  Promise.all(message.media.map((_, index) => deps.mediaLink(message, index)));

/** Composes the text that the team gets for a customer's or guest's message. */
export const composeTeamText = async (
  deps: RelayDependencies,
  message: InboundMessage,
  { job, note }: FoundJob,
  sender: Sender,
): Promise<string> => {
  const { jobPrefix, policy } = deps.company;
  const { plainPunctuation } = policy;
  const { body: words, from } = message;
  const media = await mediaLinks(deps, message);
  const handle = replyHandle(job?.id ?? UNMATCHED, from, job?.customer.phone ?? null, jobPrefix);
  const optOut = isOptOutRequest(words) ? 'opted out: gets no more texts' : null;
  if (!job) return unmatchedText(nameOfSender(sender, from) ?? guestName(from), handle, words, media, plainPunctuation);
  return relayText({
    ...(await factsForTeam(deps, message, job)),
    job,
    guest: nameOfSender(sender, from),
    handle,
    words,
    media,
    note: [note, optOut].filter((part) => part !== null).join('; ') || null,
    plainPunctuation,
  });
};

/** Tests whether the relay can answer a message by itself: it is a question, without a picture. */
export const isAnswerable = (deps: RelayDependencies, { body, media }: InboundMessage): boolean =>
  media.length === 0 && questionIn(body, deps.company.jobPrefix) !== null;

/** Composes the answer to a question about jobs. @throws Error when the message is not a question */
export const composeAnswer = async (
  deps: RelayDependencies,
  message: InboundMessage,
  jobs: readonly Job[],
): Promise<string> => {
  const question = questionIn(message.body, deps.company.jobPrefix);
  if (!question) throw new Error('Only a question can be answered');
  const now = deps.now();
  const answered = await Promise.all(
    jobs.map(async (job) => {
      const { view } = await readFacts(deps, message, job);
      return { job, view, link: await deps.trackingLink(job, message) };
    }),
  );
  return answerText(answered, { now, language: question.language, timeZone: deps.company.timeZone });
};

/** Composes the answer to a dispatcher's question about a job: their customer's site, not theirs. In Spanish the customer's words serve. */
export const composeDispatcherAnswer = async (
  deps: RelayDependencies,
  message: InboundMessage,
  job: Job,
): Promise<string> => {
  if (questionIn(message.body, deps.company.jobPrefix)?.language === 'es') return composeAnswer(deps, message, [job]);
  return dispatcherAnswerText(job, await factsForTeam(deps, message, job));
};

/** Reads the facts of a job for a dispatcher's text: its stage in words, arrival and link. */
const factsForTeam = async (deps: RelayDependencies, message: InboundMessage, job: Job) => {
  const { timeZone } = deps.company;
  const { eta, view, now } = await readFacts(deps, message, job);
  return {
    stage: stageLabel(view, { now, language: 'en', timeZone }),
    // Dispatchers also know of the company's own legs, until the trailer has left the customer for good.
    eta: view.stage === 'done' ? null : eta,
    link: await deps.trackingLink(job, message),
    timeZone,
  };
};

/** Facts of a job for a text: its ETA on any leg, and the customer's part. `now` is their moment, epoch ms. */
type TextFacts = { eta: Eta | null; view: CustomerView; now: number };

/** Reads the facts of a job, without positions when that fails: a text without an ETA is worth more than one that waits for it. */
const readFacts = async (deps: RelayDependencies, { messageSid }: InboundMessage, job: Job): Promise<TextFacts> => {
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
  return { eta, view: customerView(job, { fixes, eta }, now), now };
};
