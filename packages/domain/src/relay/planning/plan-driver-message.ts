import { isCustomerSite, type Job, type StatusChange } from '../../job.ts';
import { isActive, phaseOf } from '../../job-status.ts';
import {
  arrivedByDriver,
  type DriverOrder,
  failedByDriver,
  finishedByDriver,
  isFinished,
} from '../../jobs/driver-change.ts';
import { isTrailerBusy, withoutLastChange } from '../../jobs/undo-change.ts';
import type { RelayDependencies } from '../dependencies.ts';
import {
  alreadyText,
  askRoleText,
  askSureText,
  askUndoText,
  askWhichText,
  changeReadBack,
  couldNotHint,
  type DriverAnswer,
  type DriverWord,
  nothingToUndoText,
  openAgainText,
  otherTrailerText,
  sentToDispatchText,
  takenBackText,
  typedId,
} from '../driver-wording.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { DRIVER, type JobChange, NOTHING_PLANNED, type Planned, recipientNow } from '../plan.ts';
import type { Driver } from '../policy.ts';
import { isAcknowledgement } from '../recognition/acknowledgement.ts';
import { isAutomaticReply } from '../recognition/automatic-reply.ts';
import { comparable } from '../recognition/comparable-text.ts';
import { type DriverText, driverTextOf } from '../recognition/driver-words.ts';
import { reactionOf } from '../recognition/reaction.ts';
import { decide } from './decision-table.ts';
import { labelOfTalk, likelyTalks, readDeskView } from './desk-view.ts';
import { DRIVER_DECISION, type DriverFacts } from './driver-decision.ts';
import {
  changedBefore,
  currentJob,
  type DriverJob,
  isAtWork,
  jobsOfDriver,
  metresToStop,
  milesOf,
  nextWaiting,
  type Undoable,
  undoables,
  withId,
} from './driver-jobs.ts';
import { NO_JOB } from './find-job.ts';
import { planCustomerMessage } from './plan-customer-message.ts';
import { teamOnDuty } from './team.ts';

/** Age in ms from which a text is not obeyed any more, because the trailer may be elsewhere. */
const LATE_MS = 30 * 60_000;
/** Time in which `UNDO` means the driver's own change, and an automatic one; and in which "oops" does, in ms. */
const OWN_UNDO_MS = 24 * 3_600_000;
const AUTOMATIC_UNDO_MS = 30 * 60_000;
const OOPS_MS = 10 * 60_000;
/** Time for which "DONE" may be about a job that has just ended by itself, in ms. */
const JUST_ENDED_MS = 2 * 3_600_000;
/** Time for which "DONE" after the driver's own is the same one again, and not the next stop, in ms. */
const SAID_TWICE_MS = 3 * 60_000;
/** Distance from the stop in m that contradicts "here", that contradicts "done", and up to which "at the house" is true. */
const FAR_FROM_HERE_M = 3000;
const FAR_FROM_DONE_M = 1000;

/** The outcome of a driver's message: its plan, and the change of a job that it orders. */
export type DriverPlan = { planned: Planned; change: JobChange | null };

/** A driver's message, with everything that is read to decide about it. Times are epoch ms. */
type DriverMessage = {
  deps: RelayDependencies;
  message: InboundMessage;
  driver: Driver;
  now: number;
  said: DriverText;
  all: DriverJob[];
};

const trailersOf = ({ trailers }: Driver): string => trailers.join(', ');

const isUndoCommand = ({ said: { command } }: DriverMessage): boolean =>
  command === 'undo' || command === 'oops' || command === 'no';

/** Returns the job in the words, when it is one of the driver's; undefined when they name none, null when it is another trailer's. */
const namedJob = ({ said, all }: DriverMessage): DriverJob | null | undefined =>
  said.jobId === null ? undefined : withId(all, said.jobId);

/** Returns the job of the driver that has just ended without the office; null without one. */
const endedJustNow = ({ all, now }: DriverMessage): DriverJob | null =>
  all.find(
    ({ progress }) => ['done', 'not-done'].includes(phaseOf(progress.status)) && now - progress.since <= JUST_ENDED_MS,
  ) ?? null;

