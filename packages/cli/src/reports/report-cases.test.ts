import { describe, expect, test } from '@jest/globals';
import type { Wire } from '@qdn/contracts';
import { dayTrackOf, type Fix, localDate, nextDay, partOf, startOfDay, type TrailerId } from '@qdn/domain';
import { BOM, csvOf } from './csv.ts';
import { type DayOfTrack, dayKey } from './day-tracks.ts';
import { reportRange } from './report-range.ts';
import {
  dayCells,
  jobCells,
  type ReportInput,
  STOP_HEADER,
  stopCells,
  stopRows,
  unplannedRows,
} from './report-rows.ts';

/* Cases of owners, gathered by someone who had not seen the code. The expected rows are theirs. */

type WireVisit = Wire<'visitList'>['visits'][number];
type Origin = NonNullable<WireVisit['arrived']>['by'];

const ZONE = 'America/Chicago';
const METRES_PER_MILE = 1609.344;
const METRES_PER_DEGREE = 111_195;
const DAY = '2026-03-10';
const at = (time: string, offset = '-05:00') => `${time.includes('T') ? time : `${DAY}T${time}`}:00${offset}`;

const visit = (
  job: string,
  stop: WireVisit['stop'],
  arrived: string | null,
  left: string | null,
  { leftBy = 'fixes', ...changes }: Partial<WireVisit> & { leftBy?: Origin } = {},
): WireVisit => ({
  jobId: job,
  kind: 'delivery',
  customerName: 'Acme Roofing',
  status: 'completed',
  trailerId: 'T1',
  stop,
  arrived: arrived === null ? null : { at: arrived, by: 'fixes' },
  left: left === null ? null : { at: left, by: leftBy },
  ended: null,
  ...changes,
});
const dropOff = (address = '1100 Congress Ave, Austin') => ({ index: 0, kind: 'drop_off' as const, address });

/** A drive by way marks: at each time the trailer is a number of miles from the yard; a fix every 10 s between them. */
const drive = (marks: ReadonlyArray<[time: string, miles: number]>, trailerId = 'T1'): Fix[] =>
  marks.slice(1).flatMap(([time, miles], i) => {
    const [before, from] = marks[i] ?? [time, miles];
    const [begin, end] = [Date.parse(before), Date.parse(time)];
    return Array.from({ length: Math.round((end - begin) / 10_000) }, (_, k): Fix => {
      const share = (k * 10_000) / (end - begin);
      return {
        trailerId: trailerId as TrailerId,
        at: begin + k * 10_000,
        lat: 30 + ((from + share * (miles - from)) * METRES_PER_MILE) / METRES_PER_DEGREE,
        lon: -97.7,
        accuracyM: 5,
        speedMps: null,
        headingDeg: null,
      };
    });
  });

const tracksOf = (fixes: readonly Fix[]): Map<string, DayOfTrack> => {
  const tracks = new Map<string, DayOfTrack>();
  for (const [trailerId, own] of Map.groupBy(fixes, (fix) => fix.trailerId))
    for (const start of new Set(own.filter((_, i) => i % 60 === 0).map((fix) => startOfDay(fix.at, ZONE)))) {
      const part = partOf(dayTrackOf(own), start, nextDay(start, ZONE));
      tracks.set(dayKey(trailerId, localDate(start, ZONE)), { source: 'fixes', ...part });
    }
  return tracks;
};

type More = Partial<ReportInput> & { fixes?: readonly Fix[] };
const inputOf = (visits: readonly WireVisit[], { fixes = [], ...more }: More = {}): ReportInput => ({
  visits,
  tracks: tracksOf(fixes),
  range: { from: Date.parse(at('2026-03-01T00:00', '-06:00')), to: Date.parse(at('2026-04-01T00:00')) },
  zone: ZONE,
  now: Date.parse(at('18:00')),
  places: [{ id: 'yard', kind: 'yard', address: 'Yard', lat: 30, lon: -97.7 }],
  ...more,
});
/** Rows of the report by stops, by the names of its columns. */
const rowsOf = (visits: readonly WireVisit[], more: More = {}) =>
  stopCells(stopRows(inputOf(visits, more))).map(
    (cells): Record<string, string | number> =>
      Object.fromEntries(STOP_HEADER.map((name, i) => [name, cells[i] ?? ''])),
  );
