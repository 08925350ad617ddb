import { describe, expect, test } from '@jest/globals';
import { clockTime, type Drive, type Entry, SITE, sightingsOf, truthOf } from '../testing/truths.ts';
import { countWrongFixes, type JobFacts, judgeJobs, tallyJobs } from './jobs.ts';
import type { Sighting } from './observations.ts';

const delivery: Drive = { jobId: 'QDN-1', setOut: '9:00', arrived: '9:30', left: '9:50' };
const right: readonly Entry[] = [
  ['9:02', 'in_transit'],
  ['9:31', 'at_site'],
  ['9:52', 'completed'],
];
const facts = (sightings: readonly Sighting[], changes: Partial<JobFacts> = {}): JobFacts => ({
  ...{ truths: [truthOf([delivery])], bookedJobIds: ['QDN-1'], sightings, presses: [] },
  ...changes,
});
const figure = (given: JobFacts, name: string): number =>
  judgeJobs(given).find((each) => each.name === name)?.value ?? Number.NaN;

describe('the judge of jobs', () => {
  test('counts begin, arrival and end by themselves, with the delay until the team saw them', () => {
    const tallies = tallyJobs(facts(sightingsOf('QDN-1', right)));
    expect(tallies.begun).toEqual({ due: 1, latenessS: [180], false: 0 });
    expect(tallies.arrived).toEqual({ due: 1, latenessS: [120], false: 0 });
    expect(tallies.ended).toEqual({ due: 1, latenessS: [180], false: 0 });
    expect(figure(facts(sightingsOf('QDN-1', right)), 'presses needed')).toBe(0);
  });

  test('counts nothing as by itself that someone pressed', () => {
    const pressed = sightingsOf('QDN-1', [
      ['9:02', 'in_transit', 'operator'],
      ['9:31', 'at_site', 'operator'],
      ['9:52', 'completed', 'operator'],
    ]);
    const given = facts(pressed, { presses: [{ at: clockTime('9:02'), jobId: 'QDN-1', status: 'in_transit' }] });
    expect(tallyJobs(given).arrived).toEqual({ due: 1, latenessS: [], false: 0 });
    expect(figure(given, 'presses needed')).toBe(300);
    expect(figure(given, 'presses made')).toBe(100);
    expect(figure(given, 'arrivals missing')).toBe(1);
  });

  test('calls an arrival false that was seen before the trailer was there, or at a job that no one did', () => {
    const early: readonly Entry[] = [['9:02', 'in_transit'], ['9:12', 'at_site'], ...right.slice(2)];
    expect(tallyJobs(facts(sightingsOf('QDN-1', early))).arrived).toEqual({ due: 1, latenessS: [], false: 1 });
    const other = facts([...sightingsOf('QDN-1', right), ...sightingsOf('QDN-2', right)], {
      bookedJobIds: ['QDN-1', 'QDN-2'],
    });
    const tallies = tallyJobs(other);
    expect([tallies.begun.false, tallies.arrived.false, tallies.ended.false]).toEqual([1, 1, 1]);
  });

  test('does not call an arrival false that late fixes filled in', () => {
    const late = sightingsOf('QDN-1', right, 45);
    expect(tallyJobs(facts(late)).arrived).toEqual({ due: 1, latenessS: [], false: 0 });
  });

  test('calls a begin hours before false, and an end before the trailer was unloaded', () => {
    const entries: readonly Entry[] = [
      ['8:10', 'in_transit'],
      ['9:31', 'at_site'],
      ['9:35', 'completed'],
    ];
    const tallies = tallyJobs(facts(sightingsOf('QDN-1', entries)));
    expect(tallies.begun).toEqual({ due: 1, latenessS: [], false: 1 });
    expect(tallies.ended).toEqual({ due: 1, latenessS: [], false: 1 });
  });

  test('counts a departure once it is seen after the trailer left, and a false one before', () => {
    const exchange = [
      delivery,
      { jobId: 'QDN-1', stop: 1, kind: 'dump_site', setOut: '9:50', arrived: '10:20', left: '10:50' } as const,
    ];
    const entries: readonly Entry[] = [
      ...right.slice(0, 2),
      ['9:40', 'en_route_to_next'],
      ['9:42', 'at_site'],
      ['10:21', 'at_site'],
      ['10:52', 'completed'],
    ];
    const given = (own: readonly Entry[]) => facts(sightingsOf('QDN-1', own), { truths: [truthOf(exchange)] });
    const good: readonly Entry[] = [...right.slice(0, 2), ['9:52', 'en_route_to_next'], ...entries.slice(4)];
    expect(tallyJobs(given(good))).toMatchObject({
      left: { due: 1, latenessS: [180], false: 0 },
      arrived: { due: 2, latenessS: [120, 120], false: 0 },
      ended: { due: 1, latenessS: [180], false: 0 },
    });
    expect(tallyJobs(given(entries)).left).toEqual({ due: 1, latenessS: [], false: 1 });
  });

  test('knows the stop that someone set by hand, without a way to it in the history', () => {
    const stops = [
      { jobId: 'QDN-1', setOut: '9:00', arrived: '9:30', left: '9:50' },
      { jobId: 'QDN-1', stop: 1, kind: 'dump_site', setOut: '9:50', arrived: '10:20', left: '10:50' },
      { jobId: 'QDN-1', stop: 2, setOut: '10:50', arrived: '11:20', left: '11:40' },
    ] as const;
    const entries: readonly Entry[] = [
      ['9:02', 'in_transit'],
      ['9:31', 'at_site'],
      ['10:25', 'at_site', 'operator'],
      ['10:52', 'en_route_to_next'],
      ['11:21', 'at_site'],
    ];
    const current = [0, 0, 1, 2, 2];
    const sightings = sightingsOf('QDN-1', entries).map((seen, i) => ({ ...seen, currentStop: current[i] ?? null }));
    const tally = tallyJobs(facts(sightings, { truths: [truthOf(stops)] })).arrived;
    expect(tally).toEqual({ due: 3, latenessS: [120, 120], false: 0 });
  });

  test('ends a job of two trailers when both are done', () => {
    const second = { jobId: 'QDN-1', setOut: '9:14', arrived: '9:44', left: '10:10' };
    const truths = [truthOf([delivery]), truthOf([second], { trailerId: 'T2' })];
    const whenBoth: readonly Entry[] = [...right.slice(0, 2), ['10:12', 'completed']];
    expect(tallyJobs(facts(sightingsOf('QDN-1', whenBoth), { truths })).ended).toEqual({
      due: 1,
      latenessS: [180],
      false: 0,
    });
    expect(tallyJobs(facts(sightingsOf('QDN-1', right), { truths })).ended.false).toBe(1);
  });

  test('expects no end of a job whose only trailer broke down', () => {
    const broken = truthOf([], {
      legs: [{ jobId: 'QDN-1', stop: 0, setOutAt: clockTime('9:00'), arrivedAt: null, distanceM: 10, pausedMs: 0 }],
      unfinishedJobIds: ['QDN-1'],
    });
    const tallies = tallyJobs(facts(sightingsOf('QDN-1', right), { truths: [broken] }));
    expect(tallies.ended).toEqual({ due: 0, latenessS: [], false: 1 });
    expect(tallies.arrived).toEqual({ due: 0, latenessS: [], false: 1 });
  });

  test('forgets a status that the history takes back, and counts it again when it returns', () => {
    const [first, arrived] = sightingsOf('QDN-1', right.slice(0, 2));
    if (!first || !arrived) throw new Error('The history has two entries.');
    const back = { ...first, at: clockTime('9:20') };
    const early = { ...arrived, at: clockTime('9:10') };
    const tally = tallyJobs(facts([first, early, back, arrived])).arrived;
    expect(tally.false).toBe(1);
    expect(tally.latenessS).toEqual([120]);
  });

  test('finds fixes under a job while its trailer worked for another', () => {
    const truths = [truthOf([delivery, { jobId: 'QDN-2', setOut: '10:00', arrived: '10:30', left: '10:50' }])];
    const fix = (clock: string) => ({ ...SITE, at: clockTime(clock) });
    const [seen] = sightingsOf('QDN-1', [['10:45', 'at_site']]);
    if (!seen) throw new Error('The history has an entry.');
    const trail = [fix('9:10'), fix('9:58'), fix('10:15'), fix('10:40')];
    const given = facts(
      [
        { ...seen, trail },
        { ...seen, trail },
      ],
      { truths },
    );
    expect(countWrongFixes(given)).toEqual({ wrong: 2, of: 4 });
    expect(countWrongFixes({ ...given, wrongClocks: new Set(['T1']) })).toEqual({ wrong: 0, of: 0 });
  });
});
