import type { EventSource, WorldEvent } from '../script.ts';
import type { DevicePosts } from './devices.ts';
import { eventQueue } from './event-queue.ts';

/** Numbers of positions that the system took with a success, and of those that it has as positions of the trailer. */
export type KeptPositions = { taken: number; kept: number };

export type PositionChecks = EventSource & {
  /** Hears of the end of the day, epoch ms. */
  load(endsAt: number): void;
  kept(): KeptPositions;
};

/** Time before midnight of the question, in ms. */
const BEFORE_MIDNIGHT_MS = 90_000;

/**
 * Asks at the end of each day how many positions of each trailer the system has kept. A system may answer a post with success and
 * throw its position away: no tracker sends it again.
 */
export const positionChecksOf = (
  trailerIds: readonly string[],
  { takenOf }: Pick<DevicePosts, 'takenOf'>,
): PositionChecks => {
  const queue = eventQueue<{ at: number; trailerId: string }>();
  const asked = new Map<WorldEvent, string>();
  const seen = new Map<string, number>();
  let [taken, kept] = [0, 0];
  return {
    nextAt: queue.nextAt,
    take: (now) =>
      queue.takeUntil(now).map(({ trailerId }) => {
        const event: WorldEvent = {
          ...{ at: now, kind: 'request', subject: { audience: 'operator' }, purpose: { kind: 'board', id: trailerId } },
          requestWith: (token) => ({
            ...{ method: 'GET', path: `/api/trailers/${trailerId}` },
            headers: { authorization: `Bearer ${token}` },
          }),
        };
        asked.set(event, trailerId);
        return event;
      }),
    onResponse: (event, { status, body }) => {
      const trailerId = asked.get(event);
      if (!trailerId || status !== 200) return;
      asked.delete(event);
      const all = takenOf(trailerId);
      const today = all - (seen.get(trailerId) ?? 0);
      seen.set(trailerId, all);
      taken += today;
      kept += Math.min(today, Number(JSON.parse(body).fixesToday ?? 0));
    },
    load: (endsAt) => queue.add(trailerIds.map((trailerId) => ({ at: endsAt - BEFORE_MIDNIGHT_MS, trailerId }))),
    kept: () => ({ taken, kept }),
  };
};
