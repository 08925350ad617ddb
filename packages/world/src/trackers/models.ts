import type { Random } from '../random.ts';
import type { HttpRequest } from '../system.ts';
import { readerOf, type Trajectory } from '../trucks/index.ts';
import { type Delivery, deadZonesOf, deliver } from './delivery.ts';
import { chargeAt, type Device, HEALTHY_DEVICE } from './device.ts';
import {
  backgroundGeolocationJson,
  encryptedOwnTracks,
  type Format,
  gpsLogger,
  gzippedBatch,
  jsonWithMark,
  osmAndForm,
  osmAndQuery,
  osmAndQueryOfIos,
  overland,
  ownTracks,
  sendLocation,
  traccarForward,
  traccarHub,
} from './formats.ts';
import { type ReceiverKind, receiverOn } from './receiver.ts';
import {
  byDistanceOrTime,
  type DeviceRecord,
  everyInterval,
  type MotionAware,
  motionAware,
  movingAndParked,
  type Sampling,
  significantChanges,
} from './sampling.ts';

/** A request of a device at a time. Its path and headers have the placeholders of `addressedTo`. */
export type Post = {
  /** Time at which it arrives, epoch ms. */
  at: number;
  request: HttpRequest;
  /** True times of the records in it, whatever the device's clock says, epoch ms. */
  recordedAt: readonly number[];
};

export type TrackerModel = {
  name: string;
  /** The app or unit. */
  client: string;
  /** Documentation or report from which its behaviour was taken, in words. */
  source: string;
  /** Time after which the client repeats a request without a success, in ms. */
  retryMs: number;
  /** Answer on which the client deletes what it has sent: any 2xx, or Overland's {"result":"ok"}. */
  clearsOn: 'success' | 'result-ok';
  /** Returns the posts of a device that goes with a trailer, in the order of time. */
  posts(trajectory: Trajectory, random: Random, device?: Device): Post[];
};

type Parts = {
  sampling: Sampling;
  receiver: ReceiverKind;
  delivery: Delivery;
  format: Format;
  filterM?: number;
  clearsOn?: TrackerModel['clearsOn'];
};

/** Leaves out what a device with an empty battery cannot record, and notes its charge. */
function* whileCharged(records: Iterable<DeviceRecord>, device: Device, firstAt: number, filterM: number) {
  for (const record of records) {
    const chargePercent = chargeAt(device, record.at - firstAt);
    if (chargePercent === null || (record.fix && record.fix.accuracyM > filterM)) continue;
    yield { ...record, chargePercent };
  }
}

const model = (name: string, client: string, source: string, parts: Parts): TrackerModel => ({
  name,
  client,
  source,
  retryMs: parts.delivery.retryMs,
  clearsOn: parts.clearsOn ?? 'success',
  posts: (trajectory, random, device = HEALTHY_DEVICE) => {
    const { sampling, receiver: kind, delivery, format, filterM = Number.POSITIVE_INFINITY } = parts;
    const reader = readerOf(trajectory);
    const receiver = receiverOn(reader, kind, device.receiver, random.fork('receiver'));
    const records = whileCharged(sampling(reader, receiver, random.fork('sampling')), device, reader.firstAt, filterM);
    const zones = deadZonesOf(trajectory, device.deadZonesPerHour, random.fork('network'));
    const charges = new Map<DeviceRecord, number>();
    const noted = function* (): Generator<DeviceRecord> {
      for (const record of records) {
        charges.set(record, record.chargePercent);
        yield record;
      }
    };
    return deliver(noted(), delivery, device, zones, random.fork('delivery')).map(({ at, records: sent }) => {
      const readings = sent.map((record) => ({ ...record, chargePercent: charges.get(record) ?? 0 }));
      return { at, request: format(readings, device, at), recordedAt: sent.map((record) => record.at) };
    });
  },
});

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Traccar Client tries again after 30 s. */
const ONE_BY_ONE: Delivery = { order: 'oldest-first', batch: 1, everyMs: 0, retryMs: 30_000 };

/** Defaults of Traccar Client 9 and later: 75 m, at most every 30 s, stop detection after 5 min, no heartbeat. */
const TRACCAR_DEFAULTS: MotionAware = {
  distanceM: 75,
  fastestMs: 30_000,
  stopTimeoutMs: 5 * MINUTE_MS,
  wakeM: [150, 350],
  heartbeatMs: null,
  heartbeatWithFix: true,
};

