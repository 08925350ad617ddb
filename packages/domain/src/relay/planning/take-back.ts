import { type JobId, jobIdOf, type MessageSid } from '../../ids.ts';
import { isTrailerBusy, nameOfChange, undoRefusal, withoutLastChange } from '../../jobs/undo-change.ts';
import type { Desk } from '../conversation/desk.ts';
import type { RelayDependencies } from '../dependencies.ts';
import { jobOpenAgainText, NOTHING_TO_TAKE_BACK, takenBackText, tooLateText } from '../dispatcher-wording.ts';
import { type OutboundMessage, TAKEN_BACK, takenBack } from '../outbound-message.ts';
import { CUSTOMER, type JobChange, type Planned } from '../plan.ts';
import { personAt } from './addressee.ts';
import { answerTo, type DispatcherMessage } from './dispatcher-answer.ts';

/** The outcome of UNDO: an answer, with the text to take back or the change of a job. */
export type TakeBack = { planned: Planned; change: JobChange | null; withdrawal: OutboundMessage | null };

/** Age from which a dispatcher's text is no longer what UNDO means, in ms. */
const LAST_TEXT_MS = 30 * 60_000;

/** Names the run that takes a text back, so that a retry finds its own work. */
const ownerOf = (messageSid: MessageSid): string => `undo ${messageSid}`;

/** Plans UNDO: of the change of the job that it names, else of the dispatcher's last text. @param jobId null when it names none */
export const planTakeBack = async (of: DispatcherMessage, jobId: JobId | null): Promise<TakeBack> => {
  const { lastSent } = of.view.desk;
  const isRecent = lastSent !== null && of.now - lastSent.at <= LAST_TEXT_MS;
  if (
    jobId !== null &&
    !(isRecent && lastSent.timelineId === jobId && (await hasTextToTakeBack(of.deps, of.view.desk)))
  )
    return takeBackChange(of, jobId);
  return isRecent ? takeBackText(of) : { planned: answerTo(of, NOTHING_TO_TAKE_BACK), change: null, withdrawal: null };
};

/** Tests whether the last text from a desk still waits, so that UNDO means it. */
export const hasTextToTakeBack = async (
  { relay }: Pick<RelayDependencies, 'relay'>,
  desk: Desk | null,
): Promise<boolean> => {
  const lastSent = desk?.lastSent;
  if (!lastSent) return false;
  const { timelineId, messageSid } = lastSent;
  return (await relay.findOutboundMessage({ timelineId, messageSid, recipient: CUSTOMER, attempt: 1 })) === null;
};

const takeBackText = async (of: DispatcherMessage): Promise<TakeBack> => {
  const { deps, message, view, now } = of;
  const { lastSent } = view.desk;
  if (!lastSent) return { planned: answerTo(of, NOTHING_TO_TAKE_BACK), change: null, withdrawal: null };
  const { timelineId, messageSid, phone } = lastSent;
  const key = { timelineId, messageSid, recipient: CUSTOMER, attempt: 1 };
  const found = await deps.relay.findOutboundMessage(key);
  const plan = await deps.relay.plan(messageSid);
  const { label } = await personAt(deps, lastSent);
  const owner = ownerOf(message.messageSid);
  const isTaken = found?.errorCode === TAKEN_BACK;
  const words = lastSent.body.replace(`${deps.company.name}: `, '');
  if (found && !(isTaken && found.owner === owner)) {
    const text = isTaken ? NOTHING_TO_TAKE_BACK : tooLateText(label);
    return { planned: answerTo(of, text), change: null, withdrawal: null };
  }
  const carrier = deps.carriers[0].name;
  const withdrawal = found || !plan ? null : takenBack({ ...key, to: phone, body: plan.body, carrier }, owner, now);
  const planned = { ...answerTo(of, takenBackText(label, words)), timelineId, person: phone };
  return { planned, change: null, withdrawal };
};

/** Takes back the last change of a job that happened by itself or by its driver, as the office does. */
const takeBackChange = async (of: DispatcherMessage, jobId: JobId): Promise<TakeBack> => {
  const { deps, message, contact, now } = of;
  const job = await deps.jobs.find(jobId);
  if (!job) return { planned: answerTo(of, `No job has the number ${jobId}.`), change: null, withdrawal: null };
  const last = job.history.at(-1);
  const openAgain = (status: Parameters<typeof nameOfChange>[0]): Planned => ({
    ...answerTo(of, jobOpenAgainText(job.id, job.customer.name, nameOfChange(status))),
    timelineId: job.id,
  });
  // The worker that changed the job may have died before it pinned the plan.
  if (last?.takesBack !== undefined && last.messageSid === message.messageSid)
    return { planned: openAgain(last.takesBack), change: null, withdrawal: null };
  const refusal = undoRefusal(job, now);
  if (refusal !== null || !last)
    return {
      planned: { ...answerTo(of, refusal ?? NOTHING_TO_TAKE_BACK), timelineId: job.id },
      change: null,
      withdrawal: null,
    };
  const trailerId = last.trailerId ?? job.trailers[0] ?? null;
  const isBusy = await isTrailerBusy(deps.jobs, { id: job.id, trailerId }, now);
  const undoer = { by: 'operator', name: contact.name, messageSid: message.messageSid } as const;
  const after = withoutLastChange(job, undoer, isBusy, now);
  return { planned: openAgain(last.status), change: { before: job, after, isAnnounced: false }, withdrawal: null };
};

/** An undo with the number of a job: `UNDO 1042`, `undo @QDN-1042`. */
const UNDO_OF_JOB =
  /^\s*(?:undo|deshacer|deshaz)\s+[@#]?(?:(?<prefix>[a-z]{2,5})[-\s]?)?(?<number>[0-9]{1,9})[\s.!]*$/i;

/** Returns the job that an undo names: `UNDO 1042`; null for any other text. */
export const jobToUndo = (body: string, jobPrefix: string): JobId | null => {
  const { prefix, number } = UNDO_OF_JOB.exec(body)?.groups ?? {};
  return number === undefined ? null : jobIdOf((prefix ?? jobPrefix).toUpperCase(), number);
};
