import { expect, test } from '@jest/globals';
import type { TrailerId } from '../ids.ts';
import type { StatusChange } from '../job.ts';
import { aJob } from '../testing/index.ts';
import { jobFor } from './visible-job.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const [stop] = aJob().stops;
if (!stop) throw new Error('The sample job has no stop');
const company = {
  name: 'Q',
  phone: '+15125550100',
  textNumber: '+15125550142',
  timeZone: 'America/Chicago',
  contacts: [],
};
const change = (status: StatusChange['status'], index: number): StatusChange => ({
  status,
  at: NOW - 60_000,
  by: 'fixes',
  reason: `at stop ${index}`,
  stop: index,
  trailerId: 'T1' as TrailerId,
});
const job = aJob({
  stops: [stop, { ...stop, kind: 'dump_site' }],
  history: [change('at_site', 0), change('en_route_to_next', 0), change('at_site', 1), change('completed', 1)],
  status: 'completed',
});
const seenBy = (reader: 'customer' | 'operator') =>
  jobFor(reader, { job, timeline: [] }, { fixes: [], eta: null }, company, NOW).history.map(({ reason }) => reason);

test('a customer sees no change at the company’s own stops', () => {
  expect(seenBy('customer')).toEqual(['at stop 0', 'at stop 0']);
  expect(seenBy('operator')).toEqual(['at stop 0', 'at stop 0', 'at stop 1', 'at stop 1']);
});
