import type { Wire } from '@qdn/contracts';
import type { Place } from '@qdn/domain';
import { LOPEZ, LOPEZ_TO_LANDFILL, YARD_TO_LOPEZ } from '@qdn/domain/testing/austin-roads';

/*
 * An answer of the API for every state of the page. All of one morning in Austin: a trailer comes up Airport Boulevard to a
 * site in Hyde Park.
 */

export type JobLocation = Wire<'jobLocation'>;

/** Thursday, 5 March 2026, 2:12 PM at the site. */
export const NOW = Date.parse('2026-03-05T20:12:00Z');

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const SITE = { kind: 'drop_off', ...LOPEZ, radiusM: 80, customerSite: true } as const;
const PICKUP = { ...SITE, kind: 'pickup' } as const;
/** Points of Highway 290 that the page shows of the way to the landfill. */
const HIGHWAY_290_POINTS = 20;
const HIGHWAY_290 = LOPEZ_TO_LANDFILL.slice(0, HIGHWAY_290_POINTS);

const iso = (at: number) => new Date(at).toISOString();

type Drive = { road: readonly Place[]; upTo: number; ageS?: number; speedMps?: number | null };

/** Position and trail of a trailer that passed a point of the road every 20 s. */
const driven = (
  now: number,
  { road, upTo, ageS = 4, speedMps = 12 }: Drive,
): Pick<JobLocation, 'position' | 'trail'> => {
  const at = now - ageS * SECOND;
  const passed = road.slice(0, upTo);
  const { lat, lon } = passed.at(-1) ?? { lat: 0, lon: 0 };
  const before = passed.at(-2) ?? { lat, lon };
  const headingDeg =
    (Math.atan2((lon - before.lon) * Math.cos((lat * Math.PI) / 180), lat - before.lat) * 180) / Math.PI;
  return {
    position: {
      trailerId: 'T1',
      lat,
      lon,
      at: iso(at),
      ageS,
      freshness: ageS < 60 ? 'live' : ageS <= 900 ? 'recent' : 'lost',
      cause: ageS < 60 ? null : 'no_signal',
      accuracyM: 12,
      speedMps,
      headingDeg: (headingDeg + 360) % 360,
    },
    trail: passed.map((point, i) => [point.lat, point.lon, at - (passed.length - 1 - i) * 20 * SECOND]),
  };
};

const arrival = (now: number, from: number, to: number, distanceM: number): Pick<JobLocation, 'eta'> => ({
  eta: {
    earliest: iso(now + from * MINUTE),
    likely: iso(now + ((from + to) / 2) * MINUTE),
    latest: iso(now + to * MINUTE),
    distanceM,
    reason: 'straight line and the pace of our own drives, and the pace of the last minutes',
    basis: 'learned',
    after: [],
    asOf: iso(now - 4 * SECOND),
  },
});

const base = (now: number): JobLocation => ({
  jobId: 'QDN-1042',
  kind: 'dump_and_return',
  status: 'in_transit',
  statusSince: iso(now - 12 * MINUTE),
  stage: 'on_the_way',
  stageSince: iso(now - 12 * MINUTE),
  stages: ['scheduled', 'on_the_way', 'at_site', 'away', 'on_the_way_back', 'done'],
  outcome: 'returned',
  scheduledFor: iso(now - 30 * MINUTE),
  trailerCount: 1,
  trailersDone: null,
  trailers: [{ trailerId: 'T1', state: 'moving', freshness: 'live', ageS: 4, cause: null }],
  serverTime: iso(now),
  company: {
    name: 'QuickDumpNow',
    phone: '+15125550100',
    textNumber: '+15125550142',
    timeZone: 'America/Chicago',
  },
  stop: SITE,
  position: null,
  trail: [],
  eta: null,
});

/** A stage that began some minutes ago, with the job's status then. */
const since = (
  now: number,
  stage: JobLocation['stage'],
  minutes: number,
  status: JobLocation['status'] = 'in_transit',
): Pick<JobLocation, 'stage' | 'stageSince' | 'status' | 'statusSince'> => {
  const at = iso(now - minutes * MINUTE);
  return { stage, stageSince: at, status, statusSince: at };
};

/** A kind of job whose trailer does not return. */
const oneWay = (
  kind: JobLocation['kind'],
  outcome: JobLocation['outcome'],
): Pick<JobLocation, 'kind' | 'outcome' | 'stages'> => ({
  kind,
  outcome,
  stages: ['scheduled', 'on_the_way', 'at_site', 'done'],
});

const onTheWay = (now: number): JobLocation => ({
  ...base(now),
  ...driven(now, { road: YARD_TO_LOPEZ, upTo: 19 }),
  ...arrival(now, 13, 23, 7240),
});

