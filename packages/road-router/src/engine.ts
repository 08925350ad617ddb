import type { Place, Route } from '@qdn/domain';

/**
 * Asks a routing engine for one route. Null when it finds none.
 * @throws when the engine cannot be reached, times out, or does not answer with a route
 */
export type Engine = (from: Place, to: Place, signal: AbortSignal) => Promise<Route | null>;

/** True for a number that can be a distance or a duration. */
export const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;
