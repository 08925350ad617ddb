import type { Job } from '../../job.ts';
import { isActive } from '../../job-status.ts';
import { recentFixes } from '../../jobs/recent-fixes.ts';
import type { Eta } from '../../movement/estimate-arrival.ts';
import { etaOf } from '../../movement/job-eta.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { answerText, relayText, unmatchedText } from '../message-wording.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { isOptOutRequest } from '../recognition/opt-out.ts';
import { replyHandle } from './conversation.ts';
import { type FoundJob, questionIn } from './find-job.ts';
import type { Sender } from './sender.ts';

/** Number of reports whose fixes are enough for an ETA. */
const REPORTS_FOR_ETA = 5;

/** Returns the name by which dispatchers see a sender who is not the job's customer; never the whole number. */
const guestName = (from: string): string => {
  // Also in addresses that contain a number, such as `whatsapp:+1…`.
  const digits = from.replaceAll(/[^0-9]/g, '');
  return digits.length >= 7 ? `a number ending in ${digits.slice(-4)}` : from;
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
  const { jobPrefix, policy, timeZone } = deps.company;
  const { plainPunctuation } = policy;
  const { body: words, from } = message;
  const media = await mediaLinks(deps, message);
  const handle = replyHandle(job?.id ?? UNMATCHED, from, job?.customer.phone ?? null, jobPrefix);
  const optOut = isOptOutRequest(words) ? 'opted out: gets no more texts' : null;
  if (!job) return unmatchedText(guestName(from), handle, words, media, plainPunctuation);
  return relayText({
    job,
    guest: sender.kind === 'stranger' ? guestName(from) : null,
    handle,
    words,
    media,
    eta: await findEta(deps, message, job),
    link: await deps.trackingLink(job, message),
    timeZone,
    note: [note, optOut].filter((part) => part !== null).join('; ') || null,
    plainPunctuation,
  });
};

/** Tests whether the relay can answer a message by itself: it is a question, without a picture. */
export const isAnswerable = (deps: RelayDependencies, { body, media }: InboundMessage): boolean =>
  media.length === 0 && questionIn(body, deps.company.jobPrefix) !== null;

/** Composes the answer to a question. @throws Error when the message is not a question */
export const composeAnswer = async (deps: RelayDependencies, message: InboundMessage, job: Job): Promise<string> => {
  const question = questionIn(message.body, deps.company.jobPrefix);
  if (!question) throw new Error('Only a question can be answered');
  const eta = await findEta(deps, message, job);
  return answerText(question, job, eta, await deps.trackingLink(job, message), deps.company.timeZone);
};

/** Computes the ETA; null when it fails, because a text without an ETA is worth more than a text that waits for one. */
const findEta = async (
  deps: RelayDependencies,
  { messageSid }: InboundMessage,
  job: Job,
): Promise<Pick<Eta, 'earliest' | 'latest'> | null> => {
  if (!isActive(job.status)) return null;
  const now = deps.now();
  try {
    return await etaOf(deps.travel, job, await recentFixes(deps.locations, job.trailers, now, REPORTS_FOR_ETA), now);
  } catch (error) {
    deps.report({ kind: 'without-eta', messageSid, error });
    return null;
  }
};