const csvRow = (cells: string[]) => csvOf(['a'], [cells]).split('\r\n')[1];

const oakHomes = (
  index: number,
  kind: NonNullable<WireVisit['stop']>['kind'],
  address: string,
  arrived: string,
  left: string | null,
) =>
  visit('QDN-1044', { index, kind, address }, at(arrived), left && at(left), {
    kind: 'final_pickup',
    customerName: 'Oak Homes',
  });
const PLAIN = {
  visits: [
    visit('QDN-1043', dropOff(), at('08:02'), at('08:21')),
    oakHomes(0, 'pickup', '2200 E Riverside Dr, Austin', '09:10', '09:28'),
    oakHomes(1, 'dump_site', 'Landfill', '09:55', '10:20'),
    oakHomes(2, 'yard', 'Yard', '10:50', null),
  ],
  fixes: drive([
    [at('07:00'), 0],
    [at('07:30'), 0],
    [at('08:02'), 11.4],
    [at('08:21'), 11.4],
    [at('09:10'), 29.3],
    [at('09:28'), 29.3],
    [at('09:55'), 17],
    [at('10:20'), 17],
    [at('10:50'), 7.2],
    [at('12:00'), 7.2],
  ]),
};

describe('rows and columns', () => {
  test('plain-day', () => {
    const rows = rowsOf(PLAIN.visits, PLAIN);
    expect(STOP_HEADER.join()).toBe('date,trailer,job,kind,customer,stop,place,arrived,left,on_site_min,miles,how');
    expect(rows).toEqual([
      {
        date: DAY,
        trailer: 'T1',
        job: 'QDN-1043',
        kind: 'delivery',
        customer: 'Acme Roofing',
        stop: 'drop-off',
        place: '1100 Congress Ave, Austin',
        arrived: '08:02',
        left: '08:21',
        on_site_min: 19,
        miles: 11.4,
        how: 'gps',
      },
      expect.objectContaining({ kind: 'final pickup', stop: 'pickup', arrived: '09:10', on_site_min: 18, miles: 17.9 }),
      expect.objectContaining({ stop: 'dump', place: 'Landfill', on_site_min: 25, miles: 12.3 }),
      expect.objectContaining({ stop: 'yard', place: 'Yard', arrived: '10:50', left: '', on_site_min: '', miles: 9.8 }),
    ]);
    const sum = rows.reduce((total, row) => total + Number(row['miles']), 0);
    const [[, track] = []] = tracksOf(PLAIN.fixes);
    expect(Math.abs(sum / ((track?.points.at(-1)?.metres ?? 0) / METRES_PER_MILE) - 1)).toBeLessThan(0.01);
  });

  test('units-plain-numbers', () => {
    const [, row = ''] = csvOf(STOP_HEADER, stopCells(stopRows(inputOf(PLAIN.visits, PLAIN)))).split('\r\n');
    expect(row).toContain(',19,11.4,gps');
  });

  test('comma-and-quote', () => {
    expect(csvRow(['Smith, Jones & Sons "Roofing"', '12 Main St, Suite B'])).toBe(
      '"Smith, Jones & Sons ""Roofing""","12 Main St, Suite B"',
    );
  });

  test.each([
    ["=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"],
    ['+15125550142', "'+15125550142"],
    ['-Rush- Hauling', "'-Rush- Hauling"],
    ['@Home Cleanouts', "'@Home Cleanouts"],
    ['\t=1+1', "'=1+1"],
    ['  =1+1', "'=1+1"],
    ['\u0001=1+1', "'=1+1"],
    ['\u0085\u007f@SUM(A1)', "'@SUM(A1)"],
    ['＝1+1', "'＝1+1"],
    ['Lee - Sons', 'Lee - Sons'],
  ])('formula-name: %j', (name, cell) => {
    expect(csvRow([name])).toBe(cell);
    expect(csvOf(['miles'], [[-0.5]])).toContain('\r\n-0.5\r\n');
  });

  test('newline-in-note', () => {
    expect(csvRow(['gate locked\ncall me'])).toBe('gate locked call me');
    expect(csvOf(['a'], [['x\r\ny\u2028z']]).split('\r\n')).toHaveLength(3);
  });

  test('accents-bom', () => {
    const bytes = Buffer.from(`${BOM}${csvOf(['a'], [['Peña Construcción']])}`);
    expect(bytes.subarray(0, 3).toString('hex')).toBe('efbbbf');
    expect(bytes.toString()).toContain('Peña Construcción\r\n');
  });

  test('ids-and-zips', () => {
    expect(csvRow(['007', '02138', '3-12', '1E5'])).toBe('007,02138,3-12,1E5');
  });
});

