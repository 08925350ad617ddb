import { setTimeout } from 'node:timers/promises';
import { type RunningService, type ServiceOptions, startService } from './service-process.ts';

/** Maximum number of restarts within this time, in ms; a service that exceeds it is reported as crashed. */
const MOST_DEATHS = 3;
const WITHIN_MS = 60_000;
/** Delay before a restart, because the ports of an ended process may stay taken for a moment. */
const FREE_WITHIN_MS = 3000;

export type LastingOptions = ServiceOptions & {
  /** Takes a line when the service has ended and is started again. */
  onRestart: (sentence: string) => void;
};

/**
 * Runs a service as `startService` does, and restarts it when it ends, as Lambda replaces a container. A service that keeps ending is
 * reported as crashed.
 * @throws StartError when the first start fails
 */
export const startLastingService = async (options: LastingOptions): Promise<RunningService> => {
  const { name, onCrash, onRestart } = options;
  let isStopping = false;
  let deaths: number[] = [];
  let restarting: Promise<void> = Promise.resolve();

  const startAgain = async (): Promise<void> => {
    const deadline = Date.now() + FREE_WITHIN_MS;
    for (;;) {
      try {
        running = await start();
        return;
      } catch (error) {
        if (isStopping) return;
        if (Date.now() > deadline) return onCrash(error instanceof Error ? error.message : String(error));
        await setTimeout(200);
      }
    }
  };
  const start = (): Promise<RunningService> =>
    startService({
      ...options,
      onCrash: (sentence) => {
        if (isStopping) return;
        const now = Date.now();
        deaths = [...deaths.filter((at) => at > now - WITHIN_MS), now];
        if (deaths.length > MOST_DEATHS) return onCrash(sentence);
        onRestart(`${name} stopped by itself, and is started again. What it said last: ${options.logFile}.previous`);
        restarting = startAgain();
      },
    });

  let running = await start();
  return {
    name,
    httpUrl: running.httpUrl,
    lambdaUrl: running.lambdaUrl,
    get pid() {
      return running.pid;
    },
    stop: async () => {
      isStopping = true;
      await restarting;
      await running.stop();
    },
  };
};
