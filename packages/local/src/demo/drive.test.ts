import { describe, expect, test } from '@jest/globals';
import { distanceM, type TrailerId } from '@qdn/domain';
import fc from 'fast-check';
import { driveAt, fixAt, type Leg, roundMs } from './drive.ts';
import { LANDFILL_TO_YARD, LOPEZ, LOPEZ_TO_LANDFILL, YARD_TO_LOPEZ } from './routes.ts';

const legs: Leg[] = [
  {
    path: YARD_TO_LOPEZ,
    standMs: 60_000,
    driving: { status: 'in_transit', currentStop: 0 },
    standing: { status: 'at_site', currentStop: 0 },
  },
  {
    path: LOPEZ_TO_LANDFILL,
    standMs: 60_000,
    driving: { status: 'en_route_to_next', currentStop: 1 },
    standing: { status: 'at_site', currentStop: 1 },
  },
  {
    path: LANDFILL_TO_YARD,
    standMs: 60_000,
    driving: { status: 'en_route_to_next', currentStop: 2 },
    standing: { status: 'at_site', currentStop: 2 },
  },
];

describe('the demo’s drive', () => {
  test('never goes faster than a truck may, and never jumps, not even from one round to the next', () => {
    fc.assert(
      fc.property(fc.nat(Math.floor(2 * roundMs(legs))), (elapsed) => {
        const [a, b] = [driveAt(legs, elapsed), driveAt(legs, elapsed + 5000)];
        expect(distanceM(a.place, b.place) / 5).toBeLessThan(60);
        expect(a.speedMps).toBeLessThan(60);
      }),
    );
  });

  test('reaches each stop and stands there', () => {
    const states = new Set<string>();
    for (let t = 0; t < roundMs(legs); t += 5000) {
      const { state, place, speedMps } = driveAt(legs, t);
      states.add(`${state.status} ${state.currentStop}`);
      if (state.status === 'at_site' && state.currentStop === 0) {
        expect(distanceM(place, LOPEZ)).toBeLessThan(5);
        expect(speedMps).toBe(0);
      }
    }
    expect([...states]).toEqual([
      'in_transit 0',
      'at_site 0',
      'en_route_to_next 1',
      'at_site 1',
      'en_route_to_next 2',
      'at_site 2',
    ]);
  });

  test('a fix lies within its noise of the road', () => {
    const where = driveAt(legs, 300_000);
    expect(distanceM(fixAt('T1' as TrailerId, where, 1_790_000_000_000), where.place)).toBeLessThan(8);
  });
});
