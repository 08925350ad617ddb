import type { JobStore, RelayStore } from '@qdn/domain';
import type { HttpRequest, HttpResponse } from '@qdn/world';
import type { Random } from '../nemesis/random.ts';
import type { FaultSchedule } from './fault-schedule.ts';
import type { Stores } from './virtual-functions.ts';

/** Returns the items of a list that an index has had time to take over. */
const seenByIndex = <T>(items: readonly T[], at: (item: T) => number, until: number): T[] =>
  items.filter((item) => at(item) <= until);

const laggingJobs = <Jobs extends JobStore>(jobs: Jobs, seenUntil: () => number): Jobs => ({
  ...jobs,
  list: async (statuses, after) => {
    const page = await jobs.list(statuses, after);
    return { ...page, jobs: seenByIndex(page.jobs, ({ updatedAt }) => updatedAt, seenUntil()) };
  },
});

const laggingRelay = (relay: RelayStore, seenUntil: () => number): RelayStore => ({
  ...relay,
  sentTo: async (phone, since) => seenByIndex(await relay.sentTo(phone, since), ({ at }) => at, seenUntil()),
  unresolved: async (before, count) => relay.unresolved(Math.min(before, seenUntil()), count),
  attention: async (before) => relay.attention(Math.min(before, seenUntil())),
});

/** Returns stores whose indexes lag behind their tables by up to the schedule's time. */
export const laggingStores = (
  stores: Stores,
  { indexLagMs }: FaultSchedule,
  { random, now }: { random: Random; now: () => number },
): Stores => {
  if (indexLagMs === 0) return stores;
  const seenUntil = (): number => now() - random.between(0, indexLagMs);
  return { ...stores, jobs: laggingJobs(stores.jobs, seenUntil), relay: laggingRelay(stores.relay, seenUntil) };
};

const UNAVAILABLE: HttpResponse = { status: 503, headers: {}, body: '' };

/**
 * Returns a door that fails as the schedule decides: a store refuses a request, an answer is lost after the work is done, or the
 * container restarts before it and loses its caches.
 * @param restart called with each request before which the container restarts
 */
export const faultyDoor =
  (
    door: (request: HttpRequest) => Promise<HttpResponse>,
    { http: { throttled, lostAnswer, restarted } }: FaultSchedule,
    { random, restart }: { random: Random; restart: () => void },
  ) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    if (throttled === 0) return await door(request);
    if (random.chance(restarted)) restart();
    if (random.chance(throttled)) return UNAVAILABLE;
    const response = await door(request);
    return random.chance(lostAnswer) ? UNAVAILABLE : response;
  };
