import { setTimeout } from 'node:timers/promises';
import { type RunningService, type ServiceOptions, startService } from './service-process.ts';

/** A service that dies more often than this within so long, in ms, does not die by accident. */
const MOST_DEATHS = 3;
const WITHIN_MS = 60_000;
/** What a dead process listened on may be taken for a moment longer. */
const FREE_WITHIN_MS = 3000;

export type LastingOptions = ServiceOptions & {
  /** Told when the service has died and is started again. */
  onRestart: (sentence: string) => void;
};

/**
 * Runs a service as `startService` does, and starts it again when it dies, as Lambda replaces a container. One that goes on
 * dying is reported as crashed.
 * @throws StartError when it does not come up the first time
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