describe('times and days', () => {
  test('local-times and evening-date', () => {
    const rows = rowsOf([
      visit('QDN-1', dropOff(), '2026-03-10T13:02:00Z', null),
      visit('QDN-2', dropOff(), '2026-03-11T02:30:00Z', null),
    ]);
    expect(rows).toMatchObject([
      { date: DAY, arrived: '08:02' },
      { date: DAY, arrived: '21:30' },
    ]);
  });

  test('dst-spring', () => {
    const [row] = rowsOf([visit('QDN-1', dropOff(), '2026-03-08T07:30:00Z', '2026-03-08T08:30:00Z')]);
    expect(row).toMatchObject({ date: '2026-03-08', arrived: '01:30', left: '03:30', on_site_min: 60 });
    const { from, to } = reportRange({ from: '2026-03-08', to: '2026-03-08' }, ZONE, DAY);
    expect([from, to].map((time) => new Date(time).toISOString())).toEqual([
      '2026-03-08T06:00:00.000Z',
      '2026-03-09T05:00:00.000Z',
    ]);
  });

  test('dst-autumn', () => {
    const range = reportRange({ from: '2026-11-01', to: '2026-11-01' }, ZONE, DAY);
    expect([range.from, range.to].map((time) => new Date(time).toISOString())).toEqual([
      '2026-11-01T05:00:00.000Z',
      '2026-11-02T06:00:00.000Z',
    ]);
    const [row] = rowsOf([visit('QDN-1', dropOff(), '2026-11-01T06:40:00Z', '2026-11-01T07:20:00Z')], { range });
    expect(row).toMatchObject({ date: '2026-11-01', arrived: '01:40 CDT', left: '01:20 CST', on_site_min: 40 });
  });

  test('across-midnight', () => {
    const night = visit('QDN-1050', dropOff(), at('23:40'), at('2026-03-11T00:35'));
    const fixes = drive([
      [at('23:00'), 0],
      [at('23:40'), 13],
      [at('2026-03-11T00:35'), 13],
      [at('2026-03-11T01:05'), 22],
    ]);
    expect(rowsOf([night], { fixes })).toMatchObject([
      { date: DAY, arrived: '23:40', left: '00:35 (+1)', on_site_min: 55, miles: 13 },
    ]);
    const days = dayCells(stopRows(inputOf([night], { fixes })), inputOf([night], { fixes }));
    expect(days.map((cells) => [cells[0], cells[7]])).toEqual([
      [DAY, 13],
      ['2026-03-11', 9],
    ]);
  });

  test('month-edge', () => {
    const edge = visit('QDN-1', dropOff(), at('2026-03-31T23:30'), at('2026-04-01T00:20'));
    const of = (month: string) => rowsOf([edge], { range: reportRange({ month }, ZONE, DAY) });
    expect(of('2026-03')).toMatchObject([{ date: '2026-03-31', left: '00:20 (+1)', on_site_min: 50 }]);
    expect(of('2026-04')).toEqual([]);
  });

  test('range-independent', () => {
    const of = (options: Parameters<typeof reportRange>[0]) =>
      rowsOf(PLAIN.visits, { ...PLAIN, range: reportRange(options, ZONE, DAY) });
    expect(of({ from: DAY, to: DAY })).toEqual(of({ month: '2026-03' }));
    expect(of({ from: DAY, to: DAY })).toEqual(of({ from: '2026-03-09', to: '2026-03-15' }));
  });

  test('empty-and-future', () => {
    expect(csvOf(STOP_HEADER, stopCells([]))).toBe(`${STOP_HEADER.join()}\r\n`);
    expect(reportRange({ month: '2031-02' }, ZONE, DAY).name).toBe('2031-02');
    for (const wrong of [
      { month: '2026-13' },
      { month: '2026-1' },
      { from: '2026-03-10', to: '2026-03-09' },
      { from: '2026-02-30' },
      { from: '10/03/2026' },
      { month: '2026-03', from: '2026-03-01' },
    ])
      expect(() => reportRange(wrong, ZONE, DAY)).toThrow(/not a? ?valid|before|either/);
  });
});

