import { type LatLon, metersBetween } from '../geography/index.ts';
import { localTimeAt } from '../office/clock.ts';
import type { SentText } from '../system.ts';
import type { Truth } from '../trucks/truth.ts';
import { isCustomerStop, type JobTruth, jobTruthsOf } from './job-truth.ts';
import type { PageView } from './observations.ts';
import { quantileOf } from './quantiles.ts';
import type { Figure } from './scoreboard.ts';
import { isStatusAnswer } from './told-state.ts';

export type Notice = 'on-the-way' | 'arriving-soon' | 'arrived' | 'completed' | 'delayed';

export type NoticeFacts = {
  truths: readonly Truth[];
  /** The customer's number of each job, and the place of their site. */
  customers: ReadonlyMap<string, { phone: string; place: LatLon }>;
  texts: readonly SentText[];
  views: readonly PageView[];
  /** Kinds of notices that the company sends. */
  kinds: readonly Notice[];
  timeZone: string;
  /** Places that any customer may know, such as the company's yard. */
  openPlaces?: readonly LatLon[];
};

const MINUTE_MS = 60_000;

/** Words that make a text a notice, in English and Spanish. The first kind that matches counts. */
const NOTICE_WORDS: readonly { kind: Notice; words: RegExp }[] = [
  { kind: 'delayed', words: /running late|delayed|new eta|viene con retraso|nueva llegada/i },
  { kind: 'arriving-soon', words: /almost there|arriving soon|minutes away|esta por llegar/i },
  {
    kind: 'on-the-way',
    words:
      /trailer is on (the|its) way|on (the|its) way (back )?to you|\bsu (remolque|remolque vacio|recogida) esta en camino/i,
  },
  {
    kind: 'completed',
    words:
      /\bis complete\b|\bis done\b|was picked up|(delivered|swapped|returned)( on \w+ \d+)? at|-\d+ se (entrego|cambio|vacio|recogio)\b/i,
  },
  { kind: 'arrived', words: /has arrived|is at your site|(is|are) here|ya (esta|estamos) aqui/i },
];

/** Returns the kind of notice that a text is; null for any other text. */
export const noticeOf = (body: string): Notice | null =>
  isStatusAnswer(body) ? null : (NOTICE_WORDS.find(({ words }) => words.test(body))?.kind ?? null);

/** Hours in which customers get no notices, and the time before and after them in which a notice may be left out. */
const QUIET_FROM_H = 21;
const QUIET_TO_H = 8;
const EARLY_MS = 2 * MINUTE_MS;

/** A notice that a customer should get. All times are epoch ms. */
type Due = {
  kind: Notice;
  jobId: string;
  stop: number;
  phone: string;
  at: number;
  from: number;
  to: number;
  isOptional: boolean;
};

/** Time before the arrival at which a notice that it is soon should come, in ms, and its limits. */
const SOON_MS = 10 * MINUTE_MS;
const SOONEST_MS = 20 * MINUTE_MS;
const TOO_LATE_FOR_SOON_MS = 2 * MINUTE_MS;
const LATE_LIMIT_MS = 15 * MINUTE_MS;
const END_LIMIT_MS = 60 * MINUTE_MS;
/** A leg that is shorter has no time for its notices. */
const SHORT_LEG_MS = 5 * MINUTE_MS;

const isQuiet = (at: number, timeZone: string): boolean => {
  const { hour } = localTimeAt(at, timeZone);
  return hour >= QUIET_FROM_H || hour < QUIET_TO_H;
};

