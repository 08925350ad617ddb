import { localTimeAt } from '../office/clock.ts';
import type { SentText } from '../system.ts';
import type { Truth } from '../trucks/truth.ts';
import { isCustomerStop, type JobTruth, jobTruthsOf } from './job-truth.ts';
import { noticeOf } from './notices.ts';
import type { Figure } from './scoreboard.ts';
import { isStatusAnswer, JOB_ID, stateOf, type ToldState } from './told-state.ts';

/** A customer's question for the state of their job. */
export type StatusAsk = { at: number; jobId: string; phone: string };

export type AnswerFacts = {
  truths: readonly Truth[];
  asks: readonly StatusAsk[];
  texts: readonly SentText[];
  timeZone: string;
  /** Phones of the dispatchers. */
  team: readonly string[];
};

const MINUTE_MS = 60_000;
/** Time within which an automatic answer comes, and the time that a state may be behind or ahead of the truth. */
const ANSWER_MS = 2 * MINUTE_MS;
const BEHIND_MS = 10 * MINUTE_MS;
const AHEAD_MS = MINUTE_MS;
/** Time after the team's words to a customer in which a person answers, and after the customer's own question. */
const IN_TALK_MS = 4 * 60 * MINUTE_MS;
const JUST_ASKED_MS = 30 * MINUTE_MS;

/** The states of a job that were true at some time between two times. It is over for its customer when the trailer has left them for good. */
const statesBetween = ({ setOutAt, legs, stops, endedAt }: JobTruth, from: number, to: number): Set<ToldState> => {
  const states = new Set<ToldState>();
  const lastOwn = stops.findLast(({ kind }) => isCustomerStop(kind));
  const during = (start: number, end: number): boolean => start <= to && end >= from;
  if (from < setOutAt) states.add('waiting');
  if (endedAt !== null && to >= Math.min(endedAt, lastOwn?.leftAt ?? endedAt)) states.add('over');
  for (const { stop, kind, arrivedAt, leftAt } of stops) {
    const own = isCustomerStop(kind);
    for (const leg of legs)
      if (leg.stop === stop && during(leg.setOutAt, arrivedAt)) {
        states.add(own ? 'coming' : 'elsewhere');
        // A later way to the customer is the way to the next stop as well.
        if (stop > 0) states.add('elsewhere');
      }
    if (!during(arrivedAt, leftAt)) continue;
    states.add('there');
    if (!own) states.add('elsewhere');
  }
  return states;
};

const TIMES =
  /(?:ETA|llegada) (?:\p{L}{3} )?(\d{1,2}):(\d{2})(?: ?([ap])\.?m\.?)?(?: ?[-–] ?(\p{L}{3} )?(\d{1,2}):(\d{2}))? ?([ap])\.?m\b/iu;

/** Returns the arrival range that a text names, in local hours, above 24 for an end on the next day; null for a text without one. */
export const toldHours = (body: string): { from: number; to: number } | null => {
  const match = TIMES.exec(body);
  if (!match) return null;
  const [, hour, minute, half, endDay, endHour, endMinute, lastHalf = 'a'] = match;
  const hours = (h: string | undefined, m: string | undefined, letter: string): number =>
    (Number(h) % 12) + (letter.toLowerCase() === 'p' ? 12 : 0) + Number(m) / 60;
  const to = endHour === undefined ? hours(hour, minute, lastHalf) : hours(endHour, endMinute, lastHalf);
  const from = hours(hour, minute, half ?? lastHalf);
  // Only a range over midnight names the day of its end.
  if (endDay !== undefined) return { from, to: to + 24 };
  // 11:50-12:10 PM begins before noon.
  return { from: from > to ? from - 12 : from, to };
};

/** Returns true when a person should answer a question: the team has written to the customer in the last hours, or they have just asked. */
const isForPerson = ({ asks, texts }: AnswerFacts, { at, phone }: StatusAsk): boolean =>
  asks.some((one) => one.phone === phone && one.at < at && at - one.at <= JUST_ASKED_MS) ||
  texts.some(
    ({ to, at: sentAt, body }) =>
      to === phone && sentAt < at && at - sentAt <= IN_TALK_MS && noticeOf(body) === null && !isStatusAnswer(body),
  );

/** Returns true when a dispatcher gets a question at once, with the handle of its job. */
const reachedTeam = ({ texts, team }: AnswerFacts, { at, jobId }: StatusAsk): boolean => {
  const handle = new RegExp(`@${jobId.split('-').at(-1)}\\b`);
  return texts.some(
    (text) => team.includes(text.to) && text.at >= at && text.at <= at + ANSWER_MS && handle.test(text.body),
  );
};

export type AnswerTally = { asked: number; missing: number; false: number; times: number; timesHeld: number };

/** Compares automatic answers with the truth at their time. A question for a person is answered when it reaches the team. */
export const tallyAnswers = (facts: AnswerFacts): AnswerTally => {
  const { truths, asks, texts, timeZone } = facts;
  const jobs = jobTruthsOf(truths);
  const tally: AnswerTally = { asked: asks.length, missing: 0, false: 0, times: 0, timesHeld: 0 };
  for (const ask of asks) {
    const { at, jobId, phone } = ask;
    const answer = texts.find(
      (text) => text.to === phone && text.at >= at && text.at <= at + ANSWER_MS && isStatusAnswer(text.body),
    );
    if (!answer) {
      if (!isForPerson(facts, ask) || !reachedTeam(facts, ask)) tally.missing += 1;
      continue;
    }
    const job = jobs.get(jobId);
    // An answer about several jobs has a line for each.
    const line = answer.body.split('\n').find((one) => new RegExp(`^${jobId}\\b`).test(one)) ?? answer.body;
    const state = stateOf(line);
    const states = job && statesBetween(job, answer.at - BEHIND_MS, answer.at + AHEAD_MS);
    const isOther = JOB_ID.exec(line)?.[0] !== jobId;
    if (isOther || !state || !states?.has(state)) tally.false += 1;
    const told = toldHours(line);
    const arrivedAt = job?.stops.find((stop) => isCustomerStop(stop.kind) && stop.arrivedAt > answer.at)?.arrivedAt;
    if (!told || isOther || arrivedAt === undefined) continue;
    tally.times += 1;
    const { hour } = localTimeAt(arrivedAt, timeZone);
    const isHeld = (at: number): boolean => at >= told.from - 1 / 60 && at <= told.to + 1 / 60;
    if (isHeld(hour) || isHeld(hour + 24)) tally.timesHeld += 1;
  }
  return tally;
};

/** Judges the automatic answers to customers who ask for the state of their job. */
export const judgeAnswers = (facts: AnswerFacts): Figure[] => {
  const { asked, missing, false: wrong, times, timesHeld } = tallyAnswers(facts);
  return [
    { group: 'notices', name: 'answers missing', value: missing, of: asked, unit: 'count', better: 'lower' },
    { group: 'notices', name: 'answers false', value: wrong, of: asked, unit: 'count', better: 'lower' },
    {
      ...{
        group: 'notices',
        name: 'arrival times in answers that held',
        value: times ? timesHeld / times : 0,
        of: times,
      },
      ...{ unit: 'share', better: 'higher' },
    },
  ];
};
