import { type LatLon, metersBetween } from '../geography/index.ts';
import type { PostCounts } from '../office/devices.ts';
import { type JobTruth, jobTruthsOf } from '../score/job-truth.ts';
import { countWrongFixes, type JobFacts } from '../score/jobs.ts';
import { type NoticeFacts, noticeOf, tallyPages } from '../score/notices.ts';
import { judgeRanges, type RangeFacts } from '../score/ranges.ts';
import { type Transition, transitionsOf } from '../score/transitions.ts';
import type { HttpResponse, SentText, WorldCompany } from '../system.ts';
import type { DayExpectation, MapPoint } from './days.ts';

/** The facts that a day is judged by. */
export type DayFacts = JobFacts &
  NoticeFacts &
  RangeFacts & {
    posts: PostCounts;
    refusals: Readonly<Record<string, number>>;
    clock(time: string): number;
    placeOf(name: string | MapPoint): LatLon;
    /** Phones of the customers by name. */
    phones: ReadonlyMap<string, string>;
    company: WorldCompany;
    /** Answers about trailers, by `T1/` and the time of the question. */
    trailerAnswers: ReadonlyMap<string, HttpResponse>;
  };

/** The verdict about one expectation. `met` is null for one that only a person can judge. */
export type DayVerdict = { expected: string; met: boolean | null; found: string };

type Found = { met: boolean | null; found: string };

const MINUTE_MS = 60_000;
const EARLY_MS = 2 * MINUTE_MS;
const EARLY_BEGIN_MS = 5 * MINUTE_MS;

const minutes = (ms: number): string => `${(ms / MINUTE_MS).toFixed(1)} min`;

const clockText = (at: number, { timeZone }: DayFacts): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }).format(at);

const transitionsFor = (job: string, { sightings }: DayFacts): Transition[] =>
  transitionsOf(sightings.filter(({ jobId }) => jobId === job));

const jobTruth = (job: string, { truths }: DayFacts): JobTruth => {
  const truth = jobTruthsOf(truths).get(job);
  if (!truth) throw new RangeError(`No trailer of this day does ${job}. Add a step with "for": "${job}".`);
  return truth;
};

/** Finds the first status by its fixes that is not before its time, and fails when one was seen too early. */
const within = (
  seen: readonly Transition[],
  dueAt: number,
  withinMin: number,
  facts: DayFacts,
  earlyMs = EARLY_MS,
): Found => {
  const own = seen.filter(({ by }) => by === 'fixes');
  const early = own.find(({ seenAt }) => seenAt < dueAt - earlyMs);
  if (early)
    return {
      met: false,
      found: `seen at ${clockText(early.seenAt, facts)}, ${minutes(dueAt - early.seenAt)} too early`,
    };
  const [first] = own;
  if (!first) return { met: false, found: 'not seen' };
  const lateMs = first.seenAt - dueAt;
  return { met: lateMs <= withinMin * MINUTE_MS, found: `seen after ${minutes(lateMs)}` };
};

const textsTo = (name: string, { texts, phones, company }: DayFacts): readonly SentText[] => {
  const team = company.dispatchers.map(({ phone }) => phone);
  const named: Readonly<Record<string, readonly string[]>> = {
    operator: company.operator ? [company.operator] : [],
    team,
    anyone: [...phones.values(), ...team, ...(company.operator ? [company.operator] : [])],
  };
  const numbers = named[name] ?? [phones.get(name) ?? name];
  return texts.filter(({ to }) => numbers.includes(to));
};

type Of<That extends DayExpectation['that']> = Extract<DayExpectation, { that: That }>;
type Check<That extends DayExpectation['that']> = (expected: Of<That>, facts: DayFacts) => Found;

const listed = (texts: readonly SentText[], facts: DayFacts): string =>
  texts.length === 0
    ? 'no text'
    : texts.map(({ at, body }) => `${clockText(at, facts)} ${JSON.stringify(body.slice(0, 70))}`).join('; ');

const statusAt = (job: string, at: number, { sightings }: DayFacts): string =>
  sightings.filter((seen) => seen.jobId === job && seen.at <= at + MINUTE_MS).at(-1)?.status ?? 'scheduled';

