/*
 * Starts the local system on free ports and in a folder of its own, has Schemathesis call it by docs/openapi.yaml, and stops it:
 *
 *     node tests/schemathesis/main.ts SCHEMATHESIS [OPTIONS OF ITS run COMMAND]
 *
 * Fails on a 5xx and on an undocumented answer. The requests are configured in schemathesis.toml.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { portsFrom } from '@qdn/local/options';
import { type System, startSystem } from '@qdn/local/system';
import { freeBase } from '@qdn/local-server/free-ports';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const MARIA = '+15125550111';
const TEXT_NUMBER = '+15125550142';
/** Timeout of the start, in ms. */
const MOST_MS = 60_000;

/** Two kinds of callers read jobs and report positions. One run uses the first in the document, this run the other. */
const AS_OPERATOR = ['--include-operation-id-regex', '^(getJob|getLocation|reportLocation)$'];
/** No request here has a carrier's signature, so each one must be refused. tests/carrier-failover.test.ts sends signed ones. */
const UNSIGNED = 'receiveCarrierWebhook';

const [tool, ...options] = process.argv.slice(2);
if (!tool) {
  console.error(
    'Say where Schemathesis is: node tests/schemathesis/main.ts venv/bin/schemathesis. `bash .ci/schemathesis` installs it.',
  );
  process.exit(2);
}

/** Returns the token of a picture's link, as a dispatcher gets it. */
const mediaToken = async ({ parts }: System): Promise<string> => {
  parts.carrierEmulator?.receive(MARIA, TEXT_NUMBER, 'QDN-1042: this is the gate', 1);
  for (const deadline = Date.now() + MOST_MS; Date.now() < deadline; await setTimeout(100)) {
    const texts = parts.carrierEmulator?.messages().map(({ body }) => body) ?? [];
    const token = texts.map((text) => /\/api\/media\/([\w-]+)/.exec(text)?.[1]).find((found) => found !== undefined);
    if (token) return token;
  }
  throw new Error('No dispatcher got the customer’s picture');
};

const run = (args: readonly string[], variables: Readonly<Record<string, string>>, cwd: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const child = spawn(
      tool,
      [
        '--config-file',
        join(here, 'schemathesis.toml'),
        'run',
        join(repository, 'docs/openapi.yaml'),
        '--no-color',
        ...args,
      ],
      { cwd, stdio: 'inherit', env: { ...process.env, ...variables, PYTHONPATH: here, PYTHONDONTWRITEBYTECODE: '1' } },
    );
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });

const folder = mkdtempSync(join(tmpdir(), 'qdn-schemathesis-'));
let system: System | null = null;
const end = async (code: number): Promise<never> => {
  await Promise.race([system?.stop(), setTimeout(15_000)]);
  if (code === 0) rmSync(folder, { recursive: true, force: true });
  else console.error(`  Its logs and data: ${folder}`);
  process.exit(code);
};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void end(130));

try {
  system = await startSystem({
    repository,
    folder,
    ports: portsFrom(await freeBase()),
    fresh: false,
    demo: true,
    progress: () => {},
    onCrash: (sentence) => {
      console.error(`\n${sentence}`);
      void end(1);
    },
  });
  const { operatorToken, deviceToken, jobs, edgeUrl, parts } = system;
  const track = new URL(jobs[0]?.link ?? '').searchParams.get('job_id') ?? '';
  const variables = {
    QDN_OPERATOR: operatorToken,
    QDN_DEVICE: deviceToken.token,
    QDN_TRACK: track,
    QDN_TRACKING_LINK: track,
    QDN_MEDIA: await mediaToken(system),
    QDN_TWILIO_AUTH_TOKEN: parts.secrets.admin.authToken,
  };
  const asAnyone = await run(['--url', edgeUrl, '--exclude-operation-id', UNSIGNED, ...options], variables, folder);
  const operator = { ...variables, QDN_DEVICE: operatorToken, QDN_TRACK: operatorToken };
  const asOperator = await run(['--url', edgeUrl, ...AS_OPERATOR, ...options], operator, folder);
  const only = ['--include-operation-id', UNSIGNED, '--warnings', 'off'];
  const unsigned = await run(['--url', edgeUrl, ...only, ...options], variables, folder);
  await end(asAnyone || asOperator || unsigned);
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  await end(1);
}
