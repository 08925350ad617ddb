import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Template } from '@qdn/cloudformation/template';
import { sharedBundles } from '@qdn/local/shared-bundles';

type Reply = { id: number; answer?: unknown; error?: string };
type Container = { worker: Worker; waiting: Map<number, (reply: Reply) => void> };

export type FunctionsOptions = {
  /** A clock that replaces the real one (tests/drill/clock.ts). */
  clock?: Float64Array;
  /** Called with each line that a function prints. */
  onLine?: (name: string, line: string) => void;
};

const repository = fileURLToPath(new URL('../..', import.meta.url));

/** Bundles the functions as they are deployed. @returns the URL of the function `name` of a service */
export const bundledFunctions = async (templates: Readonly<Record<string, Template>>) => {
  const { 'tracking-site': _, ...services } = templates;
  const folder = await sharedBundles(repository, services);
  return (service: string, name: string): string =>
    pathToFileURL(join(folder, service, 'src/functions', name, 'index.mjs')).href;
};

/** The folder of compiled modules, when there is one: a container loads in a third of the time. */
const { NODE_COMPILE_CACHE } = process.env;
const COMPILED = NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {};

/** Returns functions by name. Each has its own container, which starts with the first call and lives until `freeze`. */
export const createFunctions = (
  entryOf: (name: string) => string,
  environmentOf: (name: string) => Readonly<Record<string, string>>,
  { clock, onLine }: FunctionsOptions = {},
) => {
  const containers = new Map<string, Container>();
  let lastId = 0;

  const start = (name: string): Container => {
    const waiting: Container['waiting'] = new Map();
    const worker = new Worker(new URL('./container.ts', import.meta.url), {
      workerData: { entry: entryOf(name), clock },
      env: { ...environmentOf(name), AWS_LAMBDA_FUNCTION_NAME: name, ...COMPILED },
      // Hides the functions' output; other tests check it.
      stdout: true,
      stderr: true,
    });
    worker.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply));
    if (onLine) createInterface({ input: worker.stdout }).on('line', (line) => onLine(name, line));
    const giveUp = (why: string): void => {
      for (const [id, done] of waiting) done({ id, error: why });
    };
    worker.on('error', (error) => giveUp(String(error)));
    worker.on('exit', () => giveUp('The container has died'));
    const container = { worker, waiting };
    containers.set(name, container);
    return container;
  };

  return {
    /** @returns the function's answer @throws Error with what the function threw */
    invoke: async (name: string, event: object): Promise<unknown> => {
      const { worker, waiting } = containers.get(name) ?? start(name);
      lastId += 1;
      const id = lastId;
      const reply = await new Promise<Reply>((resolve) => {
        waiting.set(id, resolve);
        worker.postMessage({ id, event, context: { awsRequestId: `request-${id}`, functionName: name } });
      });
      waiting.delete(id);
      if (reply.error !== undefined) throw new Error(`${name}: ${reply.error}`);
      return reply.answer;
    },
    /** Ends the pending timeouts of a function's requests, which nothing will answer. Needs a clock. */
    endTimeouts: (name: string): void => containers.get(name)?.worker.postMessage({ id: null }),
    /** The next call begins with a cold start. */
    freeze: async (name: string): Promise<void> => {
      await containers.get(name)?.worker.terminate();
      containers.delete(name);
    },
    close: async (): Promise<void> => {
      await Promise.all([...containers.values()].map(({ worker }) => worker.terminate()));
    },
  };
};
export type Functions = ReturnType<typeof createFunctions>;