const CHECKS: { [That in DayExpectation['that']]: Check<That> } = {
  begins: ({ job, withinMin }, facts) => {
    const seen = transitionsFor(job, facts).filter(({ status }) => status !== 'cancelled');
    return within(seen, jobTruth(job, facts).setOutAt, withinMin, facts, EARLY_BEGIN_MS);
  },
  arrives: ({ job, stop = 0, withinMin }, facts) => {
    const truth = jobTruth(job, facts).stops.find((each) => each.stop === stop);
    const seen = transitionsFor(job, facts).filter((each) => each.status === 'at_site' && each.stop === stop);
    return within(seen, truth?.arrivedAt ?? 0, withinMin, facts);
  },
  leaves: ({ job, stop = 0, withinMin }, facts) => {
    const truth = jobTruth(job, facts).stops.find((each) => each.stop === stop);
    const seen = transitionsFor(job, facts).filter(
      (each) => each.status === 'completed' || (each.status === 'en_route_to_next' && each.stop === stop + 1),
    );
    return within(seen, truth?.leftAt ?? 0, withinMin, facts);
  },
  ends: ({ job, withinMin }, facts) => {
    const { endedAt, unloadedAt } = jobTruth(job, facts);
    const seen = transitionsFor(job, facts).filter(({ status }) => status === 'completed');
    const earlyMs = EARLY_MS + ((endedAt ?? 0) - (unloadedAt ?? 0));
    return within(seen, endedAt ?? 0, withinMin, facts, earlyMs);
  },
  stays: ({ job, status, until }, facts) => {
    const end = facts.clock(until);
    const other = facts.sightings.find((seen) => seen.jobId === job && seen.at <= end && seen.status !== status);
    return {
      met: !other,
      found: other ? `${other.status} at ${clockText(other.at, facts)}` : `${status} until ${until}`,
    };
  },
  is: ({ job, status, at }, facts) => {
    const found = statusAt(job, facts.clock(at), facts);
    return { met: status.some((each) => each === found), found };
  },
  visits: ({ job, stop, count }, facts) => {
    const seen = transitionsFor(job, facts).filter(
      (each) => each.status === 'at_site' && (stop === undefined || each.stop === stop),
    );
    return { met: seen.length === count, found: `${seen.length} arrivals` };
  },
  notices: ({ job, kind, count }, facts) => {
    const phone = facts.customers.get(job)?.phone;
    const seen = facts.texts.filter(({ to, body }) => to === phone && noticeOf(body) === kind);
    return { met: seen.length === count, found: `${seen.length} texts` };
  },
  'no text': ({ to }, facts) => {
    const seen = textsTo(to, facts);
    return { met: seen.length === 0, found: listed(seen, facts) };
  },
  text: ({ to, matches, count, after, before }, facts) => {
    const [from, end] = [after ? facts.clock(after) : 0, before ? facts.clock(before) : Number.POSITIVE_INFINITY];
    const pattern = new RegExp(matches, 'i');
    const seen = textsTo(to, facts).filter(({ at, body }) => at >= from && at <= end && pattern.test(body));
    return { met: count === undefined ? seen.length > 0 : seen.length === count, found: listed(seen, facts) };
  },
  page: ({ job, at, position, range, status, near }, facts) => {
    const time = facts.clock(at);
    const view = facts.views.find((each) => each.jobId === job && Math.abs(each.at - time) <= 10_000);
    if (!view) return { met: false, found: 'no view' };
    const wrong = [
      ...(position !== undefined && position !== (view.position !== null) ? ['position'] : []),
      ...(range !== undefined && range !== (view.range !== null) ? ['arrival time'] : []),
      ...(status && !status.some((each) => each === view.status) ? ['status'] : []),
      ...(near && view.position && metersBetween(view.position, facts.placeOf(near)) > 500 ? ['place'] : []),
    ];
    const shown = `${view.status}, position ${view.position ? 'shown' : 'hidden'}, arrival time ${view.range ? 'shown' : 'hidden'}`;
    return { met: view.responded === 200 && wrong.length === 0, found: `HTTP ${view.responded}, ${shown}` };
  },
  range: ({ job, share }, facts) => {
    const own = { ...facts, views: facts.views.filter(({ jobId }) => jobId === job) };
    const stages = judgeRanges(own).filter(({ name }) => /^coverage (at set-out|under way|last 5 minutes)$/.test(name));
    const of = stages.reduce((sum, each) => sum + (each.of ?? 0), 0);
    const held = stages.reduce((sum, each) => sum + each.value * (each.of ?? 0), 0);
    return { met: of > 0 && held / of >= share, found: `${Math.round(held)} of ${of} ranges held` };
  },
  'fixes are under their own job': (_, facts) => {
    const { wrong, of } = countWrongFixes(facts);
    return { met: wrong === 0 && of > 0, found: `${wrong} of ${of} under another job` };
  },
  'nothing secret is shown': (_, facts) => {
    const { leaks, views } = tallyPages(facts);
    return { met: leaks === 0, found: `${leaks} of ${views} views` };
  },
  'posts are taken': (_, { posts: { sent, lost, refused } }) => ({
    met: lost === 0 && sent > 0,
    found: `${lost} lost of ${sent}${Object.entries(refused)
      .map(([status, count]) => `, ${count} times ${status}`)
      .join('')}`,
  }),
  'last place': ({ trailer, near, withinM, at }, facts) => {
    const answer = facts.trailerAnswers.get(`${trailer}/${facts.clock(at)}`);
    const position = answer?.status === 200 ? JSON.parse(answer.body).position : null;
    if (!position) return { met: false, found: `HTTP ${answer?.status ?? 0}, no position` };
    const distanceM = metersBetween(position, facts.placeOf(near));
    return { met: distanceM <= withinM, found: `${Math.round(distanceM)} m beside ${near}` };
  },
  'by hand': ({ note }) => ({ met: null, found: note }),
};

const textOf = ({ that, ...rest }: DayExpectation): string =>
  [
    that,
    ...Object.entries(rest).map(([name, value]) => `${name} ${Array.isArray(value) ? value.join(' or ') : value}`),
  ].join(', ');

/** Judges an expectation of a day by its facts. */
export const judgeDay = (expectation: DayExpectation, facts: DayFacts): DayVerdict => {
  const check = CHECKS[expectation.that] as (expected: DayExpectation, facts: DayFacts) => Found;
  return { expected: textOf(expectation), ...check(expectation, facts) };
};