const TRACCAR_9_SOURCE =
  'Defaults in lib/preferences.dart of traccar/traccar-client (distance 75 m, interval 300 s, fastest interval 30 s, accuracy ' +
  'medium, stop detection on) and its filter in lib/geolocation_service.dart; stopTimeout of 5 min in the documentation of ' +
  'flutter_background_geolocation; about 200 m until a standing device notices motion, sometimes 1 km, in ' +
  'react-native-background-geolocation issue 2023; accuracy 100, speed -1 and the heartbeat field in traccar-client issues 26 and 27.';

const TRACCAR_LEGACY_SOURCE =
  'ProtocolFormatter, PositionProvider and TrackingController of traccar/traccar-client-android and traccar-client-ios: ' +
  'a query with knots, first of interval, distance and angle, buffered positions oldest first, retry after 30 s; ' +
  'interval 300 s and no distance by default in traccar-client-ios issue 75. The iOS client sends no accuracy.';

const OWNTRACKS_SOURCE =
  'OwnTracks Booklet, “Location data” (iOS: 500 m and 5 min, or 100 m or 300 s in move mode, pings at times; Android: 15 min and ' +
  '500 m, or every 10 s in move mode), “JSON” (tst in s, vel in km/h, zero values left out, t, conn, created_at, topic) and “HTTP” ' +
  '(Basic authentication, messages are queued without a network).';

const FORWARD_SOURCE =
  'traccar.org “Forwarding Overview” (forward.type json, one request a position, a header for the token, retries from memory) and a ' +
  'forwarded message in the forum topic “traccar webhook json”; speed in knots.';

const traccarModels: TrackerModel[] = [
  model(
    'traccar-client-8-android',
    'Traccar Client 8 for Android, set to 75 m, 300 s and 30 degrees',
    TRACCAR_LEGACY_SOURCE,
    {
      sampling: byDistanceOrTime({ distanceM: 75, intervalMs: 5 * MINUTE_MS, angleDeg: 30 }),
      ...{ receiver: 'satellite', delivery: ONE_BY_ONE, format: osmAndQuery },
    },
  ),
  model('traccar-client-8-ios', 'Traccar Client 8 for iOS, with its defaults', TRACCAR_LEGACY_SOURCE, {
    sampling: byDistanceOrTime({ distanceM: 0, intervalMs: 5 * MINUTE_MS, angleDeg: 0 }),
    ...{ receiver: 'satellite', delivery: ONE_BY_ONE, format: osmAndQueryOfIos },
  }),
  model('traccar-client-9-android', 'Traccar Client 9 for Android', TRACCAR_9_SOURCE, {
    sampling: motionAware(TRACCAR_DEFAULTS),
    ...{ receiver: 'network', delivery: ONE_BY_ONE, format: backgroundGeolocationJson },
  }),
  model('traccar-client-9-ios', 'Traccar Client 9 for iOS', TRACCAR_9_SOURCE, {
    sampling: motionAware({ ...TRACCAR_DEFAULTS, wakeM: [200, 1000] }),
    ...{ receiver: 'satellite', delivery: ONE_BY_ONE, format: backgroundGeolocationJson },
  }),
  model('traccar-client-9-heartbeat', 'Traccar Client 9 with a stationary heartbeat of 5 min', TRACCAR_9_SOURCE, {
    sampling: motionAware({ ...TRACCAR_DEFAULTS, heartbeatMs: 5 * MINUTE_MS }),
    ...{ receiver: 'satellite', delivery: ONE_BY_ONE, format: backgroundGeolocationJson },
  }),
  model(
    'traccar-client-10',
    'Traccar Client 10 with a stationary heartbeat of 10 min',
    'traccar-client issue 197: with the new SDK a heartbeat says only that the device is online and has no coordinates. Form ' +
      'parameters: traccar.org “OsmAnd”. Filters as in version 9.',
    {
      sampling: motionAware({ ...TRACCAR_DEFAULTS, heartbeatMs: 10 * MINUTE_MS, heartbeatWithFix: false }),
      ...{ receiver: 'satellite', delivery: ONE_BY_ONE, format: osmAndForm },
    },
  ),
];

