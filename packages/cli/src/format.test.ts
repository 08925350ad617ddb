import { expect, test } from '@jest/globals';
import { attentionReport, jobReport, jobTable, table, trailerReport } from './format.ts';
import { localTime } from './times/local-time.ts';

const utc = localTime('UTC', Date.UTC(2026, 10, 23));
const texas = localTime('America/Chicago', Date.UTC(2026, 10, 23));

test('columns are aligned', () => {
  expect(
    table([
      ['A', 'LONG'],
      ['abc', 'x'],
    ]),
  ).toBe('A    LONG\nabc  x');
});

test('reports that there are no jobs', () => {
  expect(jobTable({ jobs: [], next: null }, utc)).toBe('No jobs.');
});

test('lists jobs in columns', () => {
  const job = {
    id: 'QDN-1042',
    accountId: 'lopez',
    customerName: 'Maria Lopez',
    status: 'in_transit',
    trailers: [],
    scheduledFor: null,
    updatedAt: '2026-11-23T15:00:00.000Z',
  } as const;
  const due = { ...job, trailers: [], scheduledFor: '2026-11-24T15:00:00.000Z' };
  expect(jobTable({ jobs: [due], next: null }, utc)).toContain('Tue, Nov 24, 3:00 PM UTC');
  expect(jobTable({ jobs: [{ ...job, trailers: [...job.trailers] }], next: null }, utc)).toBe(
    [
      'JOB       CUSTOMER     STATUS      TRAILERS  DUE  CHANGED (UTC)',
      'QDN-1042  Maria Lopez  in transit  -         -    2026-11-23 15:00:00',
    ].join('\n'),
  );
});

test('shows a job: its customer, trailers, stops, position and timeline', () => {
  const at = '2026-11-23T15:00:00.000Z';
  const job = {
    id: 'QDN-1042',
    accountId: 'lopez',
    kind: 'dump_and_return',
    customer: { name: 'Maria Lopez', phone: '+15125550111' },
    pickupAddress: null,
    dropOffAddress: '4112 Avenue H',
    stops: [
      { kind: 'drop_off', address: '4112 Avenue H', lat: 30.3, lon: -97.7, radiusM: 80 },
      { kind: 'yard', address: '6400 Burleson Rd', lat: 30.2, lon: -97.7, radiusM: 120 },
    ],
    currentStop: 0,
    trailers: ['T1', 'T2'],
    status: 'in_transit',
    history: [{ status: 'in_transit', at, by: 'operator', reason: 'set by ops' }],
    scheduledFor: null,
    createdAt: at,
    updatedAt: at,
    version: 2,
    location: { position: null, eta: null },
    messages: [{ sid: 'SM1', at: '2026-11-23T15:01:00.000Z', from: 'customer', body: 'hello', relays: [] }],
  } as unknown as Parameters<typeof jobReport>[0];
  expect(jobReport(job, utc)).toBe(
    [
      'QDN-1042 · dump and return · in transit',
      'Customer   Maria Lopez, +15125550111 (account lopez)',
      'Trailers   T1, T2',
      'Stop     > drop off, 4112 Avenue H',
      'Stop       yard, 6400 Burleson Rd',
      'Position   none',
      'Arrival    not known',
      '',
      'Timeline (UTC)',
      '  2026-11-23 15:00:00  in transit (operator: set by ops)',
      '  2026-11-23 15:01:00  customer wrote: hello',
    ].join('\n'),
  );
});

test('speaks the time zone of the company', () => {
  const at = '2026-11-23T15:00:00.000Z';
  const listed = {
    id: 'QDN-1',
    accountId: 'a',
    customerName: 'Ann',
    status: 'in_transit',
    trailers: [],
    updatedAt: at,
  };
  const list = { jobs: [listed], next: null } as unknown as Parameters<typeof jobTable>[0];
  expect(jobTable(list, texas)).toMatch(/CHANGED \(CT\)\n.* 2026-11-23 09:00:00$/);
  const eta = { earliest: at, latest: '2026-11-23T15:20:00.000Z', asOf: at, distanceM: 5200, reason: 'own-drives' };
  const job = {
    ...{ id: 'QDN-1', kind: 'delivery', status: 'in_transit', customer: { name: 'Ann', phone: '+15125550119' } },
    ...{
      accountId: 'a',
      trailers: [],
      stops: [],
      currentStop: 0,
      messages: [],
      scheduledFor: '2026-03-11T14:00:00.000Z',
    },
    ...{ history: [{ status: 'in_transit', at, by: 'operator', reason: 'set' }], location: { eta, serverTime: at } },
  } as unknown as Parameters<typeof jobReport>[0];
  const report = jobReport(job, texas);
  expect(report).toContain('Due        Wed, Mar 11, 9:00 AM CDT');
  expect(report).toContain('Arrival    9:00 AM–9:20 AM CT, 5.2 km to go');
  const overnight = { ...eta, earliest: '2026-11-23T23:46:00.000Z', latest: '2026-11-24T20:41:00.000Z' };
  expect(
    jobReport({ ...job, location: { ...job.location, eta: { ...overnight, likely: at } } } as typeof job, texas),
  ).toContain('Arrival    2026-11-23 17:46–2026-11-24 14:41 CT,');
  expect(report).toContain('Timeline (CT)\n  2026-11-23 09:00:00  in transit');
});

