import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { CloudInspection } from '@qdn/aws/operator';
import { checkTelnyxKey } from '@qdn/carrier-telnyx/key-check';
import { createTwilioAccount } from '@qdn/carrier-twilio/account';
import { createTwilioNumbers } from '@qdn/carrier-twilio/numbers';
import { callWebhooks, inboundWebhooks } from '@qdn/carrier-twilio/webhook-addresses';
import { awsInWords } from '@qdn/cli/deployed';
import { checkCarrierKeys } from '@qdn/cli/doctor/carrier-keys';
import { checkCloud, type DeployedSystem } from '@qdn/cli/doctor/cloud';
import { bad, type Check, examine, type Finding, good, open, report } from '@qdn/cli/doctor/findings';
import { checkLocalSystem, checkMachine, checkOperatorMachine } from '@qdn/cli/doctor/machine';
import { checkTwilio, type TwilioSetup } from '@qdn/cli/doctor/twilio';
import { localTime } from '@qdn/cli/local-time';
import { createProgram } from '@qdn/cli/program';
import { type CarrierEmulator, startCarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { startTelnyxEmulator, type TelnyxEmulator } from '@qdn/emulator-carriers/telnyx';
import { newTokenKeys } from '@qdn/lambda/testing';

/*
 * Tests each line of `./qdn doctor` with everything right, and then with that one thing broken. tests/deploy runs the whole
 * command against a deployed system.
 */

const EXAMPLE = fileURLToPath(new URL('../config/company.example.json', import.meta.url));
const NUMBER = '+15125550142';
const ACCOUNT = `AC${'a'.repeat(32)}`;
const TOKEN = 'the-auth-token-of-the-account';
const KEY = { accountSid: ACCOUNT, apiKeySid: `SK${'b'.repeat(32)}`, apiKeySecret: 'the-secret-of-the-key' };
const login = { user: ACCOUNT, password: TOKEN };
const keys = newTokenKeys();

const look = (checks: readonly Check[]): Promise<Finding[]> => examine(checks, awsInWords);
const wrong = async (checks: readonly Check[]): Promise<string[]> =>
  (await look(checks)).flatMap((one) => (one.state === 'bad' ? [`${one.what} → ${one.todo}`] : []));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'qdn-doctor-'));
  mkdirSync(join(folder, 'config'));
  mkdirSync(join(folder, '.local'));
  copyFileSync(EXAMPLE, join(folder, 'config', 'company.example.json'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the report', () => {
  test('has a line per check, the fix below each problem, and the most urgent fix at the end', () => {
    expect(report([good('Node'), bad('No secret', 'push it'), open('The site'), bad('No mail', 'confirm')])).toBe(
      '✓ Node\n✗ No secret\n    push it\n– The site\n✗ No mail\n    confirm\n\n2 checks failed. Next step: push it',
    );
    expect(report([good('Node'), open('Nothing runs')])).toMatch(/All checks passed\.$/);
  });

  test('continues when a check fails or times out', async () => {
    const denied = Object.assign(new Error('not you'), { name: 'AccessDeniedException' });
    const findings = await examine(
      [
        { name: 'A', look: () => Promise.reject(denied) },
        { name: 'B', look: () => new Promise(() => {}) },
        { name: 'C', look: async () => [good('C is right')] },
        { name: 'D', look: () => Promise.reject(new TypeError('what')) },
      ],
      awsInWords,
      50,
    );
    expect(findings.map(({ what }) => what)).toEqual([
      'A could not be checked: AWS refuses: not you (AccessDeniedException)',
      'B: no answer within 0.05 s',
      'C is right',
      'D could not be checked: what (TypeError)',
    ]);
  });
});