describe('known and unknown', () => {
  test('no-fixes-trailer', () => {
    const done = visit('QDN-1060', null, null, null, { trailerId: 'T4', ended: { at: at('14:05'), by: 'driver' } });
    expect(rowsOf([done])).toMatchObject([
      { trailer: 'T4', arrived: '', left: '', on_site_min: '', miles: '', how: 'driver text 2:05 PM' },
    ]);
    const input = inputOf([done]);
    expect(dayCells(stopRows(input), input)).toEqual([[DAY, 'T4', 1, 0, '', '', null, null, 'no fixes']]);
  });

  test('gap-in-track', () => {
    const fixes = [
      ...drive([
        [at('09:30'), 0],
        [at('10:00'), 5],
      ]),
      ...drive([
        [at('11:30'), 23],
        [at('11:40'), 24],
        [at('12:00'), 24],
      ]),
    ];
    const [row] = rowsOf([visit('QDN-1', dropOff(), at('11:40'), at('11:59'))], { fixes });
    expect(row?.['miles']).toBeCloseTo(24, 1);
    expect(row?.['how']).toBe('gps, 1 gap of 90 min (straight line)');
  });

  test('parked-jitter', () => {
    const sunday = '2026-03-15';
    const fixes = Array.from({ length: 2000 }, (_, i): Fix => {
      const angle = i * 2.4;
      return {
        trailerId: 'T2' as TrailerId,
        at: Date.parse(at(`${sunday}T00:10`)) + i * 42_000,
        lat: 30 + (8 * Math.sin(angle)) / METRES_PER_DEGREE,
        lon: -97.7 + (8 * Math.cos(angle * 1.3)) / METRES_PER_DEGREE,
        accuracyM: 6,
        speedMps: null,
        headingDeg: null,
      };
    });
    const input = inputOf([], { fixes });
    expect(dayCells([], input)).toEqual([[sunday, 'T2', 0, 0, '', '', null, 0, 'gps']]);
    expect(unplannedRows([], input)).toEqual([]);
  });

  test('teleport', () => {
    const one = (second: number, metres: number, place: Partial<Fix> = {}): Fix => ({
      trailerId: 'T1' as TrailerId,
      at: Date.parse(at('09:00')) + second * 1000,
      lat: 30 + metres / METRES_PER_DEGREE,
      lon: -97.7,
      accuracyM: 5,
      speedMps: null,
      headingDeg: null,
      ...place,
    });
    const fixes = [one(0, 0), one(10, 100), one(15, 0, { lat: 0, lon: 0 }), one(20, 200)];
    const input = inputOf([], { fixes });
    expect(dayCells([], input)).toEqual([[DAY, 'T1', 0, 0, '09:00', '09:00', null, 0.1, 'gps']]);
  });

  test('unplanned-stop', () => {
    const fixes = drive([
      [at('08:00'), 0],
      [at('08:20'), 0],
      [at('08:40'), 6],
      [at('09:14'), 6],
      [at('09:30'), 9],
      [at('09:42'), 9],
      // 25 minutes in a jam at two miles an hour.
      [at('10:07'), 9.83],
      [at('10:30'), 20],
    ]);
    const rows = stopCells(unplannedRows([], inputOf([], { fixes })));
    expect(rows.map((cells) => [cells[2], cells[5], cells[9]])).toEqual([
      ['', 'unplanned', 34],
      // The creeping of the first minute has not left the place yet.
      ['', 'unplanned', 13],
    ]);
  });

  test('manual-times', () => {
    expect(rowsOf([visit('QDN-1043', dropOff(), at('09:12'), at('09:40'), { leftBy: 'operator' })])).toMatchObject([
      { arrived: '09:12', left: '09:40', on_site_min: 28, how: 'arrived gps; left by hand' },
    ]);
  });

  test('two-visits', () => {
    const of = (index: number, kind: NonNullable<WireVisit['stop']>['kind'], arrived: string, left: string) =>
      visit('QDN-1', { index, kind, address: 'A' }, at(arrived), at(left), { kind: 'dump_and_return' });
    const visits = [
      of(0, 'pickup', '09:00', '09:20'),
      of(1, 'dump_site', '09:50', '10:10'),
      of(2, 'drop_off', '10:40', '10:55'),
    ];
    expect(rowsOf(visits)).toMatchObject([
      { stop: 'pickup', arrived: '09:00', left: '09:20', on_site_min: 20 },
      { stop: 'dump', arrived: '09:50', left: '10:10', on_site_min: 20 },
      { stop: 'return', arrived: '10:40', left: '10:55', on_site_min: 15 },
    ]);
  });

  test('two-trailers-job', () => {
    const visits = [
      visit('QDN-1070', dropOff(), at('09:00'), at('09:20')),
      visit('QDN-1070', dropOff(), at('10:15'), at('10:30'), { trailerId: 'T2' }),
    ];
    const fixes = [
      ...drive([
        [at('08:30'), 0],
        [at('09:00'), 10],
        [at('09:30'), 10],
      ]),
      ...drive(
        [
          [at('10:00'), 0],
          [at('10:15'), 5],
          [at('10:40'), 5],
        ],
        'T2',
      ),
    ];
    expect(rowsOf(visits, { fixes })).toMatchObject([
      { job: 'QDN-1070', trailer: 'T1', arrived: '09:00', left: '09:20' },
      { job: 'QDN-1070', trailer: 'T2', arrived: '10:15', left: '10:30' },
    ]);
    const [job, ...more] = jobCells(stopRows(inputOf(visits, { fixes })));
    expect(more).toEqual([]);
    expect(job?.slice(4, 10)).toEqual(['T1 T2', 2, '09:00', '10:30', 35, 15]);
  });

  test('cancelled-failed-open', () => {
    const rows = rowsOf([
      visit('QDN-1081', null, null, null, { status: 'cancelled', ended: { at: at('07:00'), by: 'operator' } }),
      visit('QDN-1082', dropOff(), at('09:12'), at('09:29'), { status: 'cancelled' }),
      visit('QDN-1083', dropOff(), at('13:40'), null, { status: 'at_site' }),
    ]);
    expect(rows).toMatchObject([
      { job: 'QDN-1081', how: 'cancelled', arrived: '', left: '', miles: '' },
      { job: 'QDN-1082', arrived: '09:12', left: '09:29', on_site_min: 17, how: expect.stringContaining('cancelled') },
      { job: 'QDN-1083', arrived: '13:40', left: '', on_site_min: '', how: expect.stringContaining('still there') },
    ]);
  });

  test('expired-fixes', () => {
    const january = '2026-01-12';
    const tracks = new Map([[dayKey('T1', january), { source: 'none' as const, points: [], halts: [], trips: [] }]]);
    const range = reportRange({ month: '2026-01' }, ZONE, DAY);
    const times: [string, string] = [at(`${january}T09:00`, '-06:00'), at(`${january}T09:20`, '-06:00')];
    expect(rowsOf([visit('QDN-1', dropOff(), ...times)], { range, tracks })).toMatchObject([
      { date: january, arrived: '09:00', left: '09:20', on_site_min: 20, how: 'gps, track not kept any more' },
    ]);
  });
});
