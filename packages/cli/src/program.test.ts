import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createKeyring, verifyToken } from '@qdn/lambda';
import { newTokenKeys } from '@qdn/lambda/testing';
import { createProgram } from './program.ts';

const folder = mkdtempSync(join(tmpdir(), 'qdn-cli-'));
const keys = newTokenKeys();
const keyFile = join(folder, 'keys.json');
writeFileSync(keyFile, JSON.stringify(keys), { mode: 0o600 });
const keyring = createKeyring(keys);

type Call = { method: string; url: string; body: string; audience: string };
let calls: Call[];
let answers: Array<{ status: number; body?: object }>;
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
  const { kind } = verifyToken(token, keyring, ['operator', 'device'], Date.now());
  calls.push({
    method: request.method ?? '',
    url: request.url ?? '',
    body: Buffer.concat(chunks).toString(),
    audience: kind,
  });
  const { status, body } = answers.shift() ?? { status: 500 };
  response.writeHead(status, { 'content-type': 'application/json' }).end(body ? JSON.stringify(body) : '');
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, resolve)));
afterAll(() => new Promise<void>((resolve) => server.close(() => resolve())));
beforeEach(() => {
  calls = [];
  answers = [];
});

const qdn = async (...args: string[]) => {
  const printed: string[] = [];
  const program = createProgram({
    environment: {},
    repository: folder,
    print: (text) => printed.push(text),
    note: () => {},
  });
  program
    .exitOverride()
    .configureOutput({ writeOut: (text) => printed.push(text), writeErr: (text) => printed.push(text) });
  for (const command of program.commands)
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => printed.push(text), writeErr: (text) => printed.push(text) });
  const url = `http://localhost:${(server.address() as AddressInfo).port}`;
  await program.parseAsync(['node', 'qdn', '--url', url, '--keys', keyFile, ...args]);
  return printed.join('\n');
};

describe('qdn', () => {
  test('lists jobs', async () => {
    answers = [
      {
        status: 200,
        body: {
          jobs: [
            {
              id: 'QDN-1',
              accountId: 'a',
              customerName: 'Ann',
              status: 'in_transit',
              trailers: ['T1'],
              updatedAt: '2026-01-01T00:00:00.000Z',
            },
          ],
          next: null,
        },
      },
    ];
    expect(await qdn('jobs', '--status', 'in_transit')).toMatch(/QDN-1\s+Ann\s+in transit\s+T1/);
    expect(calls).toMatchObject([{ method: 'GET', url: '/api/jobs?status=in_transit', audience: 'operator' }]);
  });

  test('asks for a trailer', async () => {
    answers = [
      {
        status: 200,
        body: {
          trailerId: 'T1',
          jobId: null,
          serverTime: '2026-01-01T00:00:00.000Z',
          since: '2026-01-01T00:00:00.000Z',
          position: null,
          battery: null,
          heardAt: null,
          fixesToday: 0,
          drivenTodayM: 0,
          ignoredToday: [],
        },
      },
    ];
    expect(await qdn('trailer', 'T1')).toMatch(/T1 · on no job/);
    expect(calls).toMatchObject([{ method: 'GET', url: '/api/trailers/T1', audience: 'operator' }]);
  });

  test('mints tokens that verify, each for its own audience', async () => {
    expect(
      verifyToken(await qdn('token', 'operator', '--label', 'office'), keyring, ['operator'], Date.now()),
    ).toMatchObject({ label: 'office' });
    expect(verifyToken(await qdn('token', 'device', 'T1'), keyring, ['device'], Date.now())).toMatchObject({
      trailerId: 'T1',
    });
    await expect(qdn('token', 'device', 'no/trailer')).rejects.toThrow('is no trailer ID');
  });

  test('prints a link alone, so that it can be piped', async () => {
    answers = [
      {
        status: 201,
        body: {
          url: 'https://x/track?job_id=a.b.c',
          token: 'a.b.c',
          linkId: 'abcdefgh',
          expiresAt: '2026-01-01T00:00:00Z',
        },
      },
    ];
    expect(await qdn('link', 'QDN-1', '--hours', '24')).toBe('https://x/track?job_id=a.b.c');
    expect(calls[0]).toMatchObject({ url: '/api/jobs/QDN-1/tracking-links', body: '{"expiresInHours":24}' });
  });

  test('replays a drive with a device token, and tries again what may pass', async () => {
    const file = join(folder, 'drive.gpx');
    writeFileSync(
      file,
      '<gpx><trk><trkseg><trkpt lat="30.1" lon="-97"/><trkpt lat="30.2" lon="-97"/></trkseg></trk></gpx>',
    );
    const receipt = { status: 200, body: { accepted: 1, ignored: {}, status: 'in_transit' } };
    answers = [receipt, { status: 503 }, receipt];
    expect(await qdn('replay', file, '--job', 'QDN-1', '--trailer', 'T1', '--speed', '10000')).toBe(
      '2 fixes accepted. QDN-1 is in transit.',
    );
    expect(calls.map(({ audience }) => audience)).toEqual(['device', 'device', 'device']);
    expect(JSON.parse(calls[2]?.body ?? '')).toEqual(JSON.parse(calls[1]?.body ?? ''));
  });

  test('a refusal is told in the API’s words', async () => {
    answers = [{ status: 404, body: { title: 'No such job', detail: 'No job has this ID.' } }];
    await expect(qdn('job', 'QDN-9')).rejects.toThrow('No such job (404). No job has this ID.');
  });

  test('keys that others can read are refused', async () => {
    const open = join(folder, 'open.json');
    writeFileSync(open, JSON.stringify(keys), { mode: 0o644 });
    await expect(qdn('--keys', open, 'token', 'device', 'T1')).rejects.toThrow(`chmod 600 ${open}`);
  });

  test('every command has a description and an example', () => {
    const program = createProgram({ environment: {}, repository: folder, print: () => {}, note: () => {} });
    const leaves = program.commands.flatMap((command) => (command.commands.length > 0 ? command.commands : [command]));
    for (const command of leaves) {
      expect(command.description()).not.toBe('');
      let help = '';
      command
        .configureOutput({
          writeOut: (text) => {
            help += text;
          },
        })
        .outputHelp();
      expect(help).toContain('Example:\n  qdn ');
    }
  });
});
