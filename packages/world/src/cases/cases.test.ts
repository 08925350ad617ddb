import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { randomFrom } from '../random.ts';
import { idealSystem } from '../testing/ideal-system.ts';
import { localKnowledge } from '../testing/local-knowledge.ts';
import { readerOf } from '../trucks/index.ts';
import { dayClock } from './day-clock.ts';
import { zoneOf } from './day-company.ts';
import { driveDayFile } from './day-drives.ts';
import { dayOfDrive } from './day-of-drive.ts';
import type { DayVerdict } from './day-verdicts.ts';
import { type Day, DayError, readDays } from './days.ts';
import { DriveError, type RecordedDrive, readDrives } from './drives.ts';
import { playDay } from './play-day.ts';
import { CasesError, readCases } from './read-cases.ts';

const MINUTE_MS = 60_000;
const days = readDays();
const byId = (id: string): Day => {
  const day = days.find((each) => each.id === id);
  if (!day) throw new Error(`There is no day ${id}.`);
  return day;
};

/** Plays a day against a system that knows its truth. */
const playIdeal = async (day: Day, drives: readonly RecordedDrive[] = []): Promise<readonly DayVerdict[]> => {
  const recorded = new Map(drives.map((drive) => [drive.id, drive]));
  const driven = driveDayFile(day, recorded, randomFrom(`1/${day.id}`).fork('drives'));
  const readers = new Map(driven.map(({ trailerId, trajectory }) => [trailerId, readerOf(trajectory)]));
  const knowledge = {
    truths: () => driven.map(({ truth }) => truth),
    placeAt: (trailerId: string, at: number) => readers.get(trailerId)?.at(at) ?? null,
    ...localKnowledge(zoneOf(day)),
  };
  const { verdicts } = await playDay(day, async ({ startAt }) => idealSystem(knowledge, startAt), { drives });
  return verdicts;
};

describe('the days of this package', () => {
  test('are at least 30, each with a story, a source and a result', () => {
    expect(days.length).toBeGreaterThanOrEqual(30);
    const stories = Array.from({ length: 14 }, (_, i) => `d${String(i + 1).padStart(2, '0')}`);
    expect(days.map(({ id }) => id)).toEqual(expect.arrayContaining(stories));
  });

  // A system that knows the truth must meet what a day expects of begins, arrivals and ends; otherwise the day contradicts itself.
  test.each(days.map(({ id }) => id))('%s expects nothing that contradicts its truth', async (id) => {
    const verdicts = await playIdeal(byId(id));
    const wrong = verdicts.filter(
      ({ expected, met }) => met === false && /^(begins|arrives|leaves|ends|visits|stays|fixes)/.test(expected),
    );
    expect(wrong).toEqual([]);
  });
});

describe('driveDayFile', () => {
  const drivenOf = (id: string) => driveDayFile(byId(id), new Map(), randomFrom(1));

  test('drives to a stop by its job, and stays there until it leaves for good', () => {
    const [t1] = drivenOf('d04');
    const { legs, visits } = t1?.truth ?? { legs: [], visits: [] };
    const clock = dayClock('2026-11-30', 'America/Chicago');
    expect(legs).toHaveLength(1);
    expect(legs[0]).toMatchObject({ jobId: 'QDN-2001', stop: 0, setOutAt: clock('8:40') });
    expect(visits).toHaveLength(1);
    expect(visits[0]?.leftAt).toBe(clock('9:35'));
    expect(visits[0]?.outings.length).toBe(2);
    expect(visits[0]?.outings[0]?.farthestM).toBeCloseTo(600, -1);
  });

  test('counts a fuel stop as a part of the way', () => {
    const [leg] = drivenOf('fuel-on-the-way')[0]?.truth.legs ?? [];
    const minutes = ((leg?.arrivedAt ?? 0) - (leg?.setOutAt ?? 0)) / MINUTE_MS;
    expect(minutes).toBeGreaterThan(9 + 8);
  });

  test('keeps the speed of the step, and waits at its red lights', () => {
    const [trailer] = drivenOf('d14');
    const [leg] = trailer?.truth.legs ?? [];
    const fastest = Math.max(
      ...(trailer?.trajectory.samples ?? [])
        .filter(({ at }) => at < (leg?.arrivedAt ?? 0))
        .map(({ speedMps }) => speedMps),
    );
    expect(fastest * 3.6).toBeLessThan(15);
    const minutes = ((leg?.arrivedAt ?? 0) - (leg?.setOutAt ?? 0)) / MINUTE_MS;
    expect(minutes).toBeGreaterThan(68);
    expect(minutes).toBeLessThan(85);
  });

  test('knows the hours of a day with a clock change, and those of the next day', () => {
    const spring = dayClock('2027-03-14', 'America/Chicago');
    expect((spring('9:00') - spring('0:30')) / MINUTE_MS).toBe(7.5 * 60);
    expect(new Date(spring('+1 9:05')).toISOString()).toBe('2027-03-15T14:05:00.000Z');
    expect(() => spring('nine')).toThrow('"nine" is not a time. Write 9:05, or +1 9:05 for the next day.');
  });
});