const STATES = {
  scheduled: (now) => ({
    ...base(now),
    ...since(now, 'scheduled', 26 * 60, 'scheduled'),
    scheduledFor: iso(Date.parse('2026-03-07T15:00:00Z')),
  }),
  'under-way': (now) => ({ ...base(now), ...since(now, 'under_way', 12), stop: null }),
  'on-the-way': onTheWay,
  'to-pick-up': (now) => ({ ...onTheWay(now), ...oneWay('final_pickup', 'picked_up'), stop: PICKUP }),
  nearby: (now) => ({
    ...base(now),
    ...driven(now, { road: YARD_TO_LOPEZ, upTo: 35, speedMps: 8 }),
    ...arrival(now, 0, 3, 610),
  }),
  'at-site': (now) => ({
    ...base(now),
    ...since(now, 'at_site', 7, 'at_site'),
    ...driven(now, { road: YARD_TO_LOPEZ, upTo: 38, ageS: 20, speedMps: 0 }),
  }),
  away: (now) => ({ ...base(now), ...since(now, 'away', 6, 'en_route_to_next'), stop: null }),
  'on-the-way-back': (now) => ({
    ...base(now),
    ...since(now, 'on_the_way_back', 12, 'en_route_to_next'),
    ...driven(now, { road: [...HIGHWAY_290].reverse(), upTo: 12 }),
    ...arrival(now, 6, 11, 3200),
  }),
  back: (now) => ({
    ...base(now),
    ...since(now, 'back', 7, 'at_site'),
    ...driven(now, { road: YARD_TO_LOPEZ, upTo: 38, ageS: 20, speedMps: 0 }),
  }),
  'after-last-stop': (now) => ({ ...base(now), ...since(now, 'done', 6, 'en_route_to_next'), stop: null }),
  completed: (now) => ({ ...base(now), ...since(now, 'done', 22, 'completed'), stop: null }),
  delivered: (now) => ({
    ...base(now),
    ...oneWay('delivery', 'delivered'),
    ...since(now, 'done', 7, 'completed'),
    stop: null,
  }),
  swapped: (now) => ({
    ...base(now),
    ...oneWay('exchange', 'swapped'),
    ...since(now, 'done', 7, 'en_route_to_next'),
    stop: null,
  }),
  'picked-up': (now) => ({
    ...base(now),
    ...oneWay('final_pickup', 'picked_up'),
    ...since(now, 'done', 7, 'en_route_to_next'),
    stop: null,
  }),
  failed: (now) => ({
    ...base(now),
    ...oneWay('delivery', 'delivered'),
    ...since(now, 'failed', 7, 'failed'),
    stop: null,
  }),
  cancelled: (now) => ({ ...base(now), ...since(now, 'cancelled', 22, 'cancelled'), stop: null }),
  'no-position': base,
  recent: (now) => ({
    ...base(now),
    ...driven(now, { road: YARD_TO_LOPEZ, upTo: 19, ageS: 260 }),
    ...arrival(now, 10, 24, 7240),
  }),
  imprecise: (now) => {
    const { position, trail } = driven(now, { road: YARD_TO_LOPEZ, upTo: 31, ageS: 20, speedMps: null });
    const imprecise = position && { ...position, accuracyM: 250, headingDeg: null };
    return { ...base(now), position: imprecise, trail, ...arrival(now, 2, 9, 1610) };
  },
  lost: (now) => ({ ...base(now), ...driven(now, { road: YARD_TO_LOPEZ, upTo: 19, ageS: 41 * 60 }) }),
  'several-trailers': (now) => ({
    ...onTheWay(now),
    ...oneWay('exchange', 'swapped'),
    jobId: 'QDN-1043',
    trailerCount: 2,
  }),
  'one-of-two': (now) => ({
    ...onTheWay(now),
    ...oneWay('delivery', 'delivered'),
    trailerCount: 2,
    trailersDone: { count: 1, at: iso(now - 52 * MINUTE) },
  }),
} satisfies Record<string, (now: number) => JobLocation>;

export type StateName = keyof typeof STATES;
export const STATE_NAMES = Object.keys(STATES).filter((name): name is StateName => name in STATES);

/** The answer in a state. @param now the server's time, epoch ms */
export const answerIn = (state: StateName, now: number = NOW): JobLocation => STATES[state](now);

/** On the way, further along the road: `upTo` counts its points, 2 to 38. */
export const onTheWayAt = (upTo: number, now: number): JobLocation => ({
  ...onTheWay(now),
  ...driven(now, { road: YARD_TO_LOPEZ, upTo }),
});
