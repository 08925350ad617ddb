/*
 * Starts the local system on free ports and in a folder of its own, has Schemathesis call it by docs/openapi.yaml, and stops it:
 *
 *     node tests/schemathesis/main.ts SCHEMATHESIS [OPTIONS OF ITS run COMMAND]
 *
 * Fails on a 5xx and on an undocumented answer. The requests are configured in schemathesis.toml.
 */
import { spawn } from 'node:child_process';
import { sign } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createLocalTokens } from '@qdn/local/local-tokens';
import { portsFrom } from '@qdn/local/options';
import { type System, startSystem } from '@qdn/local/system';
import { TELNYX_SIGNING_KEY } from '@qdn/local/telnyx-signing-key';
import { freeBase } from '@qdn/local-server/free-ports';
import { listen } from '@qdn/local-server/listen';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const here = fileURLToPath(new URL('.', import.meta.url));
const MARIA = '+15125550111';
const TEXT_NUMBER = '+15125550142';
/** Timeout of the start, in ms. */
const MOST_MS = 60_000;

/** Two kinds of callers read jobs and report positions. One run uses the first in the document, this run the other. */
const AS_OPERATOR = ['--include-operation-id-regex', '^(getJob|getLocation|reportLocation)$'];

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

/** Starts a server on this machine that answers a body with Telnyx's signature of it, as headers. Returns its address. */
const startSigner = async (): Promise<string> => {
  const server = createServer(async (request, response) => {
    const timestamp = String(Math.floor(Date.now() / 1000));
    const signed = Buffer.concat([Buffer.from(`${timestamp}|`), await buffer(request)]);
    const signature = sign(null, signed, TELNYX_SIGNING_KEY).toString('base64');
    response.end(JSON.stringify({ 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': signature }));
  });
  return `http://127.0.0.1:${await listen(server, 0, 'the signer of webhooks')}`;
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
  const { operatorToken, jobs, edgeUrl, parts } = system;
  const track = new URL(jobs[0]?.link ?? '').searchParams.get('job_id') ?? '';
  const variables = {
    QDN_OPERATOR: operatorToken,
    // The trailer of the first job of the demo.
    QDN_DEVICE: createLocalTokens(parts.secrets.tokens).device('T1'),
    QDN_TRACK: track,
    QDN_TRACKING_LINK: track,
    QDN_MEDIA: await mediaToken(system),
    QDN_TELNYX_SIGNER: await startSigner(),
    QDN_TWILIO_ACCOUNT: parts.secrets.admin.accountSid,
    QDN_TWILIO_AUTH_TOKEN: parts.secrets.admin.authToken,
  };
  const asAnyone = await run(['--url', edgeUrl, ...options], variables, folder);
  const operator = { ...variables, QDN_DEVICE: operatorToken, QDN_TRACK: operatorToken };
  const asOperator = await run(['--url', edgeUrl, ...AS_OPERATOR, ...options], operator, folder);
  await end(asAnyone || asOperator);
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  await end(1);
}
