import type { LatLon } from '../geography/index.ts';
import type { Random } from '../random.ts';
import type { Deliveries, Delivery } from '../score/evidence.ts';
import type { TrackerPace } from '../score/ranges.ts';
import type { EventSource, WorldEvent } from '../script.ts';
import type { HttpResponse } from '../system.ts';
import { addressedTo, type Device, drawDevice, type Post, type TrackerModel, trackerModel } from '../trackers/index.ts';
import { readerOf, type Trajectory, type TrajectoryReader } from '../trucks/index.ts';

/** A device that goes with a trailer. */
export type FleetDevice = { trailerId: string; model: TrackerModel; device: Device };

/** Results of the posts of all devices. */
export type PostCounts = {
  sent: number;
  accepted: number;
  /** Requests that a client sent again, because it had no success. */
  repeated: number;
  /** Posts that were never accepted: they waited at the end, or the client gave them up. */
  lost: number;
  /** Answers other than 2xx, by status. */
  refused: Readonly<Record<string, number>>;
};

export type DevicePosts = EventSource & {
  /** Adds the drives of a day. */
  load(trajectories: ReadonlyMap<string, Trajectory>): void;
  counts(): PostCounts;
  /** Returns the true place of a trailer at a time; null outside the days that are loaded. */
  placeAt(trailerId: string, at: number): LatLon | null;
  /** Returns the number of positions of a trailer that were taken with a success. */
  takenOf(trailerId: string): number;
  /** Returns the positions that were taken with a success. */
  deliveries(): Deliveries;
  /** Returns the newest position that the devices of a trailer have delivered. */
  lastHeard(trailerId: string): (LatLon & { at: number }) | null;
};

type Waiting = FleetDevice & { index: number; posts: Post[]; next: number; attempts: number; blockedUntil: number };

/** A client that repeats for a long time does so at most this often, in ms. */
const LONGEST_RETRY_MS = 5 * 60_000;
const PATIENT_ATTEMPTS = 10;
/** Posts that a device remembers; the oldest are forgotten first. */
const MEMORY = 5000;

const isSuccess = ({ model }: FleetDevice, { status, body }: HttpResponse): boolean => {
  if (status < 200 || status >= 300) return false;
  // Overland deletes a batch only when the answer says so.
  return model.clearsOn !== 'result-ok' || /"result"\s*:\s*"ok"/.test(body);
};

const dueAt = ({ posts, next, blockedUntil }: Waiting): number =>
  Math.max(blockedUntil, posts[next]?.at ?? Number.POSITIVE_INFINITY);

/**
 * Sends the posts of all devices. A post without a success is sent again as its client does, and those behind it wait.
 * A further device leaves the posts of the others unchanged.
 */
