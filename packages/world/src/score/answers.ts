import { localTimeAt } from '../office/clock.ts';
import type { SentText } from '../system.ts';
import type { Truth } from '../trucks/truth.ts';
import { isCustomerStop, type JobTruth, jobTruthsOf } from './job-truth.ts';
import type { Figure } from './scoreboard.ts';

/** A customer's question for the state of their job. */
export type StatusAsk = { at: number; jobId: string; phone: string };

export type AnswerFacts = {
  truths: readonly Truth[];
  asks: readonly StatusAsk[];
  texts: readonly SentText[];
  timeZone: string;
};

const MINUTE_MS = 60_000;
/** Time within which an automatic answer comes, and the time that a state may be behind or ahead of the truth. */
const ANSWER_MS = 2 * MINUTE_MS;
const BEHIND_MS = 10 * MINUTE_MS;
const AHEAD_MS = MINUTE_MS;

type State = 'waiting' | 'coming' | 'there' | 'elsewhere' | 'over';

/** Words of an answer, in English and Spanish. The first state that matches counts. */
const STATE_WORDS: readonly { state: State; words: RegExp }[] = [
  { state: 'waiting', words: /\bscheduled\b|programado/i },
  {
    state: 'elsewhere',
    words: /next stop|siguiente parada|another stop|otra parada|being emptied|vaciando|will return|vuelve/i,
  },
  {
    state: 'over',
    words:
      /\bcomplete\b|\b(delivered|finished|swapped|returned|picked up)\b|terminado|se (entrego|cambio|vacio|recogio)/i,
  },
  { state: 'there', words: /on site|at your site|to your site|has arrived|en el sitio|a su sitio/i },
  { state: 'coming', words: /on (the|its) way|arriving|en camino/i },
];
const JOB_ID = /\b[A-Z]{2,5}-\d{1,9}\b/;

const stateOf = (body: string): State | null => STATE_WORDS.find(({ words }) => words.test(body))?.state ?? null;

/** Returns true for an automatic answer about a job: it begins with the job's ID. */
export const isStatusAnswer = (body: string): boolean =>
  new RegExp(`^${JOB_ID.source}`).test(body) && stateOf(body) !== null;

/** The states of a job that were true at some time between two times. It is over for its customer when the trailer has left them for good. */
const statesBetween = ({ setOutAt, legs, stops, endedAt }: JobTruth, from: number, to: number): Set<State> => {
  const states = new Set<State>();
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

export type AnswerTally = { asked: number; missing: number; false: number; times: number; timesHeld: number };

/** Compares automatic answers with the truth at their time. */
export const tallyAnswers = ({ truths, asks, texts, timeZone }: AnswerFacts): AnswerTally => {
  const jobs = jobTruthsOf(truths);
  const tally: AnswerTally = { asked: asks.length, missing: 0, false: 0, times: 0, timesHeld: 0 };
  for (const { at, jobId, phone } of asks) {
    const answer = texts.find(
      (text) => text.to === phone && text.at >= at && text.at <= at + ANSWER_MS && isStatusAnswer(text.body),
    );
    if (!answer) {
      tally.missing += 1;
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