/** Returns the jobs that a command may be about. */
const possibleJobs = (of: DriverMessage): DriverJob[] => {
  const { said, all, now } = of;
  const named = namedJob(of);
  if (named !== undefined) return named ? [named] : [];
  const isComing = said.command === 'arrived' || said.command === 'near';
  const atWork = all.filter((one) => isAtWork(one) && !(isComing && one.progress.hasLeftLast));
  if (atWork.length > 0) return atWork;
  const justEnded = endedJustNow(of);
  if (!isComing && justEnded) return [justEnded];
  const next = nextWaiting(all, now);
  return next ? [next] : [];
};

/** Returns the change that an undo takes back; null when none is the driver's to take back. */
const changeOfUndo = (of: DriverMessage): Undoable | null => {
  const { said, all, driver, now } = of;
  const named = namedJob(of);
  const changes = undoables(named ? [named] : all, driver, now);
  const own = changes.find(({ change, at }) => change.by === 'driver' && now - at <= OWN_UNDO_MS);
  const justNow = own && now - own.at <= OOPS_MS ? own : null;
  if (said.command === 'oops' || said.command === 'no') return justNow;
  if (named) return changes[0] ?? null;
  // "UNDO" right after an undo is the same one again: it takes back nothing that was there before.
  const before = undoBefore(of)?.change;
  const since = before?.by === 'driver' && now - before.at <= OOPS_MS ? before.at : 0;
  const newest = changes.find(({ at }) => now - at <= AUTOMATIC_UNDO_MS && at > since);
  return own && now - own.at <= AUTOMATIC_UNDO_MS ? own : (newest ?? own ?? null);
};

/** True for a trailer whose present stop, or last one, is at a customer's site. */
const isAtCustomer = ({ job, progress }: DriverJob): boolean => {
  const stop = job.stops[progress.stop];
  return stop !== undefined && isCustomerSite(stop);
};

/** True when the driver has just finished the stop before, by another text. */
const isSaidTwice = ({ said, now }: DriverMessage, { progress: { change, status } }: DriverJob): boolean =>
  said.jobId === null &&
  change?.by === 'driver' &&
  change.takesBack === undefined &&
  phaseOf(status) === 'driving' &&
  now - change.at <= SAID_TWICE_MS;

/** True when the job shows already what the command says. */
const isAlreadySo = (of: DriverMessage, one: DriverJob): boolean => {
  const hasFailed = phaseOf(one.progress.status) === 'not-done';
  if (of.said.command === 'arrived' || of.said.command === 'near') return phaseOf(one.progress.status) === 'standing';
  // Of two words about the end, the later one counts.
  if (of.said.command === 'could-not') return hasFailed;
  return (isFinished(one.progress) && !hasFailed) || isSaidTwice(of, one);
};

/**
 * True when place or state of the job contradict the command. A driver who names the job is believed, except in words that may as well be
 * about setting out: "leaving for 1043", "all set".
 */
const isDoubtful = ({ said }: DriverMessage, { job, progress }: DriverJob, metres: number | null): boolean => {
  const phase = phaseOf(progress.status);
  const isNamed = said.jobId !== null;
  switch (said.command) {
    case 'left':
      return phase !== 'standing' || (!isNamed && progress.stop === job.stops.length - 1);
    case 'all-set':
      return phase !== 'standing' || !isNamed;
    case 'near':
      return !isNamed && (metres === null || metres > FAR_FROM_DONE_M);
    case 'arrived':
      return !isNamed && metres !== null && metres > FAR_FROM_HERE_M;
    default:
      if (isNamed) return false;
      return phase === 'waiting' || (phase === 'driving' && metres !== null && metres > FAR_FROM_DONE_M);
  }
};

/** Answers the driver, and no one else. */
const answer = ({ message, now }: DriverMessage, job: Job | null, body: string): DriverPlan => ({
  planned: { kind: 'answer', recipients: [recipientNow(DRIVER, message.from, now)], body, ...onTimeline(job) },
  change: null,
});
const onTimeline = (job: Job | null) => ({ timelineId: job?.id ?? UNMATCHED });

