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

test('a customer sees neither a change that was taken back nor the taking back', () => {
  const end = { ...change('completed', 0), isTakenBack: true };
  const undo: StatusChange = { ...change('at_site', 0), by: 'driver', reason: '', takesBack: 'completed' };
  const open = aJob({ stops: [stop], status: 'at_site', history: [change('at_site', 0), end, undo] });
  const statusesFor = (reader: 'customer' | 'operator') =>
    jobFor(reader, { job: open, timeline: [] }, { fixes: [], eta: null }, company, NOW).history.map(
      ({ status }) => status,
    );
  expect(statusesFor('customer')).toEqual(['at_site']);
  expect(statusesFor('operator')).toEqual(['at_site', 'completed', 'at_site']);
});

test.each(['its trailer began the next job', 'its trailer began another job first'])(
  'a customer does not read that the trailer works for others: %s',
  (reason) => {
    const status = reason.endsWith('first') ? 'scheduled' : 'completed';
    const left = aJob({ stops: [stop], status, history: [change('at_site', 0), { ...change(status, 0), reason }] });
    const seen = jobFor('customer', { job: left, timeline: [] }, { fixes: [], eta: null }, company, NOW);
    expect(JSON.stringify(seen.history)).not.toContain('its trailer');
    expect(seen.history).toHaveLength(2);
  },
);

test('of two trailers, the end of the first one is shown as its departure until the second one is done too', () => {
  const second = (status: StatusChange['status']) => ({ ...change(status, 0), trailerId: 'T2' as TrailerId });
  const first = [change('at_site', 0), change('en_route_to_next', 0), change('completed', 0)];
  const shown = (status: StatusChange['status'], more: StatusChange[]) => {
    const of = aJob({ trailers: ['T1', 'T2'] as TrailerId[], stops: [stop], status, history: [...first, ...more] });
    const seen = jobFor('operator', { job: of, timeline: [] }, { fixes: [], eta: null }, company, NOW);
    return seen.history.map((one) => one.status);
  };
  expect(shown('in_transit', [second('in_transit')])).toEqual([
    'at_site',
    'en_route_to_next',
    'en_route_to_next',
    'in_transit',
  ]);
  expect(shown('completed', [second('at_site'), second('completed')]).at(-1)).toBe('completed');
});
