import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createSecretReader, createSecretsClient, type SecretAges } from '@qdn/aws/secrets';
import { rotatingCarrier } from '@qdn/carrier-adapter/rotating-carrier';
import { createTwilioCarrier } from '@qdn/carrier-twilio/carrier';
import { createProgram } from '@qdn/cli/program';
import { validate as isTwilioAdminSecret } from '@qdn/contracts/validators/twilioAdminSecret';
import { validate as isTwilioSenderSecret } from '@qdn/contracts/validators/twilioSenderSecret';
import type { SendOutcome } from '@qdn/domain';
import { clientSettings } from '@qdn/emulator-aws/client-settings';
import { startSecretsManager } from '@qdn/emulator-aws/secrets-manager';
import { type CarrierEmulator, startCarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { apiEvent, lambdaContext, recordingLogger } from '@qdn/lambda/testing';
import { ensureSecrets, type LocalSecrets } from '@qdn/local/local-secrets';
import { receiveMessage } from '@qdn/sms-relay/functions/receive-message';

/*
 * The operator's commands rotate both credentials while webhooks and texts continue: the emulator signs and refuses as Twilio
 * does, the secret store is the embedded one, and containers of the webhook and of the worker each keep secrets on their own, for
 * a shorter time than on AWS, so that it takes seconds.
 */

const AGES: SecretAges = { maxAgeMs: 300, minIntervalMs: 50 };
/** As in the commands: longer than a container keeps a secret, and then a run of the slowest function. */
const SETTLE_MS = 1800;
const IN_FLIGHT_MS = 1000;
const CONTAINERS = 4;
const COMPANY = '+15125550142';
const MARIA = '+15125550111';
const DANA = '+15125550171';

const folder = mkdtempSync(join(tmpdir(), 'qdn-rotation-'));
let secretsManager: Awaited<ReturnType<typeof startSecretsManager>>;
let first: LocalSecrets;
let twilio: CarrierEmulator;
let webhooks: Server;
const statuses: number[] = [];
const outcomes: SendOutcome[] = [];
let underWay = 0;

const readerOf = () =>
  createSecretReader(createSecretsClient(clientSettings(secretsManager.endpoint)), Date.now, () => {}, AGES);

/** A worker's container: it sends with the stored key, and caches it as long as allowed. */
const newWorker = () => {
  const secrets = readerOf();
  return rotatingCarrier(
    'twilio',
    (fresh) => secrets.current('qdn/twilio-sender', isTwilioSenderSecret, fresh),
    (secret) =>
      createTwilioCarrier({
        ...secret,
        from: COMPANY,
        statusCallback: () => 'http://localhost:1/status',
        apiUrl: twilio.url,
      }),
  );
};
let workers: Array<ReturnType<typeof newWorker>> = [];

/** Relays the webhook's messages with the next worker. */
const relay = async (body: string): Promise<void> => {
  const worker = workers[outcomes.length % CONTAINERS];
  if (!worker) throw new Error('There is no worker');
  underWay += 1;
  outcomes.push(await worker.send({ to: DANA, body, outboundMessageId: 'outbound-message' }));
  underWay -= 1;
};

beforeAll(async () => {
  secretsManager = await startSecretsManager(0, join(folder, 'secrets.json'));
  first = ensureSecrets(join(folder, 'secrets.json'));
  const { admin, sender } = first;
  webhooks = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const handler = receivers[statuses.length % CONTAINERS];
    const event = apiEvent({
      method: 'POST',
      path: request.url ?? '',
      pathParameters: { job_id: 'inbound' },
      headers: Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      body: Buffer.concat(chunks).toString(),
    });
    const { statusCode = 500, headers = {}, body = '' } = (await handler?.(event, lambdaContext)) ?? {};
    statuses.push(statusCode);
    response.writeHead(statusCode, headers as Record<string, string>).end(body);
  });
  await new Promise<void>((resolve) => webhooks.listen(0, '127.0.0.1', resolve));
  const publicUrl = `http://localhost:${(webhooks.address() as AddressInfo).port}`;
  const receivers = Array.from({ length: CONTAINERS }, () => {
    const secrets = readerOf();
    return receiveMessage({
      queue: { send: async ({ body }) => void relay(body) },
      authTokens: async (fresh) =>
        (await secrets.valid('qdn/twilio-admin', isTwilioAdminSecret, fresh)).map(({ authToken }) => authToken),
      publicUrl,
      now: Date.now,
      log: recordingLogger(),
    });
  });
  twilio = await startCarrierEmulator({
    port: 0,
    statePath: null,
    accountSid: admin.accountSid,
    authTokens: [admin.authToken],
    apiKeys: [{ sid: sender.apiKeySid, secret: sender.apiKeySecret }],
    numbers: [{ number: COMPANY, name: 'QuickDumpNow', smsUrl: `${publicUrl}/api/jobs/inbound/messages` }],
    phones: [{ number: MARIA, name: 'Maria Lopez', role: 'customer' }],
    pace: { queueMs: 1, deliveryMs: 1 },
  });
  workers = Array.from({ length: CONTAINERS }, newWorker);
  mkdirSync(join(folder, '.local'));
  writeFileSync(
    join(folder, '.local', 'local.json'),
    JSON.stringify({ secretsUrl: secretsManager.endpoint, twilioUrl: twilio.url }),
  );
});
afterAll(async () => {
  await twilio.close();
  webhooks.closeAllConnections();
  await new Promise((resolve) => webhooks.close(resolve));
  await secretsManager.close();
  rmSync(folder, { recursive: true });
});