/** Relays the words to the team. @param notice the answer to the driver; null for none @param forInformation no one needs to answer @param note a remark for the team */
const relay = async (
  of: DriverMessage,
  about: Job | null,
  notice: string | null,
  forInformation = false,
  note: string | null = null,
): Promise<DriverPlan> => {
  const { deps, message, driver, now } = of;
  const found = { ...NO_JOB, job: about, note };
  const planned = await planCustomerMessage(deps, message, { kind: 'driver', driver }, found, now);
  return { planned: { ...planned, notice, forInformation, ...onTimeline(about) }, change: null };
};

/** Words about something that may keep a job from being done. */
const OBSTACLE =
  /\b(?:locked|blocked|gate|no access|no one|nobody|not home|refused|overfilled|overloaded|too heavy|cerrad[oa]|bloquead[oa]|porton|nadie|candado)\b/;

/** Returns the hint for words about an obstacle at a stop; null where no customer's stop is meant. */
const hintOfObstacle = (
  of: DriverMessage,
  current: DriverJob | null,
  language: DriverText['language'],
): string | null => {
  const sent = language === 'en' ? 'Sent to dispatch.' : 'Enviado a despacho.';
  if (current && phaseOf(current.progress.status) === 'standing' && isAtCustomer(current))
    return `${sent} ${couldNotHint(language, '')}`;
  const ended = current && isAtWork(current) ? null : endedJustNow(of);
  return ended && phaseOf(ended.progress.status) === 'done'
    ? `${sent} ${couldNotHint(language, typedId(ended.job, of.deps.company.jobPrefix))}`
    : null;
};

/** Relays words that are not a command, or that came too late to be one, with the command that would change the job. */
const relayWords = (of: DriverMessage): Promise<DriverPlan> => {
  const { deps, message, said, all, now } = of;
  const { body, media } = message;
  const current = namedJob(of) ?? currentJob(all, now);
  const isPhotoAlone = media.length > 0 && body.trim() === '';
  const saysSeen = isAcknowledgement(body) || reactionOf(body) !== null;
  const language = /[¿¡ñáéíóú]/i.test(body) ? 'es' : said.language;
  const progress = current?.progress ?? { status: 'completed' as const, stop: 0 };
  const hint = sentToDispatchText(current?.job ?? null, progress, language, isPhotoAlone, deps.company.timeZone);
  const notice = /\b(?:cancel|undo)/i.test(body) ? `${hint}. To take something back, reply UNDO` : hint;
  const couldNot = OBSTACLE.test(comparable(body)) ? hintOfObstacle(of, current, language) : null;
  // A phone that says "OK" needs no answer.
  return relay(of, current?.job ?? null, saysSeen ? null : (couldNot ?? notice), isPhotoAlone || saysSeen);
};

const answerOf = ({ deps, said }: DriverMessage, job: Job): DriverAnswer => ({
  job,
  language: said.language,
  timeZone: deps.company.timeZone,
  jobPrefix: deps.company.jobPrefix,
});

/** Names what a command's text held besides: words, a photo. */
const savedWith = ({ said, message }: DriverMessage): string[] => [
  ...(message.media.length > 0 ? ['photo'] : []),
  ...(said.note === '' ? [] : ['note']),
];

/** The notice of an end: with its work, or without. */
const noticeOfEnd = (status: Job['status']) => (phaseOf(status) === 'not-done' ? 'could-not' : 'completed');

/** Reads back a change by a text; words and photos that came with it go to the team. */
const readBack = async (of: DriverMessage, job: Job, change: StatusChange): Promise<DriverPlan> => {
  const what = change.takesBack === undefined || isActive(change.takesBack) ? null : noticeOfEnd(change.takesBack);
  const told = job.notices.some((notice) => notice.what === what);
  const body =
    change.takesBack === undefined
      ? changeReadBack(answerOf(of, job), change, savedWith(of))
      : openAgainText(answerOf(of, job), change, told);
  if (told) {
    const { deps, message, driver, now } = of;
    const recipients = await teamOnDuty(deps, job, message, now);
    const forTeam = takenBackText(job, driver.name, change, of.said.note);
    return {
      planned: { kind: 'team', recipients, body: forTeam, notice: body, forInformation: true, ...onTimeline(job) },
      change: null,
    };
  }
  const hasFailed = phaseOf(change.status) === 'not-done';
  if (savedWith(of).length === 0 && !hasFailed) return answer(of, job, body);
  const relayed = await relay(of, job, body, true, hasFailed ? 'agree on a new time with the customer' : null);
  // Words over the budget wait for the summary; the driver reads at once what has become of the job.
  if (relayed.planned.kind !== 'held') return relayed;
  return { planned: { ...relayed.planned, ...answer(of, job, body).planned }, change: null };
};

