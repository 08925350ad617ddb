import type { TrailerId } from '../ids.ts';
import { REGISTERED_S, type TrailerRegister } from '../ports/trailer-register.ts';

/** Makes a register of trailers in memory, under the same contract as the table. `reads` and `writes` count the calls. */
export const memoryRegister = (): TrailerRegister & { reads: number; writes: number } => {
  const heardAt = new Map<TrailerId, number>();
  const register: TrailerRegister & { reads: number; writes: number } = {
    reads: 0,
    writes: 0,
    add: async (trailerId, at) => {
      register.writes += 1;
      // The table keeps whole seconds.
      heardAt.set(trailerId, Math.floor(at / 1000) * 1000);
    },
    list: async (now, after, limit) => {
      register.reads += 1;
      return [...heardAt]
        .filter(([, at]) => at > now - REGISTERED_S * 1000)
        .map(([trailerId, at]) => ({ trailerId, at }))
        .sort((a, b) => (a.trailerId < b.trailerId ? -1 : 1))
        .filter(({ trailerId }) => after === null || trailerId > after)
        .slice(0, limit);
    },
  };
  return register;
};
