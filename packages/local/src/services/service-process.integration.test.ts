import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { invokeOver } from '@qdn/emulator-aws/lambda';
import { startLastingService } from './lasting-service.ts';
import { type RunningService, type ServicePorts, startService } from './service-process.ts';

const modules = fileURLToPath(new URL('../../../../node_modules', import.meta.url));
/** Timeout of a start: the deployment tool takes some seconds, and much longer on a busy machine. */
const TIMEOUT_MS = 60_000;

const YML = `
service: tiny
frameworkVersion: "^4.3.0"
configValidationMode: error
plugins: [serverless-esbuild, serverless-offline]
provider:
  name: aws
  runtime: nodejs24.x
  region: us-east-1
  timeout: 1
  environment: { GREETING: "\${param:greeting}" }
custom:
  serverless-offline: { noPrependStageInUrl: true }
  esbuild: {}
functions:
  greet:
    handler: src/functions/greet/index.handler
    events:
      - httpApi: { method: get, path: "/greet/{name}" }
      - httpApi: { method: post, path: "/greet/{name}" }
`;
const handler = (version: number) => `
import { env } from 'node:process';
export const handler = async (event) => {
  if (event.please === 'throw') throw new Error('as you wish');
  if (event.please === 'hang') await new Promise(() => {});
  if (event.body) return { statusCode: 200, body: JSON.stringify([typeof event.body, event.body]) };
  return { statusCode: 200, body: [env.GREETING, event.pathParameters?.name, env.AWS_ENDPOINT_URL, 'v${version}'].join(' ') };
};`;

const freePorts = async (): Promise<ServicePorts> => {
  const servers = [createServer(), createServer(), createServer()];
  const ports = [];
  for (const server of servers) {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    ports.push(typeof address === 'object' && address ? address.port : 0);
  }
  for (const server of servers) server.close();
  const [http = 0, lambda = 0, websocket = 0] = ports;
  return { http, lambda, websocket };
};

