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

/** Ports of a service. The tool requires a websocket port, but listens on it only for a service with websockets. */
export type ServicePorts = { http: number; lambda: number; websocket: number };

export type ServiceOptions = {
  /** Folder under services/. */
  name: string;
  repository: string;
  ports: ServicePorts;
  /** Params of serverless.yml, passed as `--param`. */
  params: Readonly<Record<string, string>>;
  environment: NodeJS.ProcessEnv;
  /** Folder of the bundled functions, `src/functions/…/index.mjs`. They are reloaded when they change. */
  bundles: string;
  /** File of the service's output. The output of the previous run moves to `….previous`. */
  logFile: string;
  /** Called when the service ends without a call of `stop`. */
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
/** Lifetime of an idle container. AWS keeps one for some minutes; the tool's default, one minute, would make every text a cold start. */
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
 * Runs one service from its real serverless.yml under serverless-offline, in its own process group, which ends with this
 * process. Resolves when the service listens.
 * @throws StartError when a port is taken, or with the last lines of the log when the start fails
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
    // A cache of the tool's compiled code saves a fifth of its start.
    NODE_COMPILE_CACHE: options.environment['NODE_COMPILE_CACHE'] ?? join(dirname(logFile), '.compiled'),
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