const duesOf = (job: JobTruth, phone: string, timeZone: string): Due[] => {
  const dues: Due[] = [];
  for (const { stop, kind, arrivedAt, leftAt } of job.stops) {
    if (!isCustomerStop(kind)) continue;
    const legs = job.legs.filter((leg) => leg.stop === stop && leg.arrivedAt !== null);
    const setOutAt = Math.min(...legs.map((leg) => leg.setOutAt));
    const isShort = arrivedAt - setOutAt < SHORT_LEG_MS;
    const add = (due: Pick<Due, 'kind' | 'at' | 'from' | 'to' | 'isOptional'>): void => {
      dues.push({ jobId: job.jobId, stop, phone, ...due });
    };
    const wayTo = Math.min(setOutAt + LATE_LIMIT_MS, arrivedAt);
    add({ kind: 'on-the-way', at: setOutAt, from: setOutAt - EARLY_MS, to: wayTo, isOptional: isShort });
    add({
      ...{ kind: 'arriving-soon', at: arrivedAt - SOON_MS, from: arrivedAt - SOONEST_MS },
      ...{ to: arrivedAt - TOO_LATE_FOR_SOON_MS, isOptional: arrivedAt - setOutAt < SOON_MS + SHORT_LEG_MS },
    });
    const arrivedTo = Math.min(arrivedAt + LATE_LIMIT_MS, leftAt + EARLY_MS);
    add({ kind: 'arrived', at: arrivedAt, from: arrivedAt - EARLY_MS, to: arrivedTo, isOptional: false });
    // A delay depends on the time that was promised: it may be told on each leg.
    add({ kind: 'delayed', at: setOutAt, from: setOutAt - END_LIMIT_MS, to: arrivedAt, isOptional: true });
  }
  const { endedAt, jobId } = job;
  // For the customer a job is over when the trailer has left them for good, though it may go on to a dump site.
  const last = job.stops.findLast(({ kind }) => isCustomerStop(kind)) ?? job.stops.at(-1);
  if (endedAt !== null && last)
    dues.push({
      ...{ kind: 'completed', jobId, stop: last.stop, phone, at: Math.min(endedAt, last.leftAt) },
      ...{ from: last.unloadedAt - EARLY_MS, to: endedAt + END_LIMIT_MS, isOptional: false },
    });
  return dues.map((due) => ({ ...due, isOptional: due.isOptional || isQuiet(due.at, timeZone) }));
};

export type NoticeTally = {
  due: number;
  missing: number;
  early: number;
  late: number;
  /** Not true when they came, to a person without such a job, in the quiet hours, or of a kind that is not sent. */
  false: number;
  doubled: number;
  latenessS: number[];
};

type SentNotice = { at: number; to: string; kind: Notice };

/** Returns the due notice that a text was meant as: of its person and kind, the nearest in time within an hour. */
const meantAs = (dues: readonly Due[], { at, to, kind }: SentNotice): Due | null => {
  let nearest: { due: Due; distanceMs: number } | null = null;
  for (const due of dues) {
    if (due.phone !== to || due.kind !== kind) continue;
    const distanceMs = Math.max(0, due.from - at, at - due.to);
    if (distanceMs <= END_LIMIT_MS && (!nearest || distanceMs < nearest.distanceMs)) nearest = { due, distanceMs };
  }
  return nearest?.due ?? null;
};

/** Compares the notices that customers got with those that the truth asks for. */
export const tallyNotices = ({ truths, customers, texts, kinds, timeZone }: NoticeFacts): NoticeTally => {
  const dues = [...jobTruthsOf(truths).values()].flatMap((job) => {
    const customer = customers.get(job.jobId);
    return customer ? duesOf(job, customer.phone, timeZone).filter(({ kind }) => kinds.includes(kind)) : [];
  });
  const phones = new Set([...customers.values()].map(({ phone }) => phone));
  const tally: NoticeTally = { due: 0, missing: 0, early: 0, late: 0, false: 0, doubled: 0, latenessS: [] };
  const got = new Set<Due>();
  for (const { at, to, body } of texts) {
    const kind = noticeOf(body);
    if (!kind || !phones.has(to)) continue;
    const due = meantAs(dues, { at, to, kind });
    if (!due || isQuiet(at, timeZone)) tally.false += 1;
    else if (got.has(due)) tally.doubled += 1;
    else {
      got.add(due);
      if (at < due.from) tally.early += 1;
      else if (at > due.to) tally.late += 1;
      if (kind !== 'delayed') tally.latenessS.push(Math.max(0, at - due.at) / 1000);
    }
  }
  const required = dues.filter(({ isOptional }) => !isOptional);
  tally.due = required.length;
  tally.missing = required.filter((due) => !got.has(due)).length;
  return tally;
};

