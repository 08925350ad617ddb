import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import {
  addressedTo,
  buildTown,
  type Device,
  drawClockError,
  drawDevice,
  driveFleet,
  HEALTHY_DEVICE,
  joinTrajectories,
  type LatLon,
  metersBetween,
  moved,
  type Post,
  postsOfTrailer,
  randomFrom,
  readerOf,
  type Surroundings,
  standsOf,
  type TimedPoint,
  TRACKER_MODELS,
  type Trajectory,
  trackerModel,
  trajectoryFromPoints,
  WEEK_ROLLOVER_MS,
} from '../index.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const START = Date.UTC(2026, 10, 30, 14);
const yard: LatLon = { lat: 30.2, lon: -97.7 };

/** Drives north with 15 m/s for 10 min, stands for a time, and drives on for 10 min. */
const driveWithStand = (standMs: number, surroundings: Surroundings = 'open'): Trajectory => {
  const point = (at: number, northM: number): TimedPoint => ({ at: START + at, ...moved(yard, northM, 0) });
  const points = [point(0, 0), point(10 * MINUTE_MS, 9000), point(10 * MINUTE_MS + standMs, 9000)];
  return trajectoryFromPoints([...points, point(20 * MINUTE_MS + standMs, 18_000)], { surroundings });
};

const posts = (name: string, trajectory: Trajectory, device: Partial<Device> = {}, seed = 1): Post[] =>
  trackerModel(name).posts(trajectory, randomFrom(seed), { ...HEALTHY_DEVICE, ...device });
const jsonOf = ({ request: { body = '{}' } }: Post) => JSON.parse(body);
const queryOf = ({ request: { path, body } }: Post): URLSearchParams => new URLSearchParams(body ?? path.split('?')[1]);
const isSamePost = (one: Post, other: Post | undefined): boolean =>
  one.at === other?.at && one.request.path === other.request.path && one.request.body === other.request.body;
const minutesOf = (sent: readonly Post[]): number[] =>
  sent.map(({ recordedAt }) => ((recordedAt[0] ?? 0) - START) / MINUTE_MS);
const errorsOf = (trajectory: Trajectory, name = 'interval-10s', device: Partial<Device> = {}): number[] => {
  const reader = readerOf(trajectory);
  return posts(name, trajectory, device).map((post) => {
    const query = queryOf(post);
    return metersBetween(
      { lat: Number(query.get('lat')), lon: Number(query.get('lon')) },
      reader.at(post.recordedAt[0] ?? 0),
    );
  });
};
const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length * share)] ?? Number.NaN;

const town = buildTown(randomFrom('trackers'));
const fleet = [
  ...driveFleet(town, { trailerIds: ['T1'], firstMidnight: START - 8 * HOUR_MS, days: 1 }, randomFrom('trackers')),
];
const days = joinTrajectories(fleet.map(({ trailerDays }) => trailerDays[0]?.trajectory ?? { samples: [] }));

describe('every tracker model', () => {
  test.each(TRACKER_MODELS.map(({ name }) => name))('%s posts in order, the same for the same seed', (name) => {
    const device = drawDevice(randomFrom(name));
    const sent = trackerModel(name).posts(days, randomFrom(3), device);
    expect(sent.length).toBeGreaterThan(10);
    expect(sent.every(({ at }, i) => i === 0 || at >= (sent[i - 1]?.at ?? 0))).toBe(true);
    expect(sent.every(({ at, recordedAt }) => recordedAt.every((recorded) => recorded <= at))).toBe(true);
    expect(sent.every(({ request }) => /\{(trailer|token|hub)\}/.test(request.path))).toBe(true);
    const again = trackerModel(name).posts(days, randomFrom(3), device);
    expect(again.length).toBe(sent.length);
    expect(again.every((post, i) => isSamePost(post, sent[i]))).toBe(true);
    // Each sends less than once a second of driving, or 6 times a minute of the day; only 2 Hz sends more.
    const seconds = days.samples.filter(({ speedMps }) => speedMps > 0).length;
    const perSecond = name === 'interval-2hz' ? 4 : 2;
    expect(sent.length).toBeLessThan(perSecond * seconds + 8640);
  });

  test('names a client and the documentation or report that it was taken from', () => {
    expect(TRACKER_MODELS.length).toBeGreaterThanOrEqual(24);
    expect(new Set(TRACKER_MODELS.map(({ name }) => name)).size).toBe(TRACKER_MODELS.length);
    for (const { client, source } of TRACKER_MODELS) {
      expect(client.length).toBeGreaterThan(10);
      expect(source.length).toBeGreaterThan(60);
    }
    expect(() => trackerModel('none')).toThrow(
      'There is no tracker model "none". Use one of: traccar-client-8-android',
    );
  });
});