const ownTracksModels: TrackerModel[] = [
  model('owntracks-ios-significant', 'OwnTracks for iOS, significant changes', OWNTRACKS_SOURCE, {
    sampling: significantChanges({ distanceM: 500, intervalMs: 5 * MINUTE_MS, lookMs: 30_000, pingHours: [1, 5] }),
    ...{ receiver: 'network', delivery: ONE_BY_ONE, format: ownTracks('ios', 1) },
  }),
  model('owntracks-ios-move', 'OwnTracks for iOS, move mode', OWNTRACKS_SOURCE, {
    sampling: byDistanceOrTime({ distanceM: 100, intervalMs: 5 * MINUTE_MS, angleDeg: 0 }),
    ...{ receiver: 'satellite', delivery: ONE_BY_ONE, format: ownTracks('ios', 2) },
  }),
  model('owntracks-android-significant', 'OwnTracks for Android, significant changes', OWNTRACKS_SOURCE, {
    sampling: significantChanges({
      distanceM: 500,
      intervalMs: 15 * MINUTE_MS,
      lookMs: 15 * MINUTE_MS,
      pingHours: [0.5, 1],
    }),
    ...{ receiver: 'network', delivery: ONE_BY_ONE, format: ownTracks('android', 1) },
  }),
  model('owntracks-android-move', 'OwnTracks for Android, move mode', OWNTRACKS_SOURCE, {
    sampling: everyInterval(10_000),
    ...{ receiver: 'satellite', delivery: ONE_BY_ONE, format: ownTracks('android', 2) },
  }),
];

const otherModels: TrackerModel[] = [
  model(
    'gpslogger',
    'GPSLogger for Android',
    'PreferenceHelper.java of mendhak/gpslogger: every 60 s, no distance, accuracy of 40 m at most. Names and the ISO time: ' +
      'a log in the README of jn0/tracker, and the placeholders in GPSLogger’s own tests of its custom URL; speed in m/s.',
    {
      ...{ sampling: everyInterval(MINUTE_MS), receiver: 'satellite', filterM: 40 },
      ...{ delivery: ONE_BY_ONE, format: gpsLogger },
    },
  ),
  model(
    'overland-ios',
    'Overland for iOS',
    'README of aaronpk/Overland-iOS: up to one point a second while moving, several minutes between points while standing, 200 points ' +
      'a batch, sent at an interval of the user (here 1 min); a batch without the answer {"result":"ok"} is sent again at the next ' +
      'interval. Points hop around at night: Overland-iOS issue 164.',
    {
      ...{
        sampling: everyInterval(2000, { afterMs: 30_000, everyMs: 4 * MINUTE_MS }),
        receiver: 'satellite',
        format: overland,
      },
      delivery: { order: 'oldest-first', batch: 200, everyMs: MINUTE_MS, retryMs: MINUTE_MS },
      clearsOn: 'result-ok',
    },
  ),
  model(
    'unit-5min-4h',
    'Trailer unit with a battery, through a Traccar server',
    `Teltonika wiki, “TAT100 Tracking settings” (periods on move and on stop, up to 3 min until a fix after sleep). ${FORWARD_SOURCE}`,
    {
      sampling: movingAndParked({
        movingMs: 5 * MINUTE_MS,
        parkedMs: 4 * HOUR_MS,
        distanceM: 0,
        angleDeg: 0,
        wakeS: [20, 180],
      }),
      ...{ receiver: 'satellite', delivery: ONE_BY_ONE, format: traccarForward },
    },
  ),
  model(
    'teltonika-defaults',
    'Teltonika unit on the truck’s power, through a Traccar server',
    'Teltonika wiki, “Data Acquisition” parameters: moving 300 s, 100 m or 10 degrees, on stop 3600 s, records sent every 120 s. ' +
      FORWARD_SOURCE,
    {
      sampling: movingAndParked({
        movingMs: 5 * MINUTE_MS,
        parkedMs: HOUR_MS,
        distanceM: 100,
        angleDeg: 10,
        wakeS: [0, 5],
      }),
      ...{ receiver: 'satellite', format: traccarForward },
      delivery: { order: 'oldest-first', batch: 1, everyMs: 120_000, retryMs: 1000 },
    },
  ),
  model(
    'newest-first-unit',
    'Unit that sends the newest record first, through a Traccar server',
    `traccar issue 1490: some devices send the most recent position first when they are online again, then the older ones. ${FORWARD_SOURCE}`,
    {
      ...{
        sampling: everyInterval(10_000, { afterMs: 5 * MINUTE_MS, everyMs: Number.POSITIVE_INFINITY }),
        receiver: 'satellite',
        format: traccarForward,
      },
      delivery: { order: 'newest-first', batch: 1, everyMs: 0, retryMs: 1000 },
    },
  ),
];