describe('files from elsewhere', () => {
  let directory: string;
  const folder = (name: string): string => {
    mkdirSync(join(directory, name), { recursive: true });
    return join(directory, name);
  };
  const write = (name: string, file: string, content: unknown) =>
    writeFileSync(join(folder(name), file), typeof content === 'string' ? content : JSON.stringify(content));
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'cases-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const drive = {
    ...{ id: 'one', source: { kind: 'recording', note: 'a drive through a town' }, startedAt: '2026-01-05T09:00:00Z' },
    points: Array.from({ length: 200 }, (_, i) => [48 + i * 0.0003, 11, i * 3]),
  };

  test('are read from folders named by their kind', () => {
    const { story, ...rest } = byId('d02');
    write('days', 'mine.json', [{ ...rest, id: 'mine', story }]);
    write('drives', 'mine.json', [drive]);
    const point = (i: number) => `<trkpt lat="${48 + i / 1000}" lon="11"><time>2026-01-05T09:0${i}:00Z</time></trkpt>`;
    write(
      'drives',
      'other.gpx',
      `<gpx><trk><name>Other</name><trkseg>${[0, 1, 2].map(point).join('')}</trkseg></trk></gpx>`,
    );
    const cases = readCases(directory);
    expect(cases.days.map(({ id }) => id)).toEqual(['mine']);
    expect(cases.drives.map(({ id, points }) => [id, points.length])).toEqual([
      ['one', 200],
      ['other', 3],
    ]);
    expect([cases.corpus, cases.requests]).toEqual([[], []]);
  });

  test('are refused with file, entry and place', () => {
    expect(() => readCases(directory)).toThrow(CasesError);
    const day = byId('d02');
    write('days', 'a.json', [{ ...day, jobs: [{ ...day.jobs[0], kind: 'errand' }] }]);
    expect(() => readDays(join(directory, 'days'))).toThrow(DayError);
    expect(() => readDays(join(directory, 'days'))).toThrow('a.json: entry 1 (d02), /jobs/0/kind');
    write('days', 'a.json', [{ ...day, expect: [{ that: 'ends', job: 'QDN-7', withinMin: 5 }] }]);
    expect(() => readDays(join(directory, 'days'))).toThrow(
      'a.json: entry d02, /expect: there is no job "QDN-7" in this day',
    );
    const [trailer] = day.trailers;
    write('days', 'a.json', [{ ...day, trailers: [{ ...trailer, trackers: ['sundial'] }] }]);
    expect(() => readDays(join(directory, 'days'))).toThrow('there is no tracker model "sundial". Use one of: ');
    write('days', 'a.json', [{ ...day, expect: [{ that: 'no text', to: 'Zoe' }] }]);
    expect(() => readDays(join(directory, 'days'))).toThrow('"Zoe" is not a customer of this day. Use ');
    write('days', 'a.json', [{ ...day, texts: [{ at: '9:00', from: 'operator', body: 'Hi' }] }]);
    expect(() => readDays(join(directory, 'days'))).toThrow('/texts: "operator" is not a customer of this day');
    write('days', 'a.json', [{ ...day, trailers: [{ ...trailer, steps: [{ stand: 5 }] }] }]);
    expect(() => readDays(join(directory, 'days'))).toThrow('the first step must be {"start": …}');
    write('days', 'a.json', [{ ...day, trailers: [{ ...trailer, steps: [{ start: [0, 0] }, { stand: 600 }] }] }]);
    expect(() => readDays(join(directory, 'days'))).toThrow('no trailer drives for ');
    expect(() => readDays(join(directory, 'days'))).toThrow(`${join(directory, 'days')}:`);
    write('days', 'a.json', [day, day]);
    expect(() => readDays(join(directory, 'days'))).toThrow('the ID is already in use in a.json');
    write('drives', 'b.json', [{ ...drive, points: [...drive.points, [48, 11, 5]] }]);
    expect(() => readDrives(join(directory, 'drives'))).toThrow(DriveError);
    expect(() => readDrives(join(directory, 'drives'))).toThrow(
      'b.json: entry one, /points/200: the point is not later than the one before it',
    );
    expect(() => readDrives(join(directory, 'none'))).toThrow('has no *.gpx or *.json file');
  });

  test('a recorded drive becomes a day, with its own way and times', async () => {
    write('drives', 'mine.json', [drive]);
    const [recorded] = readDrives(join(directory, 'drives'));
    if (!recorded) throw new Error('The folder has a drive.');
    const { day, drives } = dayOfDrive(recorded);
    const [trailer] = driveDayFile(day, new Map([['one', recorded]]), randomFrom(1));
    const [leg] = trailer?.truth.legs ?? [];
    expect(((leg?.arrivedAt ?? 0) - (leg?.setOutAt ?? 0)) / 1000).toBe(199 * 3);
    const verdicts = await playIdeal(day, drives);
    expect(verdicts.filter(({ met }) => !met)).toEqual([]);
  });

  test('a recorded way there and back becomes a delivery at its longest stand', async () => {
    const way = Array.from({ length: 100 }, (_, i) => 48 + i * 0.0003);
    const turn = way.at(-1) ?? 0;
    const lats = [...way, ...Array.from({ length: 40 }, () => turn), ...way.toReversed()];
    write('drives', 'mine.json', [{ ...drive, points: lats.map((lat, i) => [lat, 11, i * 3]) }]);
    const [recorded] = readDrives(join(directory, 'drives'));
    if (!recorded) throw new Error('The folder has a drive.');
    const { day, drives } = dayOfDrive(recorded);
    expect(drives.map(({ id }) => id)).toEqual(['one', 'one-back']);
    const ways = new Map(drives.map((each) => [each.id, each]));
    const [trailer] = driveDayFile(day, ways, randomFrom(1));
    expect(trailer?.truth.visits[0]?.stoodAt.lat).toBeCloseTo(turn, 4);
    const verdicts = await playIdeal(day, drives);
    expect(verdicts.filter(({ met }) => !met)).toEqual([]);
  });
});
