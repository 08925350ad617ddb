/* A container of one function: a thread with the function's own environment, which loads the handler as Lambda does. */
import { flushCompileCache } from 'node:module';
import { parentPort, workerData } from 'node:worker_threads';
import { installClock, installTimeouts } from '../drill/clock.ts';

if (workerData.clock) installClock(workerData.clock);
const endTimeouts = workerData.clock ? installTimeouts() : () => {};

const { handler } = await import(workerData.entry);
// The other containers load the modules compiled, in this run and in the next (NODE_COMPILE_CACHE).
flushCompileCache();
parentPort?.on('message', async ({ id, event, context }) => {
  if (id === null) {
    endTimeouts();
    return;
  }
  try {
    parentPort?.postMessage({ id, answer: await handler(event, context) });
  } catch (error) {
    parentPort?.postMessage({ id, error: error instanceof Error ? error.stack : String(error) });
  }
});
