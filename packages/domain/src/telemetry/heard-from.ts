import type { TrailerId } from '../ids.ts';
import type { TrailerRegister } from '../ports/trailer-register.ts';

/** Interval at which a trailer that reports is registered again, in ms. */
const REGISTER_EVERY_MS = 24 * 3_600_000;
/** Maximum number of trailers that are remembered; a limit on memory. */
const MAX_REMEMBERED = 50_000;

/** The trailers that this process has registered. */
export type HeardFrom = {
  /** Registers a trailer that reports, once a day. @throws whatever the register throws; the next report tries again */
  note(trailerId: TrailerId): Promise<void>;
};

/**
 * Creates a memory in front of the register, so that a report costs no write.
 * @param now returns epoch ms
 * @param except names under which no trailer reports
 */
export const createHeardFrom = (
  register: Pick<TrailerRegister, 'add'>,
  now: () => number,
  except: readonly TrailerId[] = [],
): HeardFrom => {
  const registeredAt = new Map<TrailerId, number>();
  return {
    note: async (trailerId) => {
      const at = now();
      if (except.includes(trailerId)) return;
      if (at - (registeredAt.get(trailerId) ?? Number.NEGATIVE_INFINITY) < REGISTER_EVERY_MS) return;
      await register.add(trailerId, at);
      if (registeredAt.size >= MAX_REMEMBERED) registeredAt.clear();
      registeredAt.set(trailerId, at);
    },
  };
};