describe('this machine', () => {
  const machine = (nodeVersion = 'v24.0.0') => ({ repository: folder, environment: {}, nodeVersion });
  const ownCompany = (content?: string) => {
    const file = join(folder, 'config', 'company.json');
    if (content === undefined) copyFileSync(EXAMPLE, file);
    else writeFileSync(file, content);
  };

  test('passes with a new Node and the owner’s company', async () => {
    ownCompany();
    expect(await wrong(checkOperatorMachine(machine()))).toEqual([]);
    expect((await look(checkMachine(machine()))).map(({ state }) => state)).toEqual(['good', 'good', 'open']);
  });
  test('an old Node', async () => {
    expect(await wrong(checkMachine(machine('v18.20.0')))).toEqual([
      expect.stringMatching(/v18\.20\.0 is too old → Install/),
    ]);
  });
  test('the example company: enough to try things out, not to deploy', async () => {
    expect(await wrong(checkMachine(machine()))).toEqual([]);
    expect(await wrong(checkOperatorMachine(machine()))).toEqual([
      expect.stringMatching(/config\/company\.json does not exist.*→ \.\/qdn init/),
    ]);
  });
  test('a company file with errors, each on its own line', async () => {
    ownCompany('{ "name": "" }');
    expect((await wrong(checkOperatorMachine(machine()))).length).toBeGreaterThan(1);
  });
  test('a secrets file that others can read, or that is not filled in', async () => {
    mkdirSync(join(folder, '.secrets'));
    writeFileSync(join(folder, '.secrets', 'qdn.env'), 'TWILIO_ACCOUNT_SID=\n', { mode: 0o644 });
    expect(await wrong(checkMachine(machine()))).toEqual([expect.stringMatching(/chmod 600/)]);
  });

  test('reports a local system that runs, and one that has stopped', async () => {
    const server = createServer((_, response) => void response.writeHead(200).end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await look([checkLocalSystem(url)])).toEqual([good(`${url} answers`)]);
    await new Promise((resolve) => server.close(resolve));
    expect((await look([checkLocalSystem(url)]))[0]).toMatchObject({
      state: 'open',
      what: expect.stringMatching(/has stopped/),
    });
    expect((await look([checkLocalSystem(null)]))[0]).toMatchObject({ state: 'open' });
  });

  test('the command prints the report, or JSON for programs, and exits with an error when a check fails', async () => {
    const run = async (...flags: string[]) => {
      const printed: string[] = [];
      const print = (text: string) => void printed.push(text);
      const program = createProgram({ environment: {}, repository: folder, print, note: () => {} });
      const error = await program.parseAsync(['node', 'qdn', 'doctor', ...flags]).catch((one: Error) => one);
      return { printed: printed.join('\n'), error: error instanceof Error ? error.message : null };
    };
    expect(await run()).toEqual({ printed: expect.stringMatching(/^✓ Node.*All checks passed\.$/s), error: null });
    ownCompany('{');
    const { printed, error } = await run('--json');
    expect(error).toBe('');
    expect(JSON.parse(printed)).toContainEqual(expect.objectContaining({ state: 'bad' }));
  });
});

