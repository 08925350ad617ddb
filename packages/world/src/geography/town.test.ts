import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildTown, lengthOf, metersBetween, randomFrom, type Town, type Way } from '../index.ts';

const town = buildTown(randomFrom('town'));
const anySite = fc.nat(town.sites.length - 1).map((i) => town.sites[i] as Town['sites'][number]);

/** Returns the longest gap between the end of a stretch and the length that it claims, in m. */
const gapOf = ({ start, stretches }: Way): number =>
  Math.max(
    0,
    ...stretches.map(({ end, lengthM }, i) => {
      const from = i === 0 ? start : (stretches[i - 1]?.end ?? start);
      return Math.abs(Math.hypot(end.x - from.x, end.y - from.y) - lengthM);
    }),
  );

describe('buildTown', () => {
  test('builds the same town from the same seed, and another from another', () => {
    expect(buildTown(randomFrom('town')).sites).toEqual(town.sites);
    expect(buildTown(randomFrom('other')).sites).not.toEqual(town.sites);
  });

  test('leaves the sites where they are when there are more customers', () => {
    const larger = buildTown(randomFrom('town'), { customers: 60 });
    expect(larger.sites.slice(0, town.sites.length)).toEqual(town.sites);
    expect(larger.sites).toHaveLength(town.sites.length + 20);
  });

  test('connects every node with every other', () => {
    const reached = new Set([0]);
    const open = [0];
    for (let node = open.pop(); node !== undefined; node = open.pop())
      for (const { to } of town.roads.roadsFrom[node] ?? []) if (!reached.has(to) && reached.add(to)) open.push(to);
    expect(reached.size).toBe(town.roads.nodes.length);
  });

  test('has every class of road and all surroundings', () => {
    const roads = town.roads.roadsFrom.flat();
    expect(new Set(roads.map(({ roadClass }) => roadClass))).toEqual(
      new Set(['highway', 'ramp', 'arterial', 'street', 'rural']),
    );
    expect(new Set(roads.map(({ surroundings }) => surroundings))).toEqual(
      new Set(['open', 'suburb', 'downtown', 'tunnel']),
    );
  });

  test('places geocoded addresses 0 to 250 m beside the true place: half within 25 m, some beyond 150 m', () => {
    const errors = buildTown(randomFrom(1), { customers: 400 }).sites.map(({ place, geocoded }) =>
      metersBetween(place, geocoded),
    );
    expect(Math.max(...errors)).toBeLessThanOrEqual(251);
    expect(errors.filter((error) => error < 25).length / errors.length).toBeGreaterThan(0.4);
    expect(errors.filter((error) => error > 150).length).toBeGreaterThan(5);
  });
});

describe('wayBetween', () => {
  test('leads from one site to another without a gap, and is not shorter than the straight line', () => {
    fc.assert(
      fc.property(anySite, anySite, (from, to) => {
        const way = town.router.wayBetween(from.roadside, to.roadside);
        const [start, end] = [town.router.pointAt(from.roadside), town.router.pointAt(to.roadside)];
        const straightM = Math.hypot(end.x - start.x, end.y - start.y);
        expect(gapOf(way)).toBeLessThan(1);
        expect(lengthOf(way)).toBeGreaterThanOrEqual(straightM - 1);
        expect(lengthOf(way)).toBeLessThan(3 * straightM + 6000);
        const last = way.stretches.at(-1)?.end ?? way.start;
        expect(Math.hypot(last.x - end.x, last.y - end.y)).toBeLessThan(1);
      }),
      { numRuns: 60 },
    );
  });

  test('goes through the tunnel between east and west', () => {
    const ends = [-9000, 9000].map((x) => {
      const from = town.roads.nodes.find((node) => node.x === x);
      const road = town.roads.roadsFrom[from?.id ?? -1]?.[0];
      if (!road) throw new Error(`The highway has no node at ${x} m.`);
      return { from: road.from, to: road.to, along: 0.5 };
    });
    const [west, east] = ends;
    if (!west || !east) throw new Error('The highway has two ends.');
    const way = town.router.wayBetween(west, east);
    expect(way.stretches.some(({ surroundings }) => surroundings === 'tunnel')).toBe(true);
  });

  test('does not use a road that is avoided', () => {
    const [one, other] = town.sitesOf('customer');
    if (!one || !other) throw new Error('The town has customers.');
    const way = town.router.wayBetween(one.roadside, other.roadside);
    const avoided = way.stretches[Math.floor(way.stretches.length / 2)];
    const road = town.roads.roadsFrom.flat().find(({ to, lengthM }) => {
      const node = town.roads.nodes[to];
      return node?.x === avoided?.end.x && node?.y === avoided?.end.y && lengthM === avoided?.lengthM;
    });
    if (!road) throw new Error('The stretch belongs to a road.');
    const around = town.router.wayBetween(one.roadside, other.roadside, [{ ...road, along: 0 }]);
    expect(lengthOf(around)).not.toBeCloseTo(lengthOf(way));
  });
});

describe('wayRoundTheBlock', () => {
  test('returns to where it began, without turning on the road', () => {
    const ways = town.sitesOf('customer').flatMap(({ roadside }) => town.router.wayRoundTheBlock(roadside) ?? []);
    expect(ways.length).toBeGreaterThan(20);
    for (const way of ways) {
      const end = way.stretches.at(-1)?.end;
      expect(Math.hypot((end?.x ?? 0) - way.start.x, (end?.y ?? 0) - way.start.y)).toBeLessThan(1);
      expect(lengthOf(way)).toBeGreaterThan(300);
      expect(lengthOf(way)).toBeLessThanOrEqual(3000);
    }
  });
});
