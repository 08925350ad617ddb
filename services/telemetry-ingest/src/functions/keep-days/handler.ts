import { type KeepDaysDependencies, keepThinnedDays } from '@qdn/domain';
import { type Logger, scheduledHandler } from '@qdn/lambda';

/** `keepDays` is null where the company keeps no days. */
export type KeepDaysFunctionDependencies = Omit<KeepDaysDependencies, 'keepDays'> & {
  keepDays: number | null;
  log: Logger;
};

/** Duration of a run in ms, after which the next run goes on: a minute less than the function's timeout. */
const MAX_RUN_MS = 4 * 60_000;

/** Keeps each hour the thinned days that have ended, where the company's policy says so (`tracks.keepDays`). */
export const keepDays = (dependencies: KeepDaysFunctionDependencies) => {
  const { keepDays: days, now, log } = dependencies;
  return scheduledHandler({ name: 'keep-days', log }, async () => {
    if (days === null) return;
    const { written, isComplete } = await keepThinnedDays({ ...dependencies, keepDays: days }, now() + MAX_RUN_MS);
    if (written > 0 || !isComplete) log.info('DAYS_KEPT', { written, isComplete });
  });
};