describe('the deployed system', () => {
  let site: Server;
  let siteUrl: string;
  let siteStatus: number;
  beforeAll(async () => {
    site = createServer((_, response) => void response.writeHead(siteStatus).end());
    await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
    siteUrl = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
  });
  afterAll(() => new Promise((resolve) => site.close(resolve)));
  beforeEach(() => {
    siteStatus = 200;
  });

  const inspection = (changes: Partial<CloudInspection> = {}): CloudInspection => ({
    identity: async () => ({ account: '123456789012', arn: 'arn:aws:iam::123456789012:user/owner' }),
    stack: async () => ({ status: 'UPDATE_COMPLETE', changedAt: 0, outputs: { PublicUrl: siteUrl } }),
    table: async () => ({ isProtected: true, hasPointInTimeRecovery: true }),
    waiting: async () => 0,
    recipients: async () => ({ confirmed: ['owner@example.com'], waiting: [] }),
    ...changes,
  });
  const stored: Record<string, unknown> = {
    'qdn/tokens': keys,
    'qdn/twilio-admin': { accountSid: ACCOUNT, authToken: TOKEN },
    'qdn/twilio-sender': KEY,
  };
  const secretsWith = (changes: Record<string, unknown> = {}): DeployedSystem['secrets'] => ({
    read: async (id) => {
      const value = { ...stored, ...changes }[id];
      return value === undefined ? null : { versionId: 'v1', value };
    },
  });
  const system = (changes: Partial<DeployedSystem> = {}): Check[] =>
    checkCloud({
      region: 'us-east-1',
      stage: 'prod',
      time: localTime('America/Chicago', Date.UTC(2026, 10, 23)),
      inspection: inspection(),
      secrets: secretsWith(),
      edgeKeys: async () => JSON.stringify(keys.track),
      ...changes,
    });

  test('passes after a deployment', async () => {
    const findings = await look(system());
    expect(findings.map(({ what }) => what)).toHaveLength(14);
    expect(new Set(findings.map(({ state }) => state))).toEqual(new Set(['good']));
  });

  test.each<[string, Partial<DeployedSystem>, RegExp]>([
    [
      'a secret is missing',
      { secrets: secretsWith({ 'qdn/twilio-sender': undefined }) },
      /secret qdn\/twilio-sender does not exist → .*secrets push/,
    ],
    [
      'a secret has another form',
      { secrets: secretsWith({ 'qdn/twilio-admin': { token: 1 } }) },
      /qdn\/twilio-admin does not have the form.*→ \.\/qdn secrets push/,
    ],
    ['the edge has no keys', { edgeKeys: async () => null }, /503.*→ \.\/qdn site keys --stage prod/],
    [
      'the edge has old keys',
      { edgeKeys: async () => JSON.stringify(newTokenKeys().track) },
      /keys differ.*→ \.\/qdn site keys --stage prod/,
    ],
    ['the edge’s keys cannot be read', { edgeKeys: async () => 'nonsense' }, /keys differ/],
    [
      'nobody gets mail',
      { inspection: inspection({ recipients: async () => ({ confirmed: [], waiting: [] }) }) },
      /Alarms have no email address.*→ Run \.\/qdn init/,
    ],
    [
      'mail is not confirmed',
      { inspection: inspection({ recipients: async () => ({ confirmed: [], waiting: ['o@example.com'] }) }) },
      /o@example\.com gets no alarms yet → Open the email/,
    ],
    ['the site is not published', {}, /answers 403 → \.\/qdn site deploy --stage prod/],
  ])('%s', async (what, changes, expected) => {
    if (what === 'the site is not published') siteStatus = 403;
    expect(await wrong(system(changes))).toEqual([expect.stringMatching(expected)]);
  });

  test.each<[string, Partial<CloudInspection>, number, RegExp]>([
    [
      'tables can be deleted',
      { table: async () => ({ isProtected: false, hasPointInTimeRecovery: true }) },
      2,
      /no deletion protection → .*npm run deploy -- --stage prod/,
    ],
    [
      'tables cannot be restored',
      { table: async () => ({ isProtected: true, hasPointInTimeRecovery: false }) },
      2,
      /no point-in-time recovery/,
    ],
    ['tables are not there', { table: async () => null }, 2, /table .* does not exist → npm run deploy/],
    [
      'dead letters wait',
      { waiting: async () => 3 },
      2,
      /has dead letters: 3 → .*\.\/qdn replay-messages.* --stage prod/,
    ],
    ['queues are not there', { waiting: async () => null }, 2, /queue .* does not exist → npm run deploy/],
  ])('%s', async (_, changes, count, expected) => {
    const found = await wrong(system({ inspection: inspection(changes) }));
    expect(found).toHaveLength(count);
    for (const one of found) expect(one).toMatch(expected);
  });

  test.each([
    ['ROLLBACK_COMPLETE', /is broken.*→ .*npm run remove.*keeps all data/],
    ['UPDATE_ROLLBACK_COMPLETE', /failed and was rolled back.*→ Read the cause/],
    ['UPDATE_IN_PROGRESS', /is being changed.*→ Wait/],
  ])('stacks in the state %s', async (status, expected) => {
    const stack = async () => ({ status, changedAt: 0, outputs: { PublicUrl: siteUrl } });
    const found = await wrong(system({ inspection: inspection({ stack }) }));
    expect(found).toHaveLength(4);
    for (const one of found) expect(one).toMatch(expected);
  });

  test('before the first deployment: reports what is missing, and skips what depends on it', async () => {
    const found = await look(system({ inspection: inspection({ stack: async () => null }) }));
    expect(found.filter(({ state }) => state === 'bad')).toHaveLength(4);
    expect(found.filter(({ state }) => state === 'open')).toHaveLength(2);
  });
});