test('lists items that need attention with the next step, and reports when there are none', () => {
  expect(attentionReport({ unresolved: [], unanswered: [], unmatched: [], ended: [], asked: [] }, utc)).toBe(
    'Nothing needs your attention.',
  );
  const report = attentionReport(
    {
      unresolved: [],
      unanswered: [{ sid: 'SM1', jobId: 'QDN-1042', since: '2026-11-23T15:00:00.000Z' }],
      unmatched: [{ sid: 'SM2', from: '+*********99', body: 'do you\nrent?', at: '2026-11-23T15:00:00.000Z' }],
      ended: [
        {
          jobId: 'QDN-1043',
          customerName: 'Ann Lee',
          status: 'completed',
          trailerId: 'T1',
          at: '2026-11-23T15:31:00.000Z',
          seenAt: '2026-11-23T15:34:00.000Z',
          by: 'fixes',
          reason: 'left the drop off, the last stop',
          version: 7,
        },
      ],
      asked: [],
    },
    utc,
  );
  expect(report).toBe(
    [
      'Messages that no dispatcher has answered:',
      '2026-11-23 15:00:00  QDN-1042  SM1',
      'Call the customer, then: ./qdn resolve SID --called. A dispatcher’s answer, or the end of the job, removes the message too.',
      '',
      'Messages without a job (last seven days):',
      '2026-11-23 15:00:00  +*********99  do you rent?',
      'The team has received them. Create the job, or answer from the dispatch phone.',
      '',
      'Jobs that ended by themselves (last 36 hours):',
      '2026-11-23 15:31:00  QDN-1043  Ann Lee  T1  left the drop off, the last stop  ./qdn undo QDN-1043',
      'Most are right. If one is wrong, its command opens it again. If the work could not be done: ./qdn set-status ID could-not',
    ].join('\n'),
  );
});

test('names a second device as the likely cause of many jumps, and not of a few', () => {
  const jumping = (count: number) =>
    trailerReport({ ...trailer, fixesToday: 60, ignoredToday: [{ reason: 'jump', count, last: null }] }, utc);
  expect(jumping(25)).toContain('Two devices may report as T1: 25 positions of today cannot be of one truck.');
  expect(jumping(4)).not.toContain('Two devices');
});

test('lists jobs that could not be done apart, with the command that books them again', () => {
  const one = {
    jobId: 'QDN-1043',
    customerName: 'Ann Lee',
    status: 'failed',
    trailerId: 'T1',
    at: '2026-11-23T15:31:00.000Z',
    seenAt: '2026-11-23T15:31:00.000Z',
    by: 'driver',
    reason: 'Ray, by text',
    version: 7,
  } as const;
  const report = attentionReport({ unresolved: [], unanswered: [], unmatched: [], ended: [one], asked: [] }, utc);
  expect(report).toContain('Jobs that could not be done');
  expect(report).toContain('driver: Ray, by text  ./qdn reschedule QDN-1043 tomorrow 9am');
  expect(report).not.toContain('ended by themselves');
});

const trailer: Parameters<typeof trailerReport>[0] = {
  trailerId: 'T1',
  jobId: 'QDN-1042',
  serverTime: '2026-11-23T15:00:12.000Z',
  since: '2026-11-23T06:00:00.000Z',
  position: {
    lat: 30.2,
    lon: -97.75,
    at: '2026-11-23T15:00:00.000Z',
    ageS: 12,
    freshness: 'live',
    cause: null,
    accuracyM: 6.4,
    speedMps: 12,
    headingDeg: 90,
  },
  battery: { percent: 81, charging: true },
  heardAt: '2026-11-23T15:00:00.000Z',
  client: 'Traccar Client',
  intervalS: 30,
  signsToday: [],
  speedUnit: null,
  clockErrorS: null,
  fixesToday: 412,
  drivenTodayM: 18_240,
  ignoredToday: [
    { reason: 'jump', count: 3, last: { at: '2026-11-23T14:00:00.000Z', lat: 31, lon: -97 } },
    { reason: 'duplicate', count: 9, last: null },
  ],
};

test('summarizes a trailer’s tracker in a line', () => {
  const lines = trailerReport(trailer, utc).split('\n');
  expect(lines.slice(0, 2)).toEqual([
    'T1 · job QDN-1042',
    'last fix 12 s ago, 412 today, 12 ignored: 9 duplicate, 3 jump',
  ]);
  expect(lines).toContain('Driven     18.2 km today');
  expect(lines).toContain('Battery    81 %, charging');
  expect(lines).toContain(
    '  jump: a place that the trailer cannot have reached, judging by the other fixes. Newest: 31, -97 at 2026-11-23 14:00:00.',
  );
});

test('gives advice for a tracker that does not work', () => {
  const silent = {
    ...trailer,
    jobId: null,
    position: null,
    battery: null,
    heardAt: null,
    client: null,
    intervalS: null,
    fixesToday: 0,
    ignoredToday: [],
  };
  expect(trailerReport(silent, utc)).toMatch(/T1 · no job\nno fix, 0 today, 0 ignored\n.*\.\/qdn token device T1/);
  const jobless = {
    ...silent,
    heardAt: trailer.serverTime,
    ignoredToday: [{ reason: 'unusable', count: 6, last: null }],
  };
  expect(trailerReport(jobless, utc)).toMatch(/Last post {2}0 s ago, without a fix that counts\n {2}unusable: /);
});

test('gives no advice about a device for points of units without a trailer', () => {
  const hub = { ...trailer, trailerId: 'hub', jobId: null, position: null, heardAt: null, ignoredToday: [] };
  expect(trailerReport(hub, utc)).not.toContain('./qdn token device');
});

test('shows a lost trailer’s last position with the likely cause', () => {
  const { position } = trailer;
  if (!position) throw new Error('It has one');
  const lost = { ...position, ageS: 3 * 3600 + 5, freshness: 'lost', cause: 'battery_low', accuracyM: null } as const;
  const report = trailerReport({ ...trailer, position: lost }, utc);
  expect(report).toMatch(/last fix 3 h ago/);
  expect(report).toMatch(/\(lost, its battery was low\)/);
});