/** Distance from their own site within which customers may see a trailer at any time, and the tolerances at the ends of their legs. */
const NEAR_SITE_M = 300;
const BEFORE_LEG_MS = 3 * MINUTE_MS;
const AFTER_LEG_MS = 10 * MINUTE_MS;
/** Distance from the true place at which a shown position is wrong, in m: the error of a bad fix, and the way of two minutes. */
const WRONG_PLACE_M = 3000;

/** Customers' own legs: from setting out for their site until leaving it. */
const ownSpansOf = (job: JobTruth): { from: number; to: number }[] =>
  job.stops
    .filter(({ kind }) => isCustomerStop(kind))
    .map(({ stop, leftAt }) => {
      const legs = job.legs.filter((leg) => leg.stop === stop);
      return { from: Math.min(...legs.map((leg) => leg.setOutAt)) - BEFORE_LEG_MS, to: leftAt + AFTER_LEG_MS };
    });

export type PageTally = { views: number; leaks: number; wrongPlaces: number; failed: number };

/**
 * Counts views of the page that show a customer a place on someone else's way, an arrival time when the trailer does not come to
 * them any more, or a place where none of their trailers is.
 */
export const tallyPages = ({ truths, customers, views, openPlaces = [] }: NoticeFacts): PageTally => {
  const jobs = jobTruthsOf(truths);
  const tally: PageTally = { views: views.length, leaks: 0, wrongPlaces: 0, failed: 0 };
  for (const view of views) {
    const job = jobs.get(view.jobId);
    const site = customers.get(view.jobId)?.place;
    if (view.responded !== 200) tally.failed += 1;
    if (!job || !site) continue;
    const spans = ownSpansOf(job);
    const isOwn = (at: number): boolean => spans.some(({ from, to }) => at >= from && at <= to);
    const lastTo = Math.max(...spans.map(({ to }) => to));
    const shown = [...view.trail, ...(view.position ? [view.position] : [])];
    const isOpen = (place: LatLon): boolean =>
      [site, ...openPlaces].some((open) => metersBetween(place, open) <= NEAR_SITE_M);
    const isSecret = (fix: LatLon & { at: number }): boolean => !isOwn(fix.at) && !isOpen(fix);
    const isSecretStop = view.stop?.place ? !isOpen(view.stop.place) : false;
    const isSecretTime = view.range !== null && view.at > lastTo;
    if (shown.some(isSecret) || isSecretStop || isSecretTime) tally.leaks += 1;
    if (view.besideM !== null && view.besideM > WRONG_PLACE_M) tally.wrongPlaces += 1;
  }
  return tally;
};

/** Judges notices to customers, and what their tracking page showed them. */
export const judgeNotices = (facts: NoticeFacts): Figure[] => {
  const { due, missing, early, late, false: wrong, doubled, latenessS } = tallyNotices(facts);
  const pages = tallyPages(facts);
  const count = (name: string, value: number, of: number): Figure => ({
    ...{ group: 'notices', name, value, of, unit: 'count', better: 'lower' },
  });
  return [
    count('missing', missing, due),
    count('false', wrong, due),
    count('doubled', doubled, due),
    count('early', early, due),
    count('late', late, due),
    {
      group: 'notices',
      name: 'delay, p50',
      value: quantileOf(latenessS, 0.5),
      of: latenessS.length,
      unit: 's',
      better: 'lower',
    },
    {
      group: 'notices',
      name: 'delay, p90',
      value: quantileOf(latenessS, 0.9),
      of: latenessS.length,
      unit: 's',
      better: 'lower',
    },
    count('places and times that a customer must not know', pages.leaks, pages.views),
    count('positions of another trailer', pages.wrongPlaces, pages.views),
    count('pages that failed', pages.failed, pages.views),
  ];
};