describe('Twilio', () => {
  const PUBLIC = 'https://track.example.com';
  let twilio: CarrierEmulator;
  afterEach(() => twilio.close());
  const WEBHOOKS = { ...inboundWebhooks(PUBLIC), ...callWebhooks(PUBLIC) };
  const start = async (number: object = WEBHOOKS, more: object = {}): Promise<void> => {
    twilio = await startCarrierEmulator({
      port: 0,
      statePath: null,
      accountSid: ACCOUNT,
      authTokens: [TOKEN],
      apiKeys: [{ sid: KEY.apiKeySid, secret: KEY.apiKeySecret }],
      numbers: [{ number: NUMBER, name: 'Company', ...number }],
      phones: [],
      ...more,
    });
  };
  const setup = (changes: Partial<TwilioSetup> = {}): Check[] =>
    checkTwilio({
      account: async () => ({ account: createTwilioAccount({ accountSid: ACCOUNT, apiUrl: twilio.url }), login }),
      sender: async () => KEY,
      numbers: () => createTwilioNumbers({ accountSid: ACCOUNT, apiUrl: twilio.url }),
      textNumber: NUMBER,
      takesCalls: true,
      team: new Map([
        ['+15125550171', 'Dana'],
        ['+15125550172', 'Luis'],
      ]),
      stopped: async () => new Set<string>(),
      now: Date.now,
      leastBalance: 10,
      publicUrl: async () => PUBLIC,
      configure: './qdn twilio configure --stage prod',
      ...changes,
    });

  test('passes with accepted credentials, a balance, and a number whose texts arrive here', async () => {
    await start();
    expect((await look(setup())).map(({ state }) => state)).toEqual(Array(7).fill('good'));
  });

  test('reports refused credentials once', async () => {
    await start();
    const account = () => Promise.reject(new Error('Twilio refuses the Auth Token of AWS.'));
    const findings = await look(setup({ account }));
    expect(findings.map(({ state }) => state)).toEqual(['bad', 'open', 'open', 'open', 'open', 'good']);
  });

  test('a refused API key', async () => {
    await start();
    const sender = async () => ({ ...KEY, apiKeySecret: 'another' });
    expect(await wrong(setup({ sender }))).toEqual([expect.stringMatching(/refuses the API key.*→ .*secrets push/)]);
  });

  test('an account with a low balance', async () => {
    await start();
    twilio.setBalance('3.10');
    expect(await wrong(setup())).toEqual([expect.stringMatching(/is low: 3\.10 USD\. .*→ .*add funds/)]);
  });

  test.each<[string, object, object, RegExp]>([
    [
      'without addresses',
      callWebhooks(PUBLIC),
      {},
      /do not arrive here: "A message comes in", "Primary handler fails" at Twilio → \.\/qdn twilio configure --stage prod/,
    ],
    [
      'without another try after a 5xx',
      { ...WEBHOOKS, smsUrl: `${PUBLIC}/api/jobs/inbound/messages` },
      {},
      /"A message comes in" at Twilio/,
    ],
    [
      'of the distribution before',
      { ...WEBHOOKS, ...inboundWebhooks('https://old.cloudfront.net') },
      {},
      /do not arrive here/,
    ],
    ['for calls alone', { takesTexts: false }, {}, /has no SMS/],
    [
      'in a Messaging Service that keeps its texts',
      WEBHOOKS,
      {
        messagingServices: [
          { sid: `MG${'c'.repeat(32)}`, name: 'A2P', numbers: [NUMBER], defersToNumber: false, inboundUrl: null },
        ],
      },
      /Messaging Service "A2P", not here → \.\/qdn twilio configure/,
    ],
  ])('a number %s', async (_, number, more, expected) => {
    await start(number, more);
    expect(await wrong(setup())).toEqual([expect.stringMatching(expected)]);
  });

  test('a number whose calls go elsewhere', async () => {
    await start({ ...WEBHOOKS, voiceUrl: 'https://pbx.example/in' });
    expect(await wrong(setup())).toEqual([
      expect.stringMatching(/Calls to .* do not ring the contacts on call: "A call comes in" at Twilio → .*configure/),
    ]);
  });

  test('calls that the company file switches off, with and without our addresses at Twilio', async () => {
    await start({ ...WEBHOOKS, voiceUrl: 'https://pbx.example/in' });
    const findings = await look(setup({ takesCalls: false }));
    expect(findings.map(({ what }) => what)).toContain('Calls: switched off in the company file');
    expect(await wrong(setup({ takesCalls: false }))).toEqual([]);
    await twilio.close();
    await start();
    expect(await wrong(setup({ takesCalls: false }))).toEqual([expect.stringMatching(/still has our addresses/)]);
  });

  test('a number that carriers block because it is not registered', async () => {
    await start();
    const numbers = createTwilioNumbers({ accountSid: ACCOUNT, apiUrl: twilio.url });
    const errorsSince = async () =>
      new Map([
        [30034, 12],
        [30003, 1],
      ]);
    expect(await wrong(setup({ numbers: () => ({ ...numbers, errorsSince }) }))).toEqual([
      expect.stringMatching(
        /12 texts were not delivered: the number is not registered for A2P 10DLC \(30034\) → .*campaign/,
      ),
    ]);
  });

  test('counts the errors of the texts that Twilio lists', async () => {
    await start(WEBHOOKS, { pace: { queueMs: 0, deliveryMs: 0 } });
    twilio.setPhoneFault('+15125550171', 'filtered');
    const send = () =>
      fetch(`${twilio.url}/2010-04-01/Accounts/${ACCOUNT}/Messages.json`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${ACCOUNT}:${TOKEN}`).toString('base64')}` },
        body: new URLSearchParams({ To: '+15125550171', From: NUMBER, Body: 'Hello' }),
      });
    await send();
    await twilio.settled();
    twilio.setPhoneFault('+15125550171', 'filtered');
    await send();
    await twilio.settled();
    expect(await wrong(setup())).toEqual([
      expect.stringMatching(/not delivered: carriers filtered them as spam \(30007\)/),
    ]);
  });

  test('a dispatcher who has opted out, by name', async () => {
    await start();
    const stopped = async () => new Set(['+15125550172']);
    expect(await wrong(setup({ stopped }))).toEqual([
      expect.stringMatching(/Luis gets no texts: .* → From that phone, text START to \+/),
    ]);
  });
});