const orderOf = ({ message, driver }: DriverMessage): DriverOrder => ({
  name: driver.name,
  messageSid: message.messageSid,
  receivedAt: message.receivedAt,
});

/** Changes the job as the driver says. */
const change = async (of: DriverMessage, { job, progress }: DriverJob): Promise<DriverPlan> => {
  const hasArrived = of.said.command === 'arrived' || of.said.command === 'near';
  const hasFailed = of.said.command === 'could-not';
  const changed = hasArrived ? arrivedByDriver : hasFailed ? failedByDriver : finishedByDriver;
  const after = changed(job, progress, orderOf(of), of.now);
  const made = after.history.at(-1);
  if (!made) return relayWords(of);
  return { ...(await readBack(of, after, made)), change: { before: job, after, isAnnounced: true } };
};

const undo = async (of: DriverMessage, { job, trailerId }: Undoable): Promise<DriverPlan> => {
  const { deps, message, driver, now } = of;
  const isBusy = await isTrailerBusy(deps.jobs, { id: job.id, trailerId }, now);
  const undoer = { by: 'driver', name: driver.name, messageSid: message.messageSid } as const;
  const after = withoutLastChange(job, undoer, isBusy, now);
  const made = after.history.at(-1);
  if (!made) return relayWords(of);
  return { ...(await readBack(of, after, made)), change: { before: job, after, isAnnounced: false } };
};

/** Returns the last change of a job, when that is an undo: another one would be the second. */
const undoBefore = (of: DriverMessage): (DriverJob & { change: StatusChange }) | null => {
  const named = namedJob(of);
  const candidates = named ? [named] : of.all.filter(({ progress }) => of.now - progress.since <= OWN_UNDO_MS);
  return (
    candidates.flatMap((one) => {
      const last = one.job.history.at(-1);
      return last?.takesBack === undefined ? [] : [{ ...one, change: last }];
    })[0] ?? null
  );
};

/** Says why a job in the driver's words is not among those that they may change; nothing else about another trailer's job. */
const reasonNotOpen = async ({ deps, said, driver }: DriverMessage): Promise<string> => {
  const job = said.jobId === null ? null : await deps.jobs.find(said.jobId);
  const isOwn = job?.trailers.some((one) => driver.trailers.includes(one));
  return isOwn ? 'is not open' : `is not on ${trailersOf(driver)}`;
};

/** The word of a command in questions to the driver. */
const wordOf = ({ command }: DriverText): DriverWord => {
  if (command === 'could-not') return 'CANT';
  return command === 'arrived' || command === 'near' ? 'HERE' : 'DONE';
};

/** Returns the unanswered or active conversation of a driver who is also a dispatcher; null without one. */
const handleInConversation = async (of: DriverMessage): Promise<string | null> => {
  const view = await readDeskView(of.deps, of.message.from, of.now);
  const [likely] = likelyTalks(view, of.now);
  return likely ? labelOfTalk(likely, of.deps.company.jobPrefix).handle : null;
};

/** The jobs that a message may be about, with the facts that decide about it. */
type Weighed = {
  facts: DriverFacts;
  possible: DriverJob[];
  taken: Undoable | null;
  handle: string | null;
  metres: number | null;
};

