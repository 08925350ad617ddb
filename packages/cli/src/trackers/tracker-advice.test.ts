import { expect, test } from '@jest/globals';
import type { Wire } from '@qdn/contracts';
import { trackerLines } from './tracker-advice.ts';

const trailer: Wire<'trailerState'> = {
  trailerId: 'T1',
  jobId: null,
  serverTime: '2026-11-23T15:00:12.000Z',
  since: '2026-11-23T06:00:00.000Z',
  position: null,
  battery: null,
  heardAt: '2026-11-23T15:00:00.000Z',
  client: 'OwnTracks',
  intervalS: 300,
  signsToday: [{ kind: 'heartbeat', count: 4 }],
  speedUnit: null,
  clockErrorS: null,
  fixesToday: 12,
  drivenTodayM: 18_240,
  ignoredToday: [],
};

test('names the client, its habits, and the setting to change', () => {
  expect(trackerLines(trailer)).toEqual([
    'Tracker    OwnTracks, a fix every 300 s on the road, 4 heartbeats today',
    '  It reports every 300 s on the road: arrivals are seen late. In OwnTracks set the mode to "move" and the interval to 30 s.',
  ]);
});

test('asks for no change of a tracker that reports often enough', () => {
  expect(trackerLines({ ...trailer, intervalS: 30, signsToday: [] })).toEqual([
    'Tracker    OwnTracks, a fix every 30 s on the road',
  ]);
});

test('names the command that prints the key of encrypted messages', () => {
  const ignoredToday = [{ reason: 'encrypted', count: 3, last: null }];
  expect(trackerLines({ ...trailer, intervalS: 30, ignoredToday }).join()).toContain('./qdn token device T1 --setup');
});

test('is silent about a trailer that sent nothing', () => {
  expect(trackerLines({ ...trailer, client: null, intervalS: null, signsToday: [] })).toEqual([]);
});

test('names another unit of speed than expected', () => {
  const speedUnit = { sends: 'm/s', expected: 'knots', factor: 1.94 } as const;
  expect(trackerLines({ ...trailer, client: 'OsmAnd protocol', intervalS: 30, signsToday: [], speedUnit })).toEqual([
    'Tracker    OsmAnd protocol, a fix every 30 s on the road',
    '  It sends its speed in m/s, not in knots: the speed shown here is corrected. Set the unit to knots if the app lets you.',
  ]);
});

test.each([
  [21_600, 'Its clock is 6 h behind'],
  [-1500, 'Its clock is 25 min ahead'],
  [619_315_200, 'Its clock is 7168 days behind'],
])('names a clock that is %i s behind', (clockErrorS, words) => {
  expect(trackerLines({ ...trailer, clockErrorS }).join()).toContain(words);
});
