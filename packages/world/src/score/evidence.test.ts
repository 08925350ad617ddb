import { expect, test } from '@jest/globals';
import { evidentEvents } from './evidence.ts';
import type { JobTruth } from './job-truth.ts';

const MINUTE = 60_000;
const visit = {
  stop: 0,
  kind: 'drop_off',
  arrivedAt: 20 * MINUTE,
  unloadedAt: 30 * MINUTE,
  leftAt: 32 * MINUTE,
} as const;
const job: JobTruth = {
  ...{ jobId: 'QDN-1', trailerIds: ['T1'], setOutAt: 0, legs: [], endedAt: 32 * MINUTE, unloadedAt: 30 * MINUTE },
  stops: [{ ...visit, visits: [] }],
};
/** Evidence of positions, each with the minutes of its record and of its receipt. */
const evidence = (...minutes: Array<[recorded: number, heard: number]>) =>
  evidentEvents(
    job,
    new Map([['T1', minutes.map(([recorded, heard]) => ({ recordedAt: recorded * MINUTE, heardAt: heard * MINUTE }))]]),
  );

test('is a position on the drive, during the visit, and after it', () => {
  expect(evidence([5, 5], [25, 25], [40, 40])).toEqual({ isBegun: true, stops: [0], isEnded: true });
});

test('is none of a tracker that was silent, or that sent all of it hours later', () => {
  expect(evidence()).toEqual({ isBegun: false, stops: [], isEnded: false });
  expect(evidence([5, 300], [25, 300], [40, 300])).toEqual({ isBegun: false, stops: [], isEnded: false });
});

test('of the end needs the visit too', () => {
  expect(evidence([40, 40])).toEqual({ isBegun: false, stops: [], isEnded: false });
  expect(evidence([25, 25])).toEqual({ isBegun: false, stops: [0], isEnded: false });
});