export const devicePosts = (fleet: readonly FleetDevice[], random: Random): DevicePosts => {
  const waiting = fleet.map(
    (each, index): Waiting => ({ ...each, index, posts: [], next: 0, attempts: 0, blockedUntil: 0 }),
  );
  const readers = new Map<string, TrajectoryReader[]>();
  const heard = new Map<string, LatLon & { at: number }>();
  const sentBy = new Map<WorldEvent, Waiting>();
  const refused: Record<string, number> = {};
  let [sent, accepted, repeated, forgotten, days] = [0, 0, 0, 0, 0];

  const placeAt = (trailerId: string, at: number): LatLon | null => {
    const reader = readers.get(trailerId)?.findLast(({ firstAt }) => firstAt <= at);
    if (!reader) return null;
    const { lat, lon } = reader.at(at);
    return { lat, lon };
  };
  const taken = new Map<string, number>();
  const deliveries = new Map<string, Delivery[]>();
  const hear = (trailerId: string, { recordedAt }: Post, heardAt: number): void => {
    const delivered = deliveries.get(trailerId) ?? [];
    deliveries.set(trailerId, delivered);
    for (const one of recordedAt) delivered.push({ recordedAt: one, heardAt });
    taken.set(trailerId, (taken.get(trailerId) ?? 0) + recordedAt.length);
    const at = Math.max(...recordedAt);
    const place = placeAt(trailerId, at);
    if (place && at > (heard.get(trailerId)?.at ?? 0)) heard.set(trailerId, { ...place, at });
  };
  const take = (now: number): WorldEvent[] =>
    waiting.flatMap((each) => {
      if (dueAt(each) > now) return [];
      const post = each.posts[each.next];
      if (!post) return [];
      sent += 1;
      if (each.attempts > 0) repeated += 1;
      const { trailerId } = each;
      const event: WorldEvent = {
        ...{ at: now, kind: 'request', subject: { audience: 'device', trailerId } },
        purpose: { kind: 'position', id: trailerId },
        requestWith: (token) => addressedTo(post.request, { trailer: trailerId, token }),
      };
      sentBy.set(event, each);
      return [event];
    });
  return {
    take,
    nextAt: () => {
      const at = waiting.reduce((least, each) => Math.min(least, dueAt(each)), Number.POSITIVE_INFINITY);
      return Number.isFinite(at) ? at : null;
    },
    onResponse: (event, response, at) => {
      const each = sentBy.get(event);
      sentBy.delete(event);
      const post = each?.posts[each.next];
      if (!each || !post) return;
      if (isSuccess(each, response)) {
        accepted += 1;
        each.next += 1;
        each.attempts = 0;
        hear(each.trailerId, post, at);
        return;
      }
      const status = String(response.status);
      refused[status] = (refused[status] ?? 0) + 1;
      each.attempts += 1;
      const retryMs = Math.max(1000, each.model.retryMs);
      each.blockedUntil = at + (each.attempts > PATIENT_ATTEMPTS ? Math.max(retryMs, LONGEST_RETRY_MS) : retryMs);
    },
    load: (trajectories) => {
      days += 1;
      for (const [trailerId, trajectory] of trajectories) {
        // Posts of yesterday may still wait.
        readers.set(trailerId, [...(readers.get(trailerId) ?? []).slice(-1), readerOf(trajectory)]);
      }
      for (const each of waiting) {
        const trajectory = trajectories.get(each.trailerId);
        if (!trajectory) continue;
        const own = random.fork(`${each.trailerId}/${each.index}/${each.model.name}/${days}`);
        const left = each.posts.slice(each.next);
        forgotten += Math.max(0, left.length - MEMORY);
        each.posts = [...left.slice(-MEMORY), ...each.model.posts(trajectory, own, each.device)];
        each.next = 0;
      }
    },
    counts: () => {
      const unsent = waiting.reduce((sum, { posts, next }) => sum + posts.length - next, 0);
      return { sent, accepted, repeated, lost: forgotten + unsent, refused };
    },
    placeAt,
    takenOf: (trailerId) => taken.get(trailerId) ?? 0,
    deliveries: () => deliveries,
    lastHeard: (trailerId) => heard.get(trailerId) ?? null,
  };
};

/** Trackers of a usual fleet, by the trailer's number: phones and units. Fast ones are left out, as most of them cost time alone. */
const USUAL_MODELS = [
  ...['traccar-client-9-android', 'teltonika-defaults', 'owntracks-android-significant', 'traccar-client-10'],
  ...['traccar-client-9-ios', 'gpslogger', 'unit-5min-4h', 'traccar-client-8-android', 'owntracks-ios-move'],
  ...['interval-60s', 'interval-10s', 'owntracks-ios-significant', 'newest-first-unit', 'traccar-client-9-heartbeat'],
  ...['traccar-client-8-ios', 'overland-ios', 'owntracks-android-move'],
];
/** Share of trailers with a second device. */
const SECOND_DEVICES = 0.15;

/** Draws a device for each trailer, and a second one for some. The first trailers have different models. */
export const drawFleetDevices = (
  trailerIds: readonly string[],
  random: Random,
  models: readonly string[] = USUAL_MODELS,
): FleetDevice[] =>
  trailerIds.flatMap((trailerId, i): FleetDevice[] => {
    const own = random.fork(trailerId);
    const name = models[i % models.length] ?? 'interval-10s';
    const first = { trailerId, model: trackerModel(name), device: drawDevice(own.fork('device')) };
    if (!own.chance(SECOND_DEVICES)) return [first];
    const second = trackerModel(own.pick(models.filter((other) => other !== name).concat('interval-60s')));
    return [first, { trailerId, model: second, device: drawDevice(own.fork('second')) }];
  });

/** Returns the kind of a tracker by the time between its positions while driving. */
export const paceOf = ({ name }: TrackerModel): TrackerPace => {
  if (/significant|encrypted|5min-4h|client-8-ios/.test(name)) return 'seldom';
  return /60s|gpslogger|client-9|client-10|client-8|ios-move|hub|commas/.test(name) ? 'minutes' : 'seconds';
};

/** A clock that is wrong by more than this stamps fixes with times of other jobs, in ms. */
const WRONG_CLOCK_MS = 90_000;

/** Returns the trailers that have a device whose clock is wrong by minutes or more. */
export const wrongClocksOf = (fleet: readonly FleetDevice[]): ReadonlySet<string> =>
  new Set(
    fleet.filter(({ device }) => Math.abs(device.clockErrorMs) > WRONG_CLOCK_MS).map(({ trailerId }) => trailerId),
  );