const weigh = async (of: DriverMessage, isDispatcher: boolean): Promise<Weighed> => {
  const { deps, message, said, now } = of;
  const isUndo = isUndoCommand(of);
  const found = isUndo ? changeOfUndo(of) : null;
  const taken = said.command === 'no' ? null : found;
  const possible = isUndo || said.command === null ? [] : possibleJobs(of);
  const [only] = possible;
  const metres = only && possible.length === 1 ? await metresToStop(deps, only, now) : null;
  const handle = isDispatcher && said.jobId === null ? await handleInConversation(of) : null;
  // "Listo" is "finished" at a stop, and "OK" elsewhere.
  const isOnlyOk = said.command === 'ready' && (!only || phaseOf(only.progress.status) !== 'standing');
  // A dump site may be closed: that is the team's to solve, and the customer has been served.
  const isOwnStop = said.command === 'could-not' && only !== undefined && !isAtCustomer(only);
  const isOopsAtNothing = (said.command === 'oops' || said.command === 'no') && !found;
  const facts: DriverFacts = {
    command: isOnlyOk || isOopsAtNothing || isOwnStop ? null : said.command,
    isRepeated: false,
    isAutomaticReply: isAutomaticReply(message.body),
    isLate: now - message.receivedAt > LATE_MS,
    isDispatcherInConversation: handle !== null,
    namesOtherJob: namedJob(of) === null,
    possibleJobs: isUndo ? Number(taken !== null) : possible.length,
    isAlreadySo: isUndo
      ? taken === null && undoBefore(of) !== null
      : only !== undefined && possible.length === 1 && isAlreadySo(of, only),
    isDoubtful: only !== undefined && isDoubtful(of, only, metres),
  };
  return { facts, possible, taken, handle, metres };
};

/**
 * Plans a driver's message (DRIVER_DECISION). A change of a job is made before the plan is pinned, and bears the text's SID: when the
 * worker dies in between, the next one finds the change, and gives the same answer.
 * @param isDispatcher the driver is also a dispatcher
 * @param now epoch ms
 * @returns null when the message is for the dispatcher's rules after all
 */
export const planDriverMessage = async (
  deps: RelayDependencies,
  message: InboundMessage,
  driver: Driver,
  isDispatcher: boolean,
  now: number,
): Promise<DriverPlan | null> => {
  const said = driverTextOf(message.body, deps.company.jobPrefix);
  const all = await jobsOfDriver(deps, driver, now);
  const of: DriverMessage = { deps, message, driver, now, said, all };
  const before = changedBefore(all, message.messageSid);
  if (before) return readBack(of, before.job, before.change);
  const { facts, possible, taken, handle, metres } = await weigh(of, isDispatcher);
  const [only] = possible;
  const { jobPrefix, timeZone } = deps.company;
  const current = currentJob(all, now);
  const stopOf = (one: DriverJob | null | undefined) => one?.job.stops[one.progress.stop];
  switch (decide(DRIVER_DECISION, facts)) {
    case 'ignore':
      return { planned: NOTHING_PLANNED, change: null };
    case 'relay':
      return isDispatcher ? null : relayWords(of);
    case 'ask-role':
      return answer(
        of,
        null,
        askRoleText(
          isUndoCommand(of) ? 'UNDO' : wordOf(said),
          current?.job ?? null,
          trailersOf(driver),
          handle,
          jobPrefix,
        ),
      );
    case 'say-other-trailer': {
      const typed = said.jobId ?? '';
      const reason = await reasonNotOpen(of);
      const text = otherTrailerText(typed, reason, current?.job ?? null, stopOf(current), jobPrefix);
      return relay(of, current?.job ?? null, text, false, `${typed} ${reason}`);
    }
    case 'say-already': {
      const so = isUndoCommand(of) ? undoBefore(of) : only && { ...only, change: only.progress.change };
      return so?.change ? answer(of, so.job, alreadyText(answerOf(of, so.job), so.change)) : relayWords(of);
    }
    case 'ask-undo': {
      const [offer] = undoables(all, driver, now);
      if (said.command === 'no' && offer) return answer(of, offer.job, askUndoText(offer.job));
      return answer(of, offer?.job ?? current?.job ?? null, nothingToUndoText(offer ?? null, timeZone, jobPrefix));
    }
    case 'undo':
      return taken ? undo(of, taken) : relayWords(of);
    case 'ask-which':
      return answer(
        of,
        null,
        askWhichText(
          wordOf(said),
          possible.map((one) => ({ job: one.job, stop: stopOf(one) })),
          jobPrefix,
        ),
      );
    case 'ask-sure': {
      if (!only) return relayWords(of);
      const miles = metres !== null && metres > FAR_FROM_DONE_M ? milesOf(metres) : null;
      return answer(
        of,
        only.job,
        askSureText(answerOf(of, only.job), wordOf(said), stopOf(only), only.trailerId, miles),
      );
    }
    case 'repeat':
    case 'change':
      return only ? change(of, only) : relayWords(of);
  }
};