const qdn = async (...args: string[]): Promise<string> => {
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  const surroundings = { environment: {}, repository: folder, print, note: () => {} };
  const program = createProgram({ ...surroundings, propagationMs: SETTLE_MS, inFlightMs: IN_FLIGHT_MS });
  await program.parseAsync(['node', 'qdn', ...args]);
  return printed.join('\n');
};

/** Returns Twilio's answer to these credentials. */
const statusFor = async (user: string, password: string): Promise<number> => {
  const { accountSid } = first.admin;
  const { status } = await fetch(`${twilio.url}/2010-04-01/Accounts/${accountSid}/Messages.json?PageSize=1`, {
    headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
  });
  return status;
};

/** Texts that make the traffic dense enough to meet each step of the rotations. */
const ENOUGH_TEXTS = 300;

test('rotating the key and the token during traffic refuses no webhook and no text', async () => {
  const { admin, sender } = first;
  let isRotating = true;
  let texts = 0;
  let seen = 0;
  let refusals = 0;
  const traffic = (async () => {
    // On a busy machine the rotations end before there are enough texts; the rest meets the last credentials.
    while (isRotating || texts <= ENOUGH_TEXTS) {
      texts += 1;
      twilio.receive(MARIA, COMPANY, `Text ${texts}`);
      await sleep(12);
      // The emulator keeps only the newest exchanges.
      for (const { id, kind, url, status } of twilio.exchanges()) {
        if (id > seen && kind === 'api' && url.endsWith('/Messages.json') && status === 401) refusals += 1;
      }
      seen = twilio.exchanges().at(-1)?.id ?? seen;
    }
  })();
  const said: string[] = [];
  for (const command of ['rotate-key', 'promote-token', 'rotate-key']) said.push(await qdn('twilio', command));
  isRotating = false;
  await traffic;
  await twilio.settled();
  while (underWay > 0) await sleep(10);

  expect(texts).toBeGreaterThan(ENOUGH_TEXTS);
  expect({ webhooks: statuses.length, refused: statuses.filter((status) => status !== 200) }).toEqual({
    webhooks: texts,
    refused: [],
  });
  expect({ texts: outcomes.length, refused: outcomes.filter(({ kind }) => kind !== 'accepted') }).toEqual({
    texts,
    refused: [],
  });
  // Not even a first attempt used a revoked key.
  expect(refusals).toBe(0);

  expect(said.join('\n')).toContain(`Revoked the old key ${sender.apiKeySid}.`);
  expect(await statusFor(sender.apiKeySid, sender.apiKeySecret)).toBe(401);
  expect(await statusFor(admin.accountSid, admin.authToken)).toBe(401);
  const secrets = readerOf();
  const now = await secrets.current('qdn/twilio-sender', isTwilioSenderSecret);
  const { authToken } = await secrets.current('qdn/twilio-admin', isTwilioAdminSecret);
  expect(await statusFor(now.apiKeySid, now.apiKeySecret)).toBe(200);
  expect(await statusFor(admin.accountSid, authToken)).toBe(200);
}, 60_000);
