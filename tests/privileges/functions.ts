import { createInterface } from 'node:readline';
import { Worker } from 'node:worker_threads';

type Reply = { id: number; answer?: unknown; error?: string };
type Container = { worker: Worker; waiting: Map<number, (reply: Reply) => void> };

export type FunctionsOptions = {
  /** A clock that they go by in place of the real one (tests/drill/clock.ts). */
  clock?: Float64Array;
  /** Told of what a function prints, line by line. */
  onLine?: (name: string, line: string) => void;
};

/** The folder of compiled modules, when there is one: a container loads in a third of the time. */
const { NODE_COMPILE_CACHE } = process.env;
const COMPILED = NODE_COMPILE_CACHE ? { NODE_COMPILE_CACHE } : {};

/** Functions by name, each in a container of its own that starts with the first call and lives until it is frozen out. */
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
      // The functions' logs are another test's matter.
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
