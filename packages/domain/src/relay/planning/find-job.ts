import { type JobId, jobIdOf, type PhoneNumber, parsePhoneNumber } from '../../ids.ts';
import type { Job } from '../../job.ts';
import { isActive, isUnderWay } from '../../job-status.ts';
import { dueAt } from '../../ports/jobs.ts';
import type { Conversation } from '../conversation/conversation.ts';
import { personKey } from '../conversation/person-key.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { withHandleFirst } from '../recognition/call-request.ts';
import { type Question, questionOf } from '../recognition/question.ts';
import { addressesIn } from './address.ts';
import { handlesIn, mentionsIn, withoutMentions } from './mentions.ts';
import { senderOf } from './sender.ts';

/** Maximum number of jobs that are looked up for one text. */
const MAX_MENTIONS = 5;

/**
 * The job that a message is about.
 *  - `isNamed`: the message or the webhook's path names it; it was not found by the sender's phone alone
 *  - `unknownId`: a job that a dispatcher's text names and that does not exist
 *  - `note`: a remark for dispatchers, such as that several jobs were possible
 *  - `others`: the other open jobs of a customer who asks a question and names none
 *  - `mentioned`: the jobs in the middle of a dispatcher's sentence
 *  - `maybeMentioned`: the jobs whose handle is there, such as `@1042`, which may also be a time
 */
export type FoundJob = {
  job: Job | null;
  isNamed: boolean;
  unknownId: JobId | null;
  note: string | null;
  others: Job[];
  mentioned: Job[];
  maybeMentioned: Job[];
};

/** A message that is about no job. */
export const NO_JOB: FoundJob = {
  job: null,
  isNamed: false,
  unknownId: null,
  note: null,
  others: [],
  mentioned: [],
  maybeMentioned: [],
};

/** A number after a question can only be a job: `eta 1042`. */
const NUMBER_AT_END = /\s([0-9]{1,9})\W*$/;

/** Returns the question that a text is, the job that it names aside; null when it is not a question. */
export const questionIn = (body: string, jobPrefix: string): Question | null => {
  const text = withoutMentions(body, jobPrefix);
  return questionOf(text) ?? questionOf(text.replace(NUMBER_AT_END, ''));
};

const jobAskedAbout = (body: string, jobPrefix: string): JobId | null => {
  const [, number] = NUMBER_AT_END.exec(body) ?? [];
  return number !== undefined && questionIn(body, jobPrefix) ? jobIdOf(jobPrefix, number) : null;
};

/**
 * Finds the job of a dispatcher's text: the one that it begins with or asks about, else the one in the webhook's path. Any other
 * job is only mentioned: a wrong guess would show one customer a text that is meant for another.
 */
export const findJobForDispatcher = async (
  deps: RelayDependencies,
  { body: written, pathJob }: InboundMessage,
): Promise<FoundJob> => {
  const { jobPrefix } = deps.company;
  const body = withHandleFirst(written);
  const mentions = mentionsIn(body, jobPrefix);
  const asked = questionIn(body, jobPrefix) ? (mentions[0]?.job ?? jobAskedAbout(body, jobPrefix)) : null;
  const [leading] = addressesIn(body, jobPrefix);
  const named = leading?.isLeading && leading.isExact ? leading.job : null;
  const id = named ?? asked;
  const job = id && (await deps.jobs.find(id));
  if (id) return job ? { ...NO_JOB, job, isNamed: true } : { ...NO_JOB, unknownId: id };
  const ofPath = pathJob && (await deps.jobs.find(pathJob));
  if (ofPath) return { ...NO_JOB, job: ofPath, isNamed: true };
  const certain = mentions.filter(({ isCertain }) => isCertain).slice(0, MAX_MENTIONS);
  const handles = handlesIn(body, jobPrefix).slice(0, MAX_MENTIONS);
  const [mentioned, maybeMentioned] = await Promise.all([
    Promise.all(certain.map((one) => deps.jobs.find(one.job))),
    Promise.all(handles.map((id) => deps.jobs.find(id))),
  ]);
  return {
    ...NO_JOB,
    mentioned: mentioned.flatMap((one) => one ?? []),
    maybeMentioned: maybeMentioned.flatMap((one) => one ?? []),
  };
};

/**
 * Finds the job of a customer's or guest's text: by the path, else by the text, else by the sender's phone; the newest active one
 * of several, or the ones that a question is about; else by the customer whose other phone it is, or by the guest's text before. A number without a prefix (`#5`, which may be a gate)
 * counts for people who are part of that job; for others it counts only when nothing else is found.
 */
