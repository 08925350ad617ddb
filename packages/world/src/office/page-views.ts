import { type LatLon, metersBetween } from '../geography/index.ts';
import type { Random } from '../random.ts';
import { isCustomerStop, type JobTruth, jobTruthsOf } from '../score/job-truth.ts';
import { type PageView, pageContentOf, type ViewMoment } from '../score/observations.ts';
import type { EventSource, WorldEvent } from '../script.ts';
import type { Truth } from '../trucks/truth.ts';
import { eventQueue } from './event-queue.ts';

export type PageViews = EventSource & {
  load(truths: readonly Truth[]): void;
  /** Adds views at times of their own. */
  lookAt(looks: readonly { at: number; jobId: string }[]): void;
  views(): readonly PageView[];
};

/** Facts of the inputs that a view is noted with. */
export type ViewContext = {
  isBooked(jobId: string): boolean;
  placeAt(trailerId: string, at: number): LatLon | null;
  lastHeard(trailerId: string): (LatLon & { at: number }) | null;
};

type Look = { at: number; jobId: string; moment: ViewMoment; trailerIds: readonly string[] };

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Share of the customers who keep the page open, and the time between the looks of those, in ms. */
const WATCHERS = 0.2;
const WATCH_MS = MINUTE_MS;
const SHORT_LEG_MS = 6 * MINUTE_MS;

/** Times at which the page of a job is looked at: the same moments of each leg to the customer, and a watcher's minutes. */
const looksOf = ({ jobId, trailerIds, stops, legs }: JobTruth, random: Random): Look[] => {
  const isWatcher = random.fork(jobId).chance(WATCHERS);
  return stops.flatMap(({ stop, kind, arrivedAt, leftAt }) => {
    if (!isCustomerStop(kind)) return [];
    const look = (at: number, moment: ViewMoment): Look => ({ at: Math.round(at), jobId, moment, trailerIds });
    const setOutAt = Math.min(...legs.filter((leg) => leg.stop === stop).map((leg) => leg.setOutAt));
    const legMs = arrivedAt - setOutAt;
    const isLong = legMs >= SHORT_LEG_MS;
    const under = isLong ? [0.25, 0.5, 0.75].map((share) => look(setOutAt + share * legMs, 'under-way')) : [];
    const last = isLong ? [4, 2, 1].map((minutes) => look(arrivedAt - minutes * MINUTE_MS, 'last-minutes')) : [];
    const minutes = isWatcher ? Math.floor(legMs / WATCH_MS) : 0;
    return [
      ...(stop === 0 ? [look(setOutAt - HOUR_MS, 'before'), look(setOutAt - 10 * MINUTE_MS, 'before')] : []),
      ...(legMs > 2 * MINUTE_MS ? [look(setOutAt + 1.5 * MINUTE_MS, 'set-out')] : []),
      ...under,
      ...last,
      ...Array.from({ length: minutes }, (_, i) => look(setOutAt + (i + 0.5) * WATCH_MS, 'under-way')),
      look(arrivedAt + 5 * MINUTE_MS, 'there'),
      ...[15, 40, 180].map((after) => look(leftAt + after * MINUTE_MS, 'after')),
    ];
  });
};

/** Opens the tracking page as customers do, and notes what it showed. */
export const pageViewsOf = (context: ViewContext, random: Random): PageViews => {
  const queue = eventQueue<Look>();
  const views: PageView[] = [];
  const looks = new Map<WorldEvent, Look>();
  const besideM = (trailerIds: readonly string[], shown: LatLon & { at: number }, at: number): number =>
    trailerIds.reduce((least, trailerId) => {
      const places = [context.placeAt(trailerId, shown.at), context.placeAt(trailerId, at)];
      return places.reduce(
        (nearest, place) => (place ? Math.min(nearest, metersBetween(place, shown)) : nearest),
        least,
      );
    }, Number.POSITIVE_INFINITY);
  const newest = (trailerIds: readonly string[]): PageView['lastHeard'] =>
    trailerIds
      .flatMap((trailerId) => context.lastHeard(trailerId) ?? [])
      .reduce<PageView['lastHeard']>((best, each) => (!best || each.at > best.at ? each : best), null);
  return {
    nextAt: queue.nextAt,
    take: (now) =>
      queue.takeUntil(now).flatMap((look) => {
        const { at, jobId } = look;
        // Without a job there is no link.
        if (!context.isBooked(jobId)) return [];
        const event: WorldEvent = {
          ...{ at, kind: 'request', subject: { audience: 'track', jobId }, purpose: { kind: 'page', id: jobId } },
          requestWith: (token) => ({ method: 'GET', path: `/api/jobs/${token}/location`, headers: {} }),
        };
        looks.set(event, look);
        return [event];
      }),
    onResponse: (event, { status, body }, at) => {
      const look = looks.get(event);
      looks.delete(event);
      if (!look) return;
      const content = pageContentOf(status === 200 ? body : '{}');
      views.push({
        ...{ at, jobId: look.jobId, moment: look.moment, responded: status, ...content },
        besideM: content.position && look.trailerIds.length > 0 ? besideM(look.trailerIds, content.position, at) : null,
        lastHeard: newest(look.trailerIds),
      });
    },
    load: (truths) => queue.add([...jobTruthsOf(truths).values()].flatMap((job) => looksOf(job, random))),
    lookAt: (wanted) => queue.add(wanted.map((look) => ({ ...look, moment: 'under-way' as const, trailerIds: [] }))),
    views: () => views,
  };
};
