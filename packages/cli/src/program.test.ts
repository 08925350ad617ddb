import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { validate as isCreateJob } from '@qdn/contracts/validators/createJob';
import { createKeyring, verifyToken } from '@qdn/lambda';
import { createProgram } from './program.ts';
import { anApi, writeExampleCompany } from './testing/an-api.ts';

type Call = { method: string; url: string; body: string; audience: string };
let calls: Call[];
let answers: Array<{ status: number; body?: object }>;
const { folder, keys, argv } = anApi(({ token, ...call }) => {
  const { kind } = verifyToken(token, keyring, ['operator', 'device'], Date.now());
  calls.push({ ...call, audience: kind });
  return answers.shift() ?? { status: 500 };
});
const keyring = createKeyring(keys);
beforeEach(() => {
  calls = [];
  answers = [];
});

let notes: string[] = [];
const qdn = async (...args: string[]) => {
  const printed: string[] = [];
  notes = [];
  const program = createProgram({
    environment: {},
    repository: folder,
    print: (text) => printed.push(text),
    note: (text) => notes.push(text),
  });
  program
    .exitOverride()
    .configureOutput({ writeOut: (text) => printed.push(text), writeErr: (text) => printed.push(text) });
  for (const command of program.commands)
    command
      .exitOverride()
      .configureOutput({ writeOut: (text) => printed.push(text), writeErr: (text) => printed.push(text) });
  await program.parseAsync(argv(args));
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
          client: null,
          intervalS: null,
          signsToday: [],
          speedUnit: null,
          clockErrorS: null,
          fixesToday: 0,
          drivenTodayM: 0,
          ignoredToday: [],
        },
      },
    ];
    expect(await qdn('trailer', 'T1')).toMatch(/T1 · no job/);
    expect(calls).toMatchObject([{ method: 'GET', url: '/api/trailers/T1', audience: 'operator' }]);
  });

  test('mints tokens that verify, each for its own audience', async () => {
    expect(
      verifyToken(await qdn('token', 'operator', '--label', 'office'), keyring, ['operator'], Date.now()),
    ).toMatchObject({ label: 'office' });
    expect(verifyToken(await qdn('token', 'device', 'T1'), keyring, ['device'], Date.now())).toMatchObject({
      trailerId: 'T1',
    });
    const hub = await qdn('token', 'hub', '--label', 'traccar');
    expect(verifyToken(hub, keyring, ['device', 'hub'], Date.now())).toMatchObject({ kind: 'hub', label: 'traccar' });
    expect(await qdn('token', 'device', 'T1', '--setup')).toContain('owntracks:///config?inline=');
    await expect(qdn('token', 'device', 'no/trailer')).rejects.toThrow('is not a valid trailer ID');
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
    answers.push(...answers, { status: 204 });
    expect(await qdn('link', 'QDN-1', '--hours', '24')).toBe('https://x/track?job_id=a.b.c');
    expect(calls[0]).toMatchObject({ url: '/api/jobs/QDN-1/tracking-links', body: '{"expiresInHours":24}' });
    await qdn('link', '1042');
    await qdn('revoke', '1042', 'abcdefgh');
    expect(calls.slice(1)).toMatchObject([
      { method: 'POST', url: '/api/jobs/QDN-1042/tracking-links' },
      { method: 'DELETE', url: '/api/jobs/QDN-1042/tracking-links/abcdefgh' },
    ]);
  });

  test('says that a job waits whose trailer is busy when its departure is taken back', async () => {
    const reason = '"left" was taken back by qdn';
    const after = { id: 'QDN-1042', customer: { name: 'Maria Lopez' }, status: 'scheduled', history: [{ reason }] };
    answers = [
      { status: 200, body: { version: 3 } },
      { status: 200, body: after },
    ];
    expect(await qdn('undo', '1042')).toBe(
      'QDN-1042 Maria Lopez: "left" was taken back by qdn. It is scheduled now, and waits for its trailer.',
    );
  });

  test('says why an undo was refused, and nothing of another change', async () => {
    const refused = {
      status: 409,
      title: 'Conflict with another change',
      detail: 'Already done: "left" was taken back.',
    };
    answers = [
      { status: 200, body: { version: 3 } },
      { status: 409, body: refused },
    ];
    await expect(qdn('undo', '1042')).rejects.toThrow(/^Already done: "left" was taken back\.$/);
  });

  test('replays a drive with a device token, and tries again what may pass', async () => {
    const file = join(folder, 'drive.gpx');
    writeFileSync(
      file,
      '<gpx><trk><trkseg><trkpt lat="30.1" lon="-97"/><trkpt lat="30.2" lon="-97"/></trkseg></trk></gpx>',
    );
    const receipt = { status: 200, body: { accepted: 1, ignored: {}, status: 'in_transit' } };
    answers = [receipt, { status: 503 }, receipt];
    expect(await qdn('replay', file, '--job', '1042', '--trailer', 'T1', '--speed', '10000')).toBe(
      '2 fixes accepted. QDN-1042 is in transit.',
    );
    expect(calls.map(({ audience }) => audience)).toEqual(['device', 'device', 'device']);
    expect(JSON.parse(calls[2]?.body ?? '')).toEqual(JSON.parse(calls[1]?.body ?? ''));
  });

  test('prints the API’s message of a refusal', async () => {
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
      expect(help).toContain('Example:\n  ./qdn ');
    }
  });
});

