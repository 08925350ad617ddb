import type { Random } from '../nemesis/random.ts';
import type { Timeline } from '../nemesis/timeline.ts';
import { CPU_SHARE, REQUEST_CPU_MS, type Service, serviceTime } from './service-times.ts';

/** Counts calls by port and function, such as `relay.pin`. */
export type CallCount = Map<string, number>;

/** CPU of one container: requests of the records that it runs at once take it in turn. */
export const createCpu = (timeline: Timeline) => {
  let freeAt = 0;
  return {
    /** Takes the CPU for some work, in ms of a whole CPU. @returns the time until it is done, in ms */
    spend: (ms: number): number => {
      freeAt = Math.max(freeAt, timeline.now()) + ms / CPU_SHARE;
      return freeAt - timeline.now();
    },
  };
};
export type Cpu = ReturnType<typeof createCpu>;

/**
 * Wraps a port: each call takes CPU of its container and the time of its service, and is counted.
 * @param serviceOf the service by the function's name
 */
export const modelled = <T extends object>(
  port: T,
  name: string,
  { timeline, random, cpu, calls }: { timeline: Timeline; random: Random; cpu: Cpu | null; calls: CallCount },
  serviceOf: (call: string) => Service,
): T => {
  const wrap = (call: string, run: (...args: unknown[]) => Promise<unknown>) => {
    const service = serviceOf(call);
    const counted = `${name}.${call}`;
    return async (...args: unknown[]): Promise<unknown> => {
      calls.set(counted, (calls.get(counted) ?? 0) + 1);
      const whole = serviceTime(service, random);
      const waitMs = service === 'own' ? 0 : (cpu?.spend(REQUEST_CPU_MS) ?? 0);
      // The work is done within the call, so that two calls at the same time meet in either order.
      await new Promise<void>((resolve) => timeline.after(waitMs + whole / 2, resolve));
      const result = await run(...args);
      await new Promise<void>((resolve) => timeline.after(whole / 2, resolve));
      return result;
    };
  };
  const wrapped = { ...port } as Record<string, unknown>;
  for (const [call, value] of Object.entries(port))
    if (typeof value === 'function') wrapped[call] = wrap(call, value.bind(port));
  return wrapped as T;
};