describe('a service under serverless-offline', () => {
  let repository: string;
  let ports: ServicePorts;
  let service: RunningService | null;
  let crashes: string[];

  const prepare = async (): Promise<void> => {
    repository = mkdtempSync(join(tmpdir(), 'service-'));
    symlinkSync(modules, join(repository, 'node_modules'));
    mkdirSync(join(repository, 'services/tiny'), { recursive: true });
    mkdirSync(join(repository, 'bundles/src/functions/greet'), { recursive: true });
    write('services/tiny/serverless.yml', YML);
    write('services/tiny/package.json', '{"type":"module"}');
    write('bundles/src/functions/greet/index.mjs', handler(1));
    ports = await freePorts();
    service = null;
    crashes = [];
  };
  const clear = async (): Promise<void> => {
    await service?.stop();
    rmSync(repository, { recursive: true });
  };

  const write = (file: string, content: string) => writeFileSync(join(repository, file), content);
  const logFile = () => join(repository, 'tiny.log');
  const start = async (): Promise<RunningService> => {
    service = await startService(options());
    return service;
  };
  const options = () => ({
    name: 'tiny',
    repository,
    ports,
    params: { greeting: 'Hello' },
    environment: { ...process.env, AWS_ENDPOINT_URL: 'http://cloud' },
    bundles: join(repository, 'bundles'),
    logFile: logFile(),
    onCrash: (sentence: string) => void crashes.push(sentence),
  });
  const greet = async ({ httpUrl }: RunningService) => (await fetch(`${httpUrl}/greet/Ann`)).text();
  const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
  };

  describe('once it runs', () => {
    let running: RunningService;
    beforeAll(async () => {
      await prepare();
      running = await start();
    }, TIMEOUT_MS);
    afterAll(clear);

    test(
      'answers over HTTP and to Invoke, with its params and AWS’s variables, from the bundles',
      async () => {
        const { httpUrl, lambdaUrl } = running;
        const response = await fetch(`${httpUrl}/greet/Ann`);
        expect([response.status, await response.text()]).toEqual([200, 'Hello Ann http://cloud v1']);
        const invoke = invokeOver(lambdaUrl);
        expect(await invoke('tiny-dev-greet', { pathParameters: { name: 'Bo' } })).toEqual({
          kind: 'answered',
          payload: { statusCode: 200, body: 'Hello Bo http://cloud v1' },
        });
        expect(await invoke('tiny-dev-greet', { please: 'throw' })).toEqual({
          kind: 'failed',
          detail: '200 as you wish',
        });
        expect(await invoke('tiny-dev-greet', { please: 'hang' })).toMatchObject({
          kind: 'failed',
          detail: expect.stringContaining('timeout'),
        });
        expect(await invoke('tiny-dev-other', {})).toMatchObject({
          kind: 'failed',
          detail: expect.stringContaining('404'),
        });
        expect(await invoke('tiny-dev-greet', {})).toMatchObject({ kind: 'answered' });
        expect(readFileSync(logFile(), 'utf8')).toContain('Offline');
      },
      TIMEOUT_MS,
    );

    test(
      'passes a body on unchanged, as API Gateway does, and logs no path, because paths contain tokens',
      async () => {
        const { httpUrl } = running;
        const bodies = ['{"a": 1}', 'false', '0', 'null', '"text"', '""', 'no JSON'];
        const paths = [
          '/greet/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJRRE4tMTA0MiJ9.c2lnbmVk',
          '/greet/Ann?token=eyJhbGciOiJIUzI1NiJ9',
        ];
        for (const [i, body] of bodies.entries()) {
          const headers = { 'content-type': 'application/json' };
          const answer = await fetch(httpUrl + paths[i % 2], { method: 'POST', headers, body });
          expect(await answer.json()).toEqual(['string', body]);
        }
        const log = readFileSync(logFile(), 'utf8');
        expect(log).toContain('POST /greet/{name} (');
        expect(log).not.toMatch(/eyJ|c2lnbmVk/);
      },
      TIMEOUT_MS,
    );

    test(
      'loads a new bundle',
      async () => {
        expect(await greet(running)).toMatch(/v1$/);
        write('bundles/src/functions/greet/index.mjs', handler(2));
        await until(async () => (await greet(running)).endsWith('v2'));
      },
      TIMEOUT_MS,
    );
  });

  describe('as it starts and ends', () => {
    beforeEach(prepare);
    afterEach(clear);

    test(
      'reports with the end of its log that it stopped by itself',
      async () => {
        const { pid } = await start();
        process.kill(pid ?? 0, 'SIGKILL');
        await until(() => crashes.length > 0);
        expect(crashes).toEqual([
          expect.stringMatching(/^tiny stopped by itself\. The end of .*tiny\.log:\n\n.*Server ready/s),
        ]);
      },
      TIMEOUT_MS,
    );

    test(
      'is restarted when it ends, as a container is, and reports it',
      async () => {
        const restarts: string[] = [];
        const running = await startLastingService({ ...options(), onRestart: (sentence) => restarts.push(sentence) });
        service = running;
        const { pid } = running;
        if (pid === undefined) throw new Error('It has a process');
        process.kill(pid, 'SIGKILL');
        await until(() => running.pid !== pid);
        expect(await greet(running)).toBe('Hello Ann http://cloud v1');
        expect(restarts).toEqual([expect.stringContaining('tiny stopped by itself, and is started again')]);
        expect(crashes).toEqual([]);
      },
      TIMEOUT_MS,
    );

    test(
      'frees its ports and reports no crash when it is stopped; keeps the previous log',
      async () => {
        await (await start()).stop();
        write('tiny.log', 'of the first run');
        await (await start()).stop();
        expect(crashes).toEqual([]);
        expect(readFileSync(`${logFile()}.previous`, 'utf8')).toBe('of the first run');
      },
      TIMEOUT_MS,
    );

    test(
      'reports why it cannot start',
      async () => {
        write('services/tiny/serverless.yml', `${YML}nonsense: true\n`);
        await expect(start()).rejects.toThrow(/^tiny .*The end of .*tiny\.log:\n\n.*nonsense/s);
        expect(crashes).toEqual([]);
      },
      TIMEOUT_MS,
    );

    test(
      'does not start when a port is taken',
      async () => {
        const other = createServer();
        await once(other.listen(ports.lambda, '127.0.0.1'), 'listening');
        await expect(start()).rejects.toThrow(`Port ${ports.lambda} is taken by another program, and tiny needs it.`);
        other.close();
      },
      TIMEOUT_MS,
    );
  });
});
