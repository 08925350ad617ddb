import { expect, test } from '@jest/globals';
import type { JobId, TrailerId } from '../ids.ts';
import { aJob } from '../testing/index.ts';
import { giveAlert } from './give-alert.ts';
import type { OwnerAlert } from './owner-alert.ts';
import { aWorld, START } from './testing/relay-world.ts';

const OPERATOR_PHONE = '+15125550180';
const place = { lat: 30.2672, lon: -97.7431 };
const trailerId = 'T3' as TrailerId;
const moved: OwnerAlert = { what: 'moved', key: 'moved T3 2026-11-23', trailerId, at: START, place, metres: 2253 };
const near: OwnerAlert = {
  ...{ what: 'near-stop', key: 'near QDN-1042 0 T3', trailerId, at: START, place, metres: 430 },
  ...{ jobId: 'QDN-1042' as JobId, stop: 0, minutes: 9 },
};

test('the operator gets one text about a trailer that moved, with its place', async () => {
  const world = aWorld([aJob()]);
  const deps = world.dependencies();
  const withOperator = { ...deps, company: { ...deps.company, operator: OPERATOR_PHONE } };
  await giveAlert(withOperator, moved);
  await giveAlert(withOperator, moved);
  expect(world.sentTo(OPERATOR_PHONE)).toHaveLength(1);
  expect(world.taken[0]?.body).toBe(
    'T3 moved at 9:00 AM without a job. Now 1.4 mi away: https://maps.google.com/?q=30.26720,-97.74310',
  );
});

test('a trailer that is back is said to be back', async () => {
  const world = aWorld([aJob()]);
  const deps = world.dependencies();
  await giveAlert({ ...deps, company: { ...deps.company, operator: OPERATOR_PHONE } }, { ...moved, metres: 12 });
  expect(world.taken[0]?.body).toMatch(/^T3 moved at 9:00 AM without a job\. It is back where it was: /);
});

test('the operator is asked about a trailer that stands near a stop, and the job’s timeline has the text', async () => {
  const world = aWorld([aJob()]);
  const deps = world.dependencies();
  await giveAlert({ ...deps, company: { ...deps.company, operator: OPERATOR_PHONE } }, near);
  expect(world.taken[0]?.body).toMatch(
    /^T3 has stood for 9 min, 0\.3 mi from .+ \(job QDN-1042\)\. Is it there\? Then set the job to at site\. https:/,
  );
  expect(await world.relay.timeline('QDN-1042')).toMatchObject([{ sender: 'company' }]);
});

test('no one is texted without an operator, nor of a move of the day before yesterday', async () => {
  const world = aWorld([aJob()]);
  const deps = world.dependencies();
  await giveAlert({ ...deps, company: { ...deps.company, operator: null } }, moved);
  const old = { ...moved, at: START - 2 * 86_400_000 };
  await giveAlert({ ...deps, company: { ...deps.company, operator: OPERATOR_PHONE } }, old);
  expect(world.taken).toEqual([]);
});
