import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../random.ts';
import { play } from '../script.ts';
import type { HttpResponse, System } from '../system.ts';
import { idealSystem } from '../testing/ideal-system.ts';
import { HEALTHY_DEVICE, trackerModel } from '../trackers/index.ts';
import { trajectoryFromPoints } from '../trucks/index.ts';
import { devicePosts, drawFleetDevices } from './devices.ts';

const START = Date.UTC(2026, 10, 30, 14);
const MINUTE_MS = 60_000;
const drive = trajectoryFromPoints([
  { at: START, lat: 30.2, lon: -97.7 },
  { at: START + 20 * MINUTE_MS, lat: 30.3, lon: -97.7 },
]);
const ideal = idealSystem({ truths: () => [], placeAt: () => null, isQuiet: () => false, clockOf: () => '' }, START);

/** Plays the posts of a client against a system with the answers of a function. */
const played = async (name: string, answer: (at: number) => Partial<HttpResponse>) => {
  let now = START;
  const arrivals: { at: number; body: string }[] = [];
  const system: System = {
    ...ideal,
    now: () => now,
    advanceTo: async (at) => {
      now = at;
    },
    request: async ({ body = '', path }) => {
      const response = { status: 200, headers: {}, body: '[]', ...answer(now) };
      if (response.status === 200) arrivals.push({ at: now, body: `${path}${body}` });
      return response;
    },
  };
  const posts = devicePosts([{ trailerId: 'T1', model: trackerModel(name), device: HEALTHY_DEVICE }], randomFrom(1));
  posts.load(new Map([['T1', drive]]));
  await play(system, [posts], { until: START + 40 * MINUTE_MS });
  return { posts, arrivals };
};
const isDown = (at: number): boolean => at >= START + 5 * MINUTE_MS && at < START + 9 * MINUTE_MS;
const down = (at: number): Partial<HttpResponse> => (isDown(at) ? { status: 503 } : {});

describe('devicePosts', () => {
  test('repeats what was refused with 503, in order, and loses nothing', async () => {
    const { posts, arrivals } = await played('interval-10s', down);
    const { sent, accepted, repeated, lost, refused } = posts.counts();
    expect(refused['503']).toBeGreaterThan(4);
    expect(repeated).toBe(refused['503']);
    expect([accepted + (refused['503'] ?? 0), lost]).toEqual([sent, 0]);
    const times = arrivals.map(({ body }) => Number(/timestamp=(\d+)/.exec(body)?.[1]));
    expect(times).toEqual([...times].sort((one, other) => one - other));
    expect(arrivals.some(({ at }) => isDown(at))).toBe(false);
  });

  test('waits between two attempts as the client does', async () => {
    const attempts: number[] = [];
    await played('interval-10s', (at) => {
      if (isDown(at)) attempts.push(at);
      return down(at);
    });
    const gaps = attempts.slice(1).map((at, i) => at - (attempts[i] ?? 0));
    expect(new Set(gaps)).toEqual(new Set([30_000]));
  });

  test('sends Overland’s batch again until the answer is its own word for success', async () => {
    const without = (await played('overland-ios', () => ({ body: '{}' }))).posts.counts();
    expect(without.accepted).toBe(0);
    expect(without.repeated).toBeGreaterThan(10);
    const counts = (await played('overland-ios', () => ({ body: '{"result":"ok"}' }))).posts.counts();
    expect([counts.repeated, counts.lost]).toEqual([0, 0]);
  });

  test('knows the newest position that was delivered, and where it truly was', async () => {
    const { posts } = await played('interval-10s', (at) => (at > START + 10 * MINUTE_MS ? { status: 503 } : {}));
    const last = posts.lastHeard('T1');
    expect(((last?.at ?? 0) - START) / MINUTE_MS).toBeCloseTo(10, 0);
    expect(last?.lat).toBeCloseTo(30.25, 2);
    expect(posts.takenOf('T1')).toBe(posts.counts().accepted);
  });
});

describe('drawFleetDevices', () => {
  test('gives each trailer a device and some a second one, the same for the same seed', () => {
    const ids = Array.from({ length: 40 }, (_, i) => `T${i + 1}`);
    const drawn = drawFleetDevices(ids, randomFrom(1));
    expect(new Set(drawn.map(({ trailerId }) => trailerId)).size).toBe(40);
    expect(drawn.length).toBeGreaterThan(41);
    expect(new Set(drawn.map(({ model }) => model.name)).size).toBeGreaterThan(12);
    const again = drawFleetDevices(ids, randomFrom(1));
    expect(again.map(({ model, device }) => [model.name, device])).toEqual(
      drawn.map(({ model, device }) => [model.name, device]),
    );
  });
});