describe('Telnyx', () => {
  const apiKey = 'KEY0123456789abcdef';
  let telnyx: TelnyxEmulator;
  beforeEach(async () => {
    telnyx = await startTelnyxEmulator({ port: 0, apiKey, number: '+15125550144', webhookUrl: () => '' });
  });
  afterEach(() => telnyx.close());
  const setup = (value: unknown = { apiKey }): Check[] =>
    checkCarrierKeys({
      carriers: [{ name: 'twilio' }, { name: 'aws' }, { name: 'telnyx', apiUrl: telnyx.url }],
      secrets: { read: async () => (value === null ? null : { versionId: 'v1', value }) },
    });

  test('passes with a key that Telnyx accepts', async () => {
    expect(await look(setup())).toEqual([good('Telnyx accepts the API key for sending')]);
  });

  test('is not checked for a company without it', () => {
    expect(checkCarrierKeys({ carriers: [{ name: 'twilio' }], secrets: { read: async () => null } })).toEqual([]);
  });

  test.each<[string, unknown, RegExp]>([
    [
      'a key that is not valid',
      { apiKey: 'KEY-of-another' },
      /refuses .*\(401\) → Correct TELNYX_API_KEY .*secrets push/,
    ],
    ['a secret of another form', { token: 1 }, /qdn\/telnyx does not have the form.* → .*\.\/qdn secrets push/],
    ['a missing secret', null, /qdn\/telnyx does not exist → Put TELNYX_API_KEY into .*secrets push/],
  ])('%s', async (_, value, expected) => {
    expect(await wrong(setup(value))).toEqual([expect.stringMatching(expected)]);
  });

  test('a key without the right to read the balance', async () => {
    telnyx.account.mayReadBalance = false;
    expect(await wrong(setup())).toEqual([
      expect.stringMatching(/may not read the balance \(403\) → Put a key with all rights into .* as TELNYX_API_KEY/),
    ]);
  });

  test.each([
    ['internal-error', '500'],
    ['throttle', '429'],
  ] as const)('says that an outage leaves the key unchecked: %s', async (fault, detail) => {
    telnyx.account.fault = fault;
    expect(await look(setup())).toEqual([
      open(`Telnyx’s API key: not checked, because Telnyx did not answer clearly (${detail})`),
    ]);
  });

  test('says that a timeout and a refused connection leave the key unchecked', async () => {
    telnyx.account.fault = 'take-and-timeout';
    expect(await checkTelnyxKey({ apiKey }, telnyx.url, 50)).toEqual({ kind: 'unchecked', detail: 'TimeoutError' });
    expect(await checkTelnyxKey({ apiKey }, 'http://localhost:1', 50)).toMatchObject({ kind: 'unchecked' });
  });
});
