import { jobListOf, type Sighting, sightingOf } from '../score/observations.ts';
import type { EventSource, WorldEvent } from '../script.ts';
import type { Truth } from '../trucks/truth.ts';

/** The measure's own look at the team's board. */
export type BoardWatch = EventSource & {
  load(truths: readonly Truth[]): void;
  /** Reads jobs at given times as well, epoch ms. */
  readAt(jobIds: readonly string[], times: readonly number[]): void;
  sightings(): readonly Sighting[];
};

export type BoardWatchOptions = { startAt: number; until: number; everyMs?: number | undefined };

const MINUTE_MS = 60_000;
/** Time between two looks while no trailer works, and between two looks at a job that does not change. */
const IDLE_MS = 10 * MINUTE_MS;
const SAME_JOB_MS = 9 * MINUTE_MS;
/** Time before and after the work of a day with looks at the usual interval. */
const MARGIN_MS = 75 * MINUTE_MS;
const ACTIVE = ['in_transit', 'at_site', 'en_route_to_next'] as const;

type Round = { at: number; open: number; seen: Map<string, string> };

/** Leaves out the positions of a job that an earlier sighting had: a month of them would not fit into memory several times. */
const newFixes = () => {
  const noted = new Map<string, Set<number>>();
  return (sighting: Sighting): Sighting => {
    const times = noted.get(sighting.jobId) ?? new Set<number>();
    noted.set(sighting.jobId, times);
    const trail = sighting.trail.filter(({ at }) => !times.has(at));
    for (const { at } of trail) times.add(at);
    return { ...sighting, trail };
  };
};

/**
 * Lists the active jobs once a minute, and reads each job that is new, changed or gone from the lists. At the end of a day it reads
 * all jobs of the day. A change is thus noted up to a minute late.
 */
export const boardWatchOf = ({ startAt, until, everyMs = MINUTE_MS }: BoardWatchOptions): BoardWatch => {
  const sightings: Sighting[] = [];
  const lists = new Map<WorldEvent, Round>();
  const reads = new Set<WorldEvent>();
  /** Change of each active job at the last round, and the time of its last reading. */
  let known = new Map<string, string>();
  const readAt = new Map<string, number>();
  const toRead: { at: number; jobId: string }[] = [];
  const toList: { at: number; path: string; round: Round }[] = [];
  const work: { from: number; to: number }[] = [];
  let roundAt: number | null = startAt;

  const withNewFixes = newFixes();
  const isWork = (at: number): boolean => work.some(({ from, to }) => at >= from - MARGIN_MS && at <= to + MARGIN_MS);
  const eventOf = (at: number, path: string, id: string): WorldEvent => ({
    ...{ at, kind: 'request', subject: { audience: 'operator' }, purpose: { kind: 'board', id } },
    requestWith: (token) => ({ method: 'GET', path, headers: { authorization: `Bearer ${token}` } }),
  });
  const listEvent = (at: number, path: string, round: Round): WorldEvent => {
    const event = eventOf(at, path, 'list');
    lists.set(event, round);
    return event;
  };
  const finish = ({ at, seen }: Round): void => {
    const stale = [...seen].filter(
      ([jobId, change]) => known.get(jobId) !== change || at - (readAt.get(jobId) ?? 0) >= SAME_JOB_MS,
    );
    const gone = [...known.keys()].filter((jobId) => !seen.has(jobId));
    toRead.push(...[...stale.map(([jobId]) => jobId), ...gone].map((jobId) => ({ at, jobId })));
    known = seen;
  };
  const nextAt = (): number | null => {
    const times = [
      roundAt,
      toList[0]?.at ?? null,
      toRead.reduce((least, { at }) => Math.min(least, at), Number.POSITIVE_INFINITY),
    ];
    const next = Math.min(...times.map((at) => at ?? Number.POSITIVE_INFINITY));
    return Number.isFinite(next) ? next : null;
  };
  return {
    nextAt,
    take: (now) => {
      const events = toList.splice(0).map(({ path, round }) => listEvent(now, path, round));
      for (let i = toRead.length - 1; i >= 0; i -= 1) {
        const read = toRead[i];
        if (!read || read.at > now) continue;
        toRead.splice(i, 1);
        readAt.set(read.jobId, now);
        const event = eventOf(now, `/api/jobs/${read.jobId}`, read.jobId);
        reads.add(event);
        events.push(event);
      }
      if (roundAt !== null && roundAt <= now) {
        const round: Round = { at: now, open: ACTIVE.length, seen: new Map() };
        events.push(...ACTIVE.map((status) => listEvent(now, `/api/jobs?status=${status}`, round)));
        const next = now + (isWork(now) ? everyMs : Math.min(IDLE_MS, everyMs * 10));
        roundAt = next < until ? next : null;
      }
      return events;
    },
    onResponse: (event, { status, body }, at) => {
      if (reads.delete(event)) {
        const sighting = status === 200 ? sightingOf(body, at) : null;
        if (sighting) sightings.push(withNewFixes(sighting));
        return;
      }
      const round = lists.get(event);
      lists.delete(event);
      if (!round || event.kind !== 'request') return;
      const { jobs, next } = status === 200 ? jobListOf(body) : { jobs: [], next: null };
      // A failed list says nothing about its jobs: they keep what was known.
      if (status !== 200) for (const [jobId, change] of known) round.seen.set(jobId, change);
      for (const { id, updatedAt } of jobs) round.seen.set(id, updatedAt);
      if (next) {
        const { path } = event.requestWith('');
        toList.push({ at, path: `${path.split('&')[0]}&after=${encodeURIComponent(next)}`, round });
        return;
      }
      round.open -= 1;
      if (round.open === 0) finish(round);
    },
    load: (truths) => {
      for (const { from, to, legs, visits } of truths) {
        const times = [...legs.map((leg) => leg.setOutAt), ...visits.map((visit) => visit.leftAt)];
        if (times.length > 0) work.push({ from: Math.min(...times), to: Math.max(...times) });
        const jobIds = new Set(legs.map(({ jobId }) => jobId));
        const last = Math.min(to, until) - 2 * MINUTE_MS;
        if (last > from) toRead.push(...[...jobIds].map((jobId) => ({ at: last, jobId })));
      }
    },
    readAt: (jobIds, times) => toRead.push(...times.flatMap((at) => jobIds.map((jobId) => ({ at, jobId })))),
    sightings: () => sightings,
  };
};