describe('Traccar Client 9', () => {
  const drive = driveWithStand(40 * MINUTE_MS);

  test('records every 75 m at most every 30 s, a change of motion after 5 min, and then nothing until 200 m', () => {
    const sent = posts('traccar-client-9-ios', drive);
    const minutes = minutesOf(sent);
    const gaps = minutes.slice(1).map((minute, i) => minute - (minutes[i] ?? 0));
    expect(Math.min(...gaps.filter((gap) => gap > 0.1))).toBeGreaterThanOrEqual(0.49);
    const changes = sent.map(jsonOf).filter(({ location }) => location.event === 'motionchange');
    expect(changes.map(({ location }) => location.is_moving)).toEqual([false, true]);
    const stopped = minutes.findIndex((_, i) => jsonOf(sent[i] as Post).location.event === 'motionchange');
    expect(minutes[stopped]).toBeGreaterThan(14.5);
    expect(minutes[stopped]).toBeLessThan(16);
    expect(minutes[stopped + 1]).toBeGreaterThan(50.2);
    expect(minutes[stopped + 1]).toBeLessThan(51.5);
  });

  test('sends the documented fields, with speeds in m/s', () => {
    const [, second] = posts('traccar-client-9-ios', drive);
    const { location, device_id } = jsonOf(second as Post);
    expect(device_id).toBe(HEALTHY_DEVICE.id);
    expect(Object.keys(location.coords)).toEqual(['latitude', 'longitude', 'accuracy', 'speed', 'heading', 'altitude']);
    expect(location.coords.speed).toBeGreaterThan(13);
    expect(location.coords.speed).toBeLessThan(17);
    expect(location.timestamp).toMatch(/^2026-11-30T14:\d\d:\d\d\.\d{3}Z$/);
    expect(location._).toContain(`&id=${HEALTHY_DEVICE.id}&lat=`);
  });

  test('sends a heartbeat every 5 min while it stands, when its user asks for it', () => {
    const beats = posts('traccar-client-9-heartbeat', drive).filter((post) => jsonOf(post).location.heartbeat);
    expect(beats.length).toBeGreaterThanOrEqual(6);
    expect(beats.length).toBeLessThanOrEqual(8);
    expect(beats.every((post) => jsonOf(post).location.coords.latitude > 30)).toBe(true);
  });

  test('sends heartbeats without a position from version 10 on', () => {
    const beats = posts('traccar-client-10', drive).filter((post) => !queryOf(post).has('lat'));
    expect(beats.length).toBeGreaterThanOrEqual(3);
    expect([...queryOf(beats[0] as Post).keys()]).toEqual(['id', 'timestamp']);
  });
});

