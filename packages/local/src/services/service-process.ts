import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { StartError } from '../cloud/start-error.ts';

export type ServicePorts = { http: number; lambda: number; websocket: number };

export type ServiceOptions = {
  name: string;
  repository: string;
  ports: ServicePorts;
  params: Readonly<Record<string, string>>;
  environment: NodeJS.ProcessEnv;
  logFile: string;
  /** Called when the service ends without having been stopped. */
  onCrash: (sentence: string) => void;
};

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 4000;

const lastLines = (file: string): string => readFileSync(file, 'utf8').trimEnd().split('\n').slice(-15).join('\n');

const answers = async (port: number): Promise<boolean> => {
  try {
    await fetch(`http://localhost:${port}/`);
    return true;
  } catch {
    return false;
  }
};

/** Ends a process group: politely, then not. */
const endGroup = async (child: ChildProcess): Promise<void> => {
  const { pid } = child;
  if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const signal = (name: NodeJS.Signals) => {
    try {
      process.kill(-pid, name);
    } catch {
      // Gone already.
    }
  };
  signal('SIGTERM');
  const impatient = setTimeout(() => signal('SIGKILL'), STOP_WITHIN_MS);
  await ended;
  clearTimeout(impatient);
  signal('SIGKILL');
};

/**
 * Runs one service from its real serverless.yml under serverless-offline, in a process group of its own that ends with this
 * process. Resolves when it answers.
 * @throws StartError with the last lines of its log when it does not come up
 */
export const startService = async (options: ServiceOptions) => {
  const { name, repository, ports, logFile } = options;
  const log = createWriteStream(logFile, { flags: 'a' });
  await new Promise((resolve) => log.once('open', resolve));
  const offline = [
    join(repository, 'node_modules', 'serverless', 'bin', 'serverless.js'),
    'offline',
    'start',
    ...[
      '--httpPort',
      String(ports.http),
      '--lambdaPort',
      String(ports.lambda),
      '--websocketPort',
      String(ports.websocket),
    ],
    ...Object.entries(options.params).flatMap(([key, value]) => ['--param', `${key}=${value}`]),
  ];
  const supervise = fileURLToPath(new URL('./supervise.ts', import.meta.url));
  const child = spawn(process.execPath, [supervise, process.execPath, ...offline], {
    cwd: join(repository, 'services', name),
    env: options.environment,
    detached: true,
    stdio: ['pipe', log, log],
  });
  let stopping = false;
  const crash = () => new StartError(`${name} stopped by itself. The end of ${logFile}:\n\n${lastLines(logFile)}`);
  const ended = new Promise<never>((_, reject) => child.once('exit', () => reject(crash())));
  ended.catch(() => {});

  const ready = async (): Promise<void> => {
    const deadline = Date.now() + READY_WITHIN_MS;
    while (!(await answers(ports.http))) {
      if (Date.now() > deadline) throw new StartError(`${name} did not answer within a minute. See ${logFile}.`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  try {
    await Promise.race([ready(), ended]);
  } catch (error) {
    await endGroup(child);
    throw error;
  }
  child.once('exit', () => {
    if (!stopping) options.onCrash(crash().message);
  });
  return {
    name,
    lambdaUrl: `http://localhost:${ports.lambda}`,
    httpUrl: `http://localhost:${ports.http}`,
    pid: child.pid,
    stop: async (): Promise<void> => {
      stopping = true;
      await endGroup(child);
      log.end();
    },
  };
};