const unusualModels: TrackerModel[] = [
  model(
    'owntracks-ios-encrypted',
    'OwnTracks for iOS with an encryption key, significant changes',
    `OwnTracks Booklet, “Payload encryption”: libsodium’s secretbox, the key padded with zeros. ${OWNTRACKS_SOURCE}`,
    {
      sampling: significantChanges({ distanceM: 500, intervalMs: 5 * MINUTE_MS, lookMs: 30_000, pingHours: [1, 5] }),
      ...{ receiver: 'network', delivery: ONE_BY_ONE, format: encryptedOwnTracks },
    },
  ),
  model(
    'fluent-bit-gzip',
    'Fluent Bit on a truck’s computer, with compress gzip',
    'Fluent Bit, output “HTTP”: JSON in batches at a flush interval, here a minute; compress gzip sets Content-Encoding; a failed ' +
      'chunk is sent again after a backoff.',
    {
      ...{ sampling: everyInterval(10_000), receiver: 'satellite', format: gzippedBatch },
      delivery: { order: 'oldest-first', batch: 60, everyMs: MINUTE_MS, retryMs: 10_000 },
    },
  ),
  model(
    'dotnet-byte-order-mark',
    'Program in .NET on a truck’s computer, every 30 s',
    'Reports on .NET clients whose writers begin JSON bodies with a byte order mark: Yardarm pull request 130, Jayrock issue 49.',
    {
      ...{ sampling: everyInterval(30_000), receiver: 'satellite' },
      ...{ delivery: ONE_BY_ONE, format: jsonWithMark },
    },
  ),
  model(
    'sendlocation-decimal-commas',
    'SendLocation for iOS on a phone with decimal commas, every 60 s',
    'wp-plugin-trackserver issue 12: the app writes lat=53,0792962 in the language of the phone, and receivers lose all decimals.',
    {
      ...{ sampling: everyInterval(MINUTE_MS), receiver: 'satellite' },
      ...{ delivery: ONE_BY_ONE, format: sendLocation },
    },
  ),
  model(
    'traccar-server-hub',
    'Traccar server that forwards all its units to one address',
    `One forward.url for all devices, the unit named by uniqueId alone. ${FORWARD_SOURCE}`,
    {
      sampling: movingAndParked({
        ...{ movingMs: MINUTE_MS, parkedMs: HOUR_MS, distanceM: 100, angleDeg: 10, wakeS: [0, 5] },
      }),
      ...{ receiver: 'satellite', delivery: ONE_BY_ONE, format: traccarHub },
    },
  ),
];

/** Fixed intervals. The fast ones have the truck's power: they turn off 10 min after its last motion. */
const TRUCK_POWER = { afterMs: 10 * MINUTE_MS, everyMs: Number.POSITIVE_INFINITY };
const INTERVALS = [
  { name: 'interval-2hz', everyMs: 500, rest: TRUCK_POWER },
  { name: 'interval-1s', everyMs: 1000, rest: TRUCK_POWER },
  { name: 'interval-10s', everyMs: 10_000, rest: TRUCK_POWER },
  { name: 'interval-60s', everyMs: MINUTE_MS, rest: undefined },
] as const;

const intervalModels: TrackerModel[] = INTERVALS.map(({ name, everyMs, rest }) =>
  model(
    name,
    `Device with a fixed interval of ${everyMs / 1000} s`,
    'traccar.org “OsmAnd”: parameters of a query, as firmware and scripts send them; a receiver gives 1 to 10 positions a second.',
    {
      ...{ sampling: everyInterval(everyMs, rest), receiver: 'satellite' },
      ...{ delivery: ONE_BY_ONE, format: osmAndQuery },
    },
  ),
);

/** All models. */
export const TRACKER_MODELS: readonly TrackerModel[] = [
  ...traccarModels,
  ...ownTracksModels,
  ...otherModels,
  ...unusualModels,
  ...intervalModels,
];

/** @throws RangeError for an unknown name */
export const trackerModel = (name: string): TrackerModel => {
  const found = TRACKER_MODELS.find((each) => each.name === name);
  if (!found)
    throw new RangeError(
      `There is no tracker model "${name}". Use one of: ${TRACKER_MODELS.map((each) => each.name).join(', ')}`,
    );
  return found;
};

/** Devices that go with one trailer: a phone and a unit, for example. */
export type TrailerDevice = { model: TrackerModel; device?: Device };

/** Returns the posts of all devices of a trailer, in the order of time. A further device leaves the posts of the others unchanged. */
export const postsOfTrailer = (trajectory: Trajectory, devices: readonly TrailerDevice[], random: Random): Post[] =>
  devices
    .flatMap(({ model: each, device }, i) => each.posts(trajectory, random.fork(`${i}/${each.name}`), device))
    .sort((one, other) => one.at - other.at);