describe('Traccar Client 8', () => {
  test('sends a query with knots and seconds', () => {
    const sent = posts('traccar-client-8-android', driveWithStand(20 * MINUTE_MS));
    const query = queryOf(sent[3] as Post);
    expect([...query.keys()].join()).toBe('id,timestamp,lat,lon,speed,bearing,altitude,accuracy,batt');
    expect(Number(query.get('speed'))).toBeGreaterThan(27);
    expect(Number(query.get('speed'))).toBeLessThan(31);
    expect(Number(query.get('timestamp')) * 1000).toBeGreaterThanOrEqual(START);
  });

  test('records by distance while it moves, and every 300 s while it stands', () => {
    const minutes = minutesOf(posts('traccar-client-8-android', driveWithStand(60 * MINUTE_MS)));
    expect(minutes.filter((minute) => minute < 10).length).toBeGreaterThan(80);
    const standing = minutes.filter((minute) => minute > 16 && minute < 69);
    expect(standing.length).toBeGreaterThanOrEqual(10);
    expect(standing.length).toBeLessThanOrEqual(13);
  });

  test('sends no accuracy from iOS, and six digits', () => {
    const query = queryOf(posts('traccar-client-8-ios', driveWithStand(20 * MINUTE_MS))[1] as Post);
    expect(query.has('accuracy')).toBe(false);
    expect(query.get('lat')).toMatch(/^\d+\.\d{6}$/);
  });
});

