import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { endpointAt } from '@qdn/emulator-aws/client-settings';
import { expectFree, HOST } from '@qdn/local-server/listen';
import { startProcessGroup } from '@qdn/local-server/process-group';
import { StartError } from '@qdn/local-server/start-error';
import { hasFailed } from '@qdn/packaging/serverless';
import { slsOfflineScript } from './sls-offline-script.ts';

/** The websocket port is not listened on unless a service has websockets; the tool wants one of its own all the same. */
export type ServicePorts = { http: number; lambda: number; websocket: number };

export type ServiceOptions = {
  /** Folder under services/. */
  name: string;
  repository: string;
  ports: ServicePorts;
  /** Of serverless.yml, as `--param` gives them. */
  params: Readonly<Record<string, string>>;
  environment: NodeJS.ProcessEnv;
  /** Where its functions have been bundled, as `src/functions/…/index.mjs`. They are loaded again when they change. */
  bundles: string;
  /** Gets what the service prints; that of the run before goes to `….previous`. */
  logFile: string;
  /** Called when the service ends without having been stopped. */
  onCrash: (sentence: string) => void;
};

export type RunningService = {
  name: string;
  httpUrl: string;
  lambdaUrl: string;
  pid: number | undefined;
  stop(): Promise<void>;
};

const READY_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;
/** AWS keeps a container for some minutes; the tool's own minute makes every text from a phone a cold start. */
const KEEP_WARM_S = 900;

const lastLines = (text: string): string => text.trimEnd().split('\n').slice(-15).join('\n');

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host: HOST, port });
    const end = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
  });

/**
 * Runs one service from its real serverless.yml under serverless-offline, in a process group of its own that ends with this
 * process. Resolves when it listens.
 * @throws StartError when a port is taken, or with the last lines of its log when it does not come up
 */
export const startService = async (options: ServiceOptions): Promise<RunningService> => {
  const { name, repository, ports, logFile } = options;
  for (const port of [ports.http, ports.lambda]) await expectFree(port, name);
  if (existsSync(logFile)) renameSync(logFile, `${logFile}.previous`);
  const log = openSync(logFile, 'a');
  const printed = () => readFileSync(logFile, 'utf8');
  const cwd = join(repository, 'services', name);
  const script = slsOfflineScript(
    repository,
    ...['--noSponsor', '--host', HOST, '--terminateIdleLambdaTime', String(KEEP_WARM_S)],
    ...['--httpPort', ports.http, '--lambdaPort', ports.lambda, '--websocketPort', ports.websocket].map(String),
    ...Object.entries(options.params).flatMap(([key, value]) => ['--param', `${key}=${value}`]),
  );
  const env = {
    ...options.environment,
    QDN_BUNDLES: options.bundles,
    // What the tool is made of, compiled: a fifth of its start.
    NODE_COMPILE_CACHE: join(dirname(logFile), '.compiled'),
  };
  const group = startProcessGroup(script, { cwd, env, output: log });
  closeSync(log);

  let state: 'starting' | 'running' | 'stopping' = 'starting';
  const sentence = (what: string) =>
    new StartError(`${name} ${what}. The end of ${logFile}:\n\n${lastLines(printed())}`);
  const ended = group.ended.then(() => {
    if (state === 'running') options.onCrash(sentence('stopped by itself').message);
  });

  const deadline = Date.now() + READY_WITHIN_MS;
  const hasEnded = ended.then(() => 'ended' as const);
  while (!((await listens(ports.http)) && (await listens(ports.lambda)))) {
    const turn = await Promise.race([hasEnded, setTimeout(LOOK_EVERY_MS, 'wait' as const)]);
    const failure =
      turn === 'ended'
        ? 'stopped by itself'
        : hasFailed(printed())
          ? 'did not start'
          : Date.now() > deadline
            ? `did not answer within ${READY_WITHIN_MS / 1000} s`
            : null;
    if (failure) {
      state = 'stopping';
      await group.stop();
      throw sentence(failure);
    }
  }
  state = 'running';
  return {
    name,
    httpUrl: endpointAt(ports.http),
    lambdaUrl: endpointAt(ports.lambda),
    pid: group.child.pid,
    stop: async () => {
      state = 'stopping';
      await group.stop();
      await ended;
    },
  };
};
