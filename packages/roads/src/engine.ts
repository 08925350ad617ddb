import type { Place, Route } from '@qdn/domain';

/**
 * One question to a road engine. Null when it knows no way.
 * @throws when it cannot be reached, gives up, or answers what is no route
 */
export type Engine = (from: Place, to: Place, signal: AbortSignal) => Promise<Route | null>;

/** Whether a number can be a distance or a duration. */
export const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;