describe('OwnTracks', () => {
  const drive = driveWithStand(6 * HOUR_MS);

  test('records significant changes alone: 500 m and 5 min; while it stands, a ping at times with the last position', () => {
    const sent = posts('owntracks-ios-significant', drive);
    const minutes = minutesOf(sent.filter((post) => jsonOf(post).t !== 'p'));
    expect(minutes.length).toBeLessThanOrEqual(7);
    const gaps = minutes.slice(1).map((minute, i) => minute - (minutes[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(5);
    const pings = sent.filter((post) => jsonOf(post).t === 'p');
    expect(pings.length).toBeGreaterThan(0);
    expect(pings.length).toBeLessThan(7);
  });

  test('records every 10 s in move mode on Android, every 100 m or 300 s on iOS', () => {
    expect(posts('owntracks-android-move', drive)).toHaveLength(6 * (6 * 60 + 20) + 1);
    const timers = posts('owntracks-ios-move', drive)
      .map(jsonOf)
      .filter(({ t }) => t === 't');
    expect(timers.length).toBeGreaterThan(60);
  });

  test('sends km/h and seconds, and leaves out values that are zero', () => {
    const bodies = posts('owntracks-android-move', drive).map(jsonOf);
    const [moving, standing] = [bodies[20], bodies[600]];
    expect(moving).toMatchObject({ _type: 'location', m: 2, conn: 'm', tst: START / 1000 + 200 });
    expect(moving.vel).toBeGreaterThan(50);
    expect(moving.vel).toBeLessThan(58);
    expect(standing).not.toHaveProperty('vel');
    expect(moving.created_at).toBeGreaterThanOrEqual(moving.tst);
  });
});

describe('other clients', () => {
  test('Overland sends batches of 200 features at most, every minute', () => {
    const sent = posts('overland-ios', driveWithStand(20 * MINUTE_MS));
    const sizes = sent.map((post) => jsonOf(post).locations.length);
    expect(Math.max(...sizes)).toBeGreaterThan(25);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
    const [feature] = jsonOf(sent[1] as Post).locations;
    expect(feature).toMatchObject({
      type: 'Feature',
      geometry: { type: 'Point' },
      properties: { motion: ['driving'] },
    });
    expect(feature.geometry.coordinates[0]).toBeLessThan(-97);
    const standing = minutesOf(sent).filter((minute) => minute > 12 && minute < 28);
    expect(standing.length).toBeLessThan(6);
  });

  test('GPSLogger sends every 60 s, and nothing with an accuracy above 40 m', () => {
    const sent = posts('gpslogger', driveWithStand(20 * MINUTE_MS, 'downtown'));
    expect(sent.length).toBeGreaterThan(30);
    expect(Math.max(...sent.map((post) => Number(queryOf(post).get('acc'))))).toBeLessThanOrEqual(40);
    expect(Number(queryOf(sent[5] as Post).get('s'))).toBeGreaterThan(13);
    expect(queryOf(sent[5] as Post).get('time')).toMatch(/Z$/);
  });

  test('a unit with a battery records every 5 min moving and every 4 h parked, not at the end of the drive', () => {
    const sent = posts('unit-5min-4h', driveWithStand(10 * HOUR_MS));
    const minutes = minutesOf(sent);
    const parked = minutes.filter((minute) => minute > 12 && minute < 605);
    expect(parked.length).toBeGreaterThanOrEqual(2);
    expect(parked.length).toBeLessThanOrEqual(3);
    expect(minutes.filter((minute) => minute > 9.9 && minute < 100)).toEqual([]);
    const { position, device } = jsonOf(sent[1] as Post);
    expect(device.uniqueId).toBe(HEALTHY_DEVICE.id);
    expect(position).toMatchObject({ valid: true, protocol: 'teltonika' });
    expect(position.speed).toBeGreaterThan(27);
  });
});

describe('delivery', () => {
  /** A drive of which the middle third is in a tunnel. */
  const throughTunnel = (): Trajectory => {
    const { samples } = driveWithStand(MINUTE_MS);
    const inTunnel = (at: number): boolean => at > START + 4 * MINUTE_MS && at < START + 7 * MINUTE_MS;
    return { samples: samples.map((sample) => (inTunnel(sample.at) ? { ...sample, surroundings: 'tunnel' } : sample)) };
  };

  test('has no fix in a tunnel', () => {
    const minutes = minutesOf(posts('interval-10s', throughTunnel()));
    expect(minutes.filter((minute) => minute > 4.1 && minute < 6.9)).toEqual([]);
    expect(minutes.filter((minute) => minute > 7.5 && minute < 9).length).toBeGreaterThan(5);
  });

  test.each([
    ['interval-10s', false],
    ['newest-first-unit', true],
  ] as const)(
    '%s keeps its records without a network, and sends them later: newest first is %s',
    (name, newestFirst) => {
      const sent = posts(name, driveWithStand(3 * HOUR_MS), { deadZonesPerHour: 6 }, 5);
      const healthy = posts(name, driveWithStand(3 * HOUR_MS), {}, 5);
      expect(new Set(sent.map(({ recordedAt }) => recordedAt[0])).size).toBe(healthy.length);
      const late = sent.filter(({ at, recordedAt }) => at - (recordedAt[0] ?? 0) > 30_000);
      expect(late.length).toBeGreaterThan(10);
      const backwards = sent.filter(({ recordedAt }, i) => (recordedAt[0] ?? 0) < (sent[i - 1]?.recordedAt[0] ?? 0));
      if (newestFirst) expect(backwards.length).toBeGreaterThan(late.length / 2);
      else expect(backwards.length).toBeLessThan(late.length / 2);
    },
  );

  test('sends some requests twice', () => {
    const sent = posts('interval-10s', driveWithStand(20 * MINUTE_MS), { duplicateShare: 0.2 });
    const recorded = sent.map(({ recordedAt }) => recordedAt[0]);
    const twice = recorded.length - new Set(recorded).size;
    expect(twice / recorded.length).toBeGreaterThan(0.05);
    expect(twice / recorded.length).toBeLessThan(0.3);
  });

  test('fills in the trailer, its token and Basic credentials', () => {
    const endpoint = { trailer: 'T1', token: 'secret' };
    const [traccar, ownTracks, overland] = ['interval-10s', 'owntracks-ios-move', 'overland-ios'].map((name) => {
      const [first] = posts(name, driveWithStand(MINUTE_MS));
      return addressedTo((first as Post).request, endpoint);
    });
    expect(traccar?.path).toMatch(/^\/api\/trailers\/secret\/location\?id=/);
    expect(ownTracks?.path).toBe('/api/trailers/T1/location');
    expect(ownTracks?.headers['authorization']).toBe(`Basic ${Buffer.from('driver:secret').toString('base64')}`);
    expect(overland?.headers['authorization']).toBe('Bearer secret');
  });
});

describe('receivers', () => {
  test('err by their surroundings: little under the open sky, more in suburbs, much and with jumps downtown', () => {
    const [open, suburb, downtown] = (['open', 'suburb', 'downtown'] as const).map((surroundings) =>
      errorsOf(driveWithStand(2 * HOUR_MS, surroundings), 'interval-60s'),
    );
    expect(quantile(open ?? [], 0.5)).toBeGreaterThan(1.5);
    expect(quantile(open ?? [], 0.5)).toBeLessThan(7);
    expect(quantile(suburb ?? [], 0.5)).toBeGreaterThan(quantile(open ?? [], 0.5));
    expect(quantile(suburb ?? [], 0.5)).toBeLessThan(14);
    expect(quantile(downtown ?? [], 0.5)).toBeGreaterThan(10);
    expect(quantile(downtown ?? [], 0.5)).toBeLessThan(45);
    expect(Math.max(...(downtown ?? []))).toBeGreaterThan(60);
    expect(Math.max(...(open ?? []))).toBeLessThan(45);
  });

  test('report accuracy -1 with a wrong position, and freeze, when the device does', () => {
    const receiver = { invalidShare: 0.1, frozenPerHour: 0 };
    const drive = driveWithStand(HOUR_MS);
    const invalid = posts('interval-60s', drive, { receiver }).filter((post) => queryOf(post).get('accuracy') === '-1');
    expect(invalid.length).toBeGreaterThan(2);
    expect(Math.max(...errorsOf(drive, 'interval-60s', { receiver }))).toBeGreaterThan(300);
    const frozen = posts('interval-1s', drive, { receiver: { invalidShare: 0, frozenPerHour: 30 } });
    const repeated = frozen.filter(
      (post, i) => i > 0 && queryOf(post).get('lat') === queryOf(frozen[i - 1] as Post).get('lat'),
    );
    expect(repeated.length).toBeGreaterThan(50);
  });
});

describe('devices', () => {
  const drive = driveWithStand(40 * MINUTE_MS);
  const timeOf = (post: Post): number => Number(queryOf(post).get('timestamp')) * 1000;

  test('send the time of their clock: seconds, an hour, whole zones or 1024 weeks off', () => {
    for (const fault of ['seconds', 'minutes', 'wrong-zone', 'week-rollover'] as const) {
      const clockErrorMs = drawClockError(fault, randomFrom(fault));
      const [first] = posts('interval-60s', drive, { clockErrorMs });
      expect(timeOf(first as Post)).toBe(Math.floor((START + clockErrorMs) / 1000) * 1000);
      expect(first?.recordedAt).toEqual([START]);
    }
    expect(WEEK_ROLLOVER_MS / (365.25 * 86_400_000)).toBeCloseTo(19.6, 1);
    expect(drawClockError('wrong-zone', randomFrom(1)) % HOUR_MS).toBe(0);
  });

  test('fall silent with an empty battery, and send again once it is charged', () => {
    const battery = { percent: 10, percentPerHour: 60, emptyForMs: 20 * MINUTE_MS };
    const sent = posts('interval-60s', drive, { battery });
    const minutes = minutesOf(sent);
    expect(minutes.filter((minute) => minute >= 10 && minute < 30)).toEqual([]);
    expect(minutes.filter((minute) => minute >= 30).length).toBeGreaterThan(20);
    expect(queryOf(sent[5] as Post).get('batt')).toBe('5');
  });

  test('are drawn with few large defects', () => {
    const drawn = Array.from({ length: 400 }, (_, seed) => drawDevice(randomFrom(seed)));
    const wrong = drawn.filter(({ clockErrorMs }) => Math.abs(clockErrorMs) > 90_000).length;
    expect(wrong / drawn.length).toBeGreaterThan(0.03);
    expect(wrong / drawn.length).toBeLessThan(0.15);
    expect(drawn.some(({ battery }) => battery.percentPerHour > 0)).toBe(true);
  });

  test('of one trailer post side by side, and a further one changes nothing for the first', () => {
    const [phone, unit] = ['traccar-client-9-ios', 'interval-2hz'].map((name) => ({ model: trackerModel(name) }));
    if (!phone || !unit) throw new Error('There are two devices.');
    const alone = postsOfTrailer(drive, [phone], randomFrom(1));
    const both = postsOfTrailer(drive, [phone, unit], randomFrom(1));
    expect(both.length).toBeGreaterThan(alone.length + 1000);
    expect(both.filter(({ request }) => request.body !== undefined)).toEqual(alone);
    expect(both.every(({ at }, i) => i === 0 || at >= (both[i - 1]?.at ?? 0))).toBe(true);
  });

  test('see each longer stand of a generated day within the error of the receiver', () => {
    const [stand] = standsOf(days, 10 * MINUTE_MS).filter(
      ({ from }) => from > (days.samples[0]?.at ?? 0) + 10 * HOUR_MS,
    );
    if (!stand) throw new Error('The days have a long stand.');
    const sent = posts('interval-60s', days).filter(({ recordedAt: [at = 0] }) => at > stand.from && at < stand.to);
    const distances = sent.map((post) =>
      metersBetween(stand, { lat: Number(queryOf(post).get('lat')), lon: Number(queryOf(post).get('lon')) }),
    );
    expect(distances.length).toBeGreaterThan(8);
    expect(quantile(distances, 0.5)).toBeLessThan(60);
  });
});

describe('unusual clients', () => {
  const drive = driveWithStand(20 * MINUTE_MS);

  test('OwnTracks with a key sends nothing that can be read', () => {
    const sent = posts('owntracks-ios-encrypted', drive);
    expect(sent.length).toBeGreaterThan(2);
    for (const { _type, data, ...rest } of sent.map(jsonOf)) {
      expect([_type, rest]).toEqual(['encrypted', {}]);
      expect(Buffer.from(data, 'base64').length).toBeGreaterThan(24 + 16 + 100);
    }
    expect(new Set(sent.map((post) => jsonOf(post).data.slice(0, 32))).size).toBe(sent.length);
  });

  test('a log shipper compresses the positions of a minute', () => {
    const [, second] = posts('fluent-bit-gzip', drive);
    expect(second?.request).toMatchObject({ bodyEncoding: 'base64', headers: { 'content-encoding': 'gzip' } });
    const text = gunzipSync(Buffer.from(second?.request.body ?? '', 'base64')).toString();
    expect(JSON.parse(text).fixes).toHaveLength(6);
    expect(second?.recordedAt).toHaveLength(6);
  });

  test('a program in .NET begins its JSON with a byte order mark', () => {
    const [first] = posts('dotnet-byte-order-mark', drive);
    const body = first?.request.body ?? '';
    expect(body.codePointAt(0)).toBe(0xfeff);
    expect(JSON.parse(body.slice(1)).lat).toBeCloseTo(30.2, 2);
  });

  test('SendLocation writes decimal commas', () => {
    const query = queryOf(posts('sendlocation-decimal-commas', drive).at(-1) as Post);
    expect(query.get('lat')).toMatch(/^30,\d{3,}$/);
    expect(query.get('lon')).toMatch(/^-97,\d{3,}$/);
  });

  test('a Traccar server posts all units to one address', () => {
    const [first] = posts('traccar-server-hub', drive, { id: '864000000000013' });
    if (!first) throw new Error('The server has forwarded nothing.');
    expect(addressedTo(first.request, { trailer: 'T1', token: 'device', hubToken: 'hub' }).path).toBe(
      '/api/trailers/hub/location',
    );
    expect(jsonOf(first).device.uniqueId).toBe('864000000000013');
  });
});
