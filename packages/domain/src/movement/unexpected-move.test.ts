import { describe, expect, test } from '@jest/globals';
import type { Fix } from '../fix.ts';
import type { Job } from '../job.ts';
import { aFix, aJob, placeAt } from '../testing/index.ts';
import { unexpectedMove } from './unexpected-move.ts';

/* The cases were gathered from reports on trailer theft and false alarms, without knowledge of the code. */

const MIDNIGHT = Date.UTC(2026, 10, 30, 6);
const YARD = { lat: 30.25, lon: -97.75 };
const CUSTOMER = { kind: 'drop_off', address: '1100 Congress Ave', ...placeAt(YARD, 9000, 0), radiusM: 100 } as const;
const minutes = (clock: string): number => {
  if (clock.startsWith('-')) return -minutes(clock.slice(1));
  const [hours = 0, rest = 0] = clock.split(':').map(Number);
  return hours * 60 + rest;
};
const atClock = (clock: string): number => MIDNIGHT + minutes(clock) * 60_000;
const MILE = 1609;

/** A fix at a time of the night, some metres north of where the trailer was parked. */
const fix = (clock: string, metres: number, changes: Partial<Fix> = {}): Fix =>
  aFix({ at: atClock(clock), ...placeAt(YARD, metres, 0), accuracyM: 8, speedMps: 0, ...changes });
const parked = (from: string, to: string, everyMin = 5): Fix[] =>
  Array.from({ length: Math.floor((minutes(to) - minutes(from)) / everyMin) + 1 }, (_, i) =>
    fix('0:00', 3 * Math.sin(i), { at: atClock(from) + i * everyMin * 60_000 }),
  );

/** Plays fixes one after another, as they are posted, and returns the clock times of the moves that are reported. */
const movesIn = (fixes: readonly Fix[], jobs: readonly Job[] = []): number[] => {
  const inOrder = fixes.toSorted((a, b) => a.at - b.at);
  return inOrder.flatMap((newest, i) => {
    const from = newest.at - 1000;
    const move = unexpectedMove(inOrder.slice(Math.max(0, i - 60), i + 1), jobs, from);
    return move ? [Math.round((move.at - MIDNIGHT) / 60_000)] : [];
  });
};
const first = (fixes: readonly Fix[], jobs: readonly Job[] = []): number | undefined => movesIn(fixes, jobs)[0];

describe('a trailer that moves without a job', () => {
  test('is reported when it is driven off', () => {
    const theft = [
      fix('2:16', 400, { speedMps: 9 }),
      fix('2:18', 1.4 * MILE, { speedMps: 20 }),
      fix('2:40', 15 * MILE),
    ];
    const moves = movesIn([...parked('1:00', '2:10'), fix('2:14', 40, { speedMps: 2 }), ...theft]);
    expect(moves).toHaveLength(1);
    expect(moves[0]).toBeGreaterThanOrEqual(minutes('2:14'));
    expect(moves[0]).toBeLessThanOrEqual(minutes('2:16'));
  });

  test('is reported of a tracker that was silent while it stood', () => {
    const silent = [fix('0:10', 0), fix('3:02', 300, { speedMps: 10 }), fix('3:05', 2 * MILE, { speedMps: 18 })];
    expect(first(silent)).toBeGreaterThanOrEqual(minutes('3:01'));
  });

  test('is reported once of one drive, also when it halts on the way', () => {
    const drive = Array.from({ length: 30 }, (_, i) =>
      fix('0:00', 600 + i * 500, { at: atClock('2:15') + i * 60_000, speedMps: 9 }),
    );
    expect(movesIn([...parked('1:00', '2:14'), ...drive])).toHaveLength(1);
  });

  test('is reported after hours of wandering positions', () => {
    const jumps = ['2:00', '2:40', '3:10'].map((clock) => fix(clock, 400, { accuracyM: 500 }));
    const real = [fix('4:30', 700, { speedMps: 13 }), fix('4:32', 1.6 * MILE, { speedMps: 13 })];
    expect(first([...parked('1:00', '4:25'), ...jumps, ...real])).toBeGreaterThanOrEqual(minutes('4:25'));
  });

  test('is reported when its tracker sends again from elsewhere', () => {
    const friday = fix('0:00', 0, { at: atClock('0:00') - 40 * 3_600_000 });
    expect(movesIn([friday, fix('14:00', 70 * MILE), fix('14:05', 70 * MILE)])).toHaveLength(1);
  });

  test('is reported of late fixes, with the time of the move', () => {
    const night = [
      ...parked('1:00', '2:05'),
      fix('2:12', 3 * MILE, { speedMps: 15 }),
      fix('2:20', 8 * MILE, { speedMps: 15 }),
    ];
    const back = [fix('3:00', 10), fix('8:00', 5)];
    const move = unexpectedMove([...back, ...night], [], atClock('1:30'));
    expect(move && Math.round((move.at - MIDNIGHT) / 60_000)).toBeGreaterThanOrEqual(minutes('2:04'));
    expect(move?.metres).toBeLessThan(50);
  });

  test.each<[string, Fix[]]>([
    ['a shunt in the yard', [fix('3:40', 60), fix('3:44', 90), fix('4:10', 10)]],
    ['a turn in the street', [fix('3:00', 190, { speedMps: 4 }), fix('3:04', 30), fix('3:08', 5)]],
    [
      'drift of a receiver under a roof',
      [80, 600, 10, 350, 5, 580, 20].map((metres, i) =>
        fix('0:00', metres, { at: atClock('3:00') + i * 300_000, accuracyM: metres > 50 ? 100 + metres : 20 }),
      ),
    ],
    ['one wrong position far away', [fix('3:00', 600), fix('3:05', 4)]],
    ['a position at another end of the world', [fix('3:00', 9_000_000), fix('3:05', 4)]],
    [
      'the edge of a ring',
      [145, 155, 148, 152, 149].map((metres, i) => fix('0:00', metres, { at: atClock('3:00') + i * 300_000 })),
    ],
    ['a tracker that sends again from the same place', [fix('9:00', 60), fix('9:05', 58)]],
  ])('is not reported for %s', (_, fixes) => {
    expect(movesIn([...parked('1:00', '2:55'), ...fixes])).toEqual([]);
  });
});

describe('a job that calls for the move', () => {
  const leaves = (clock: string): Fix[] => [
    fix(clock, 600, { speedMps: 12 }),
    fix('0:00', 2000, { at: atClock(clock) + 120_000, speedMps: 12 }),
  ];
  const due = (clock: string): Job => aJob({ status: 'scheduled', stops: [CUSTOMER], scheduledFor: atClock(clock) });

  test('is due within the drive to it', () => {
    expect(movesIn([...parked('4:30', '5:50'), ...leaves('5:55')], [due('7:00')])).toEqual([]);
  });
  test('is not one that is due hours later', () => {
    expect(movesIn([...parked('3:00', '4:05'), ...leaves('4:10')], [due('7:00')])).toHaveLength(1);
  });
  test('is not one that was due yesterday', () => {
    expect(movesIn([...parked('3:00', '4:05'), ...leaves('4:10')], [due('-9:00')])).toHaveLength(1);
  });
  test.each<Job['status']>(['in_transit', 'at_site', 'en_route_to_next'])('is one that is %s', (status) => {
    expect(movesIn([...parked('3:00', '4:05'), ...leaves('4:10')], [{ ...due('2:00'), status }])).toEqual([]);
  });
});