describe('with a company file', () => {
  const config = join(folder, 'config');
  beforeAll(() => writeExampleCompany(folder));
  afterAll(() => rmSync(config, { recursive: true }));

  test('a job is created at its stops, with its trailers, by their names', async () => {
    answers = [{ status: 201, body: {} }];
    const words = ['--kind', 'dump_and_return', '--customer', 'Ann Lee', '--phone', '512 555 0119'];
    const stops = ['--stop', 'drop_off: 1100 Congress Ave, Austin @ 30.2747, -97.7404', '--stop', 'Landfill'];
    const printed = await qdn(
      'create-job',
      'QDN-2002',
      ...words,
      ...stops,
      '--trailer',
      '7-yard dump trailer',
      '--trailer',
      't2',
    );
    expect(calls[0]).toMatchObject({ method: 'POST', url: '/api/jobs', audience: 'operator' });
    const job = JSON.parse(calls[0]?.body ?? '');
    expect(isCreateJob(job)).toBe(true);
    expect(job).toEqual({
      id: 'QDN-2002',
      accountId: 'ann-lee',
      kind: 'dump_and_return',
      customer: { name: 'Ann Lee', phone: '+15125550119' },
      stops: [
        { kind: 'drop_off', address: '1100 Congress Ave, Austin', lat: 30.2747, lon: -97.7404, radiusM: 100 },
        { kind: 'dump_site', address: 'Landfill, 9500 Giles Ln', lat: 30.3345, lon: -97.6281, radiusM: 150 },
      ],
      trailers: ['T3', 'T2'],
    });
    expect(printed).toContain('1100 Congress Ave, Austin → Landfill, 9500 Giles Ln');
  });

  test('the number of a job is enough, with the company’s prefix', async () => {
    const example = JSON.parse(readFileSync(join(config, 'company.json'), 'utf8'));
    writeFileSync(join(config, 'company.json'), JSON.stringify({ ...example, jobPrefix: 'HAUL' }));
    const words = ['--kind', 'delivery', '--customer', 'Ann', '--phone', '+15125550119', '--stop', 'yard'];
    answers = [
      { status: 201, body: {} },
      { status: 201, body: {} },
    ];
    expect(await qdn('create-job', '7', ...words)).toContain('Created HAUL-7');
    await qdn('create-job', 'ACME-8', ...words);
    expect(calls.map(({ body }) => JSON.parse(body ?? '').id)).toEqual(['HAUL-7', 'ACME-8']);
    writeFileSync(join(config, 'company.json'), JSON.stringify(example));
  });

  test.each([
    ['lanfill', '"lanfill" is not a known stop. Did you mean "landfill"?'],
    ['somewhere', 'Give the name of a stop of config/company.json, or "KIND: ADDRESS'],
    ['house: 1 Main St @ 30, -97', '"house" is not a kind of stop. Use one of: pickup, drop_off, dump_site, yard.'],
    ['house: 1 Main St', '"house" is not a kind of stop. Use one of: pickup, drop_off, dump_site, yard.'],
    ['yard: 1 Main St @ here', '"here" is not a valid place. Write latitude and longitude'],
  ])('the stop %j is refused in a sentence, and nothing is created', async (stop, sentence) => {
    const words = ['--kind', 'delivery', '--customer', 'Ann', '--phone', '+15125550119', '--stop', stop];
    await expect(qdn('create-job', 'QDN-2002', ...words)).rejects.toThrow(sentence);
    expect(calls).toEqual([]);
  });

  test('a trailer may go by its name; one that is not known is doubted, and taken for what it is', async () => {
    const trailerOf = (token: string) => verifyToken(token, keyring, ['device'], Date.now());
    expect(trailerOf(await qdn('token', 'device', '14-yard dump trailer'))).toMatchObject({ trailerId: 'T1' });
    expect(notes).toEqual([]);
    expect(trailerOf(await qdn('token', 'device', 'HIRED-1'))).toMatchObject({ trailerId: 'HIRED-1' });
    expect(notes).toEqual(['Warning: config/company.json has no trailer HIRED-1.']);
    await expect(qdn('token', 'device', '14-yard dump trailr')).rejects.toThrow('Did you mean "14-yard dump trailer"?');
  });

  test('the time of a job is in words, in the company’s time zone, and is printed as understood', async () => {
    const words = ['--kind', 'delivery', '--customer', 'Ann', '--phone', '+15125550119', '--stop', 'yard'];
    answers = [{ status: 201, body: {} }];
    const printed = await qdn('create-job', '7', ...words, '--at', 'tomorrow 9am');
    const { scheduledFor } = JSON.parse(calls[0]?.body ?? '');
    expect(scheduledFor).toMatch(/^\d{4}-\d\d-\d\dT1[45]:00:00.000Z$/);
    expect(notes[0]).toMatch(/^Time: \w{3}, \w{3} \d+, (\d{4}, )?9:00 AM C[SD]T$/);
    expect(printed).toMatch(/\w{3} \d+, (\d{4}, )?9:00 AM C[SD]T\.$/);
    await expect(qdn('create-job', '8', ...words, '--at', 'tomorrow')).rejects.toThrow('has no time of day');
    expect(calls).toHaveLength(1);
  });

  test('trailers and stops are listed', async () => {
    expect(await qdn('trailers', '--url', 'http://127.0.0.1:9')).toMatch(/^TRAILER +NAME\nT1 +14-yard dump trailer\n/);
    expect(notes[0]).toContain('http://127.0.0.1:9 does not answer');
    expect(await qdn('stops')).toMatch(/^yard +yard +QuickDumpNow yard, 6400 Burleson Rd +30\.2211, -97\.6972$/m);
  });

  test('all trailers are listed from all pages, those of the company file too', async () => {
    const position = {
      lat: 30.2,
      lon: -97.75,
      at: '2026-11-23T15:00:00.000Z',
      ageS: 8,
      freshness: 'live',
      cause: null,
      accuracyM: 6,
      speedMps: 13.9,
      headingDeg: 44,
    };
    const heard = { battery: { percent: 81, charging: true }, heardAt: position.at, client: 'Overland' };
    const hired = { trailerId: 'HIRED-10', jobId: 'QDN-7', position, motion: 'moving', ...heard, ignored: [] };
    const refused = [{ reason: 'inaccurate', count: 3, last: null }];
    const rough = { trailerId: 'HIRED-9', jobId: null, position: null, motion: null, ...heard, ignored: refused };
    const page = { serverTime: position.at };
    answers = [
      { status: 200, body: { trailers: [hired], next: 'HIRED-10', ...page } },
      { status: 200, body: { trailers: [rough], next: null, ...page } },
    ];
    const lines = (await qdn('trailers')).split('\n');
    expect(calls.map(({ url }) => url)).toEqual(['/api/trailers', '/api/trailers?after=HIRED-10']);
    expect(lines[0]).toMatch(/^TRAILER +NAME +JOB +MOTION +LAST FIX \(CT\) +PLACE +BATTERY +CLIENT +IGNORED$/);
    expect(lines[1]).toMatch(
      /^HIRED-9 +- +- +- +no place, heard 2026-11-23 09:00:00 +- +81 %, charging +Overland +3 inaccurate$/,
    );
    expect(lines[2]).toMatch(
      /^HIRED-10 +- +QDN-7 +moving NE, 31 mph +2026-11-23 09:00:00 \(8 s ago\) +30.2, -97.75 +81 %, charging +Overland +-$/,
    );
    expect(lines[3]).toMatch(/^T1 +14-yard dump trailer +- +- +nothing heard/);
  });

  test('a report is written to a file with a byte-order mark, and notes go beside it', async () => {
    const visit = {
      jobId: 'QDN-7',
      kind: 'delivery',
      customerName: 'Peña, LLC',
      status: 'completed',
      trailerId: 'T1',
      stop: { index: 0, kind: 'drop_off', address: '=1 Main St' },
      arrived: { at: '2026-03-10T13:02:00.000Z', by: 'fixes' },
      left: { at: '2026-03-10T13:21:00.000Z', by: 'operator' },
      ended: null,
    };
    const ends = { from: '2026-03-09T05:00:00.000Z', to: '2026-03-10T05:00:00.000Z', timeZone: 'America/Chicago' };
    const empty = { trailerId: 'T1', ...ends, source: 'none', metres: 0, points: [], halts: [], trips: [], next: null };
    const track = { status: 200, body: empty };
    const visits = { status: 200, body: { visits: [visit], next: null } };
    answers = [visits, track, track];
    const file = join(folder, 'report.csv');
    expect(await qdn('report', '--from', '2026-03-10', '--to', '2026-03-10', '--out', file)).toBe('');
    expect(calls.map(({ url }) => url)).toEqual([
      '/api/visits?from=2026-03-09T05%3A00%3A00.000Z&to=2026-03-11T05%3A00%3A00.000Z',
      '/api/trailers/T1/track?from=2026-03-09T05%3A00%3A00.000Z&to=2026-03-10T05%3A00%3A00.000Z',
      '/api/trailers/T1/track?from=2026-03-10T05%3A00%3A00.000Z&to=2026-03-11T05%3A00%3A00.000Z',
    ]);
    expect(readFileSync(file, 'utf8')).toBe(
      `\uFEFFdate,trailer,job,kind,customer,stop,place,arrived,left,on_site_min,miles,how\r\n2026-03-10,T1,QDN-7,delivery,"Peña, LLC",drop-off,'=1 Main St,08:02,08:21,19,,"arrived gps; left by hand, track not kept any more"\r\n`,
    );
    expect(notes.at(-1)).toBe(`Wrote ${file}: 1 rows.`);
    answers = [{ status: 200, body: { visits: [], next: null } }];
    expect(await qdn('report', '--month', '2026-02')).toBe(
      'date,trailer,job,kind,customer,stop,place,arrived,left,on_site_min,miles,how',
    );
    expect(notes).toContain('No jobs in 2026-02. Times are in America/Chicago.');
    await expect(qdn('report', '--month', '2026-13', '--out', join(folder, 'no.csv'))).rejects.toThrow('2026-03');
    expect(existsSync(join(folder, 'no.csv'))).toBe(false);
  });

  test('every command that reads it reports a mistake in it', async () => {
    writeFileSync(join(config, 'company.json'), '{,}');
    await expect(qdn('stops')).rejects.toThrow('config/company.json: Line 1, column 2:');
  });
});