export const findJobForCustomer = async (deps: RelayDependencies, message: InboundMessage): Promise<FoundJob> => {
  const { pathJob, from, body } = message;
  const { jobPrefix } = deps.company;
  const asked = jobAskedAbout(body, jobPrefix);
  const mentions = [...mentionsIn(body, jobPrefix), ...(asked ? [{ job: asked, isCertain: false }] : [])];
  const ofPath = pathJob && (await deps.jobs.find(pathJob));
  if (ofPath) return { ...NO_JOB, job: ofPath, isNamed: true };
  let uncertain: Job | null = null;
  const certain: Job[] = [];
  for (const { job: id, isCertain } of mentions.slice(0, MAX_MENTIONS)) {
    const job = await deps.jobs.find(id);
    if (job && (isCertain || senderOf(from, job, deps.company).kind !== 'stranger')) certain.push(job);
    uncertain ??= job;
  }
  const [job, ...others] = certain.toSorted(
    (a, b) => Number(isActive(b.status)) - Number(isActive(a.status)) || b.createdAt - a.createdAt,
  );
  const note = others.length > 0 ? `also names ${others.map(({ id }) => id).join(', ')}` : null;
  if (job) return { ...NO_JOB, job, isNamed: true, note };
  const byPhone = await findJobOfPhone(deps, from, questionIn(body, jobPrefix) !== null);
  if (byPhone) return { ...NO_JOB, ...byPhone };
  const known = await deps.relay.conversation(personKey(from));
  const ofCustomer = await findJobOfPhone(deps, known?.otherPhoneOf?.phone ?? '', questionIn(body, jobPrefix) !== null);
  if (ofCustomer) return { ...NO_JOB, ...ofCustomer };
  const before = await findJobOfGuest(deps, known);
  if (!before) return { ...NO_JOB, job: uncertain, isNamed: uncertain !== null };
  const other = uncertain?.id === before.id ? null : uncertain;
  return { ...NO_JOB, job: before, note: other && `may be about ${other.id}` };
};

/** Time after a guest's text about a job in which their next ones are about it too, in ms. */
const GUEST_JOB_MS = 7 * 24 * 3_600_000;

/** Finds the job that a guest's text before this one was about: only the first one names it. Null without one. */
const findJobOfGuest = async ({ jobs, now }: RelayDependencies, known: Conversation | null): Promise<Job | null> => {
  const last = known?.lastOfPerson ?? null;
  if (last === null || last.timelineId === UNMATCHED || last.at < now() - GUEST_JOB_MS) return null;
  return jobs.find(last.timelineId as JobId);
};

/** Maximum number of other open jobs in one answer. */
const MAX_OTHERS_ANSWERED = 2;
/** Time after the end of a job in which its customer's texts are about it, in ms: later, the number may belong to someone else. */
const KNOWN_AFTER_END_MS = 180 * 24 * 3_600_000;

type JobOfPhone = Pick<FoundJob, 'job' | 'note' | 'others'>;

/**
 * Finds the newest open job of a phone; without any, the job that ended last. A question is about all open ones, those under way first, then
 * by the time at which they are due.
 */
const findJobOfPhone = async (
  deps: RelayDependencies,
  from: string,
  isQuestion: boolean,
): Promise<JobOfPhone | null> => {
  const phone = parsePhoneNumber(personKey(from));
  if (!phone) return null;
  const ids = await deps.jobs.activeByPhone(phone);
  const open: Job[] = [];
  let others: readonly JobId[] = [];
  for (const [i, id] of ids.entries()) {
    const job = await deps.jobs.find(id);
    // The index lags behind the jobs by a moment.
    if (!job || !isActive(job.status) || job.customer.phone !== phone) continue;
    if (open.length === 0) others = ids.slice(i + 1);
    open.push(job);
    if (!isQuestion) break;
  }
  if (open.length === 0) return findEndedJobOfPhone(deps, phone);
  const named = others.slice(0, 2).join(', ');
  const note = others.length > 0 ? `newest of ${others.length + 1} jobs, also ${named}` : null;
  const [job = null, ...rest] = open.toSorted(
    (a, b) => Number(isUnderWay(b.status)) - Number(isUnderWay(a.status)) || dueAt(a) - dueAt(b),
  );
  return { job, note, others: rest.slice(0, MAX_OTHERS_ANSWERED) };
};

/** Finds the job of a phone that ended last, of the last months. */
const findEndedJobOfPhone = async (deps: RelayDependencies, phone: PhoneNumber): Promise<JobOfPhone | null> => {
  const jobs = await deps.jobs.endedByPhone(phone);
  const recent = jobs.filter(({ updatedAt }) => updatedAt >= deps.now() - KNOWN_AFTER_END_MS);
  const [job] = recent.toSorted((a, b) => b.updatedAt - a.updatedAt);
  return job ? { job, note: null, others: [] } : null;
};
