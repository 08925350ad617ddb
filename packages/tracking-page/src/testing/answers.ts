import type { Wire } from '@qdn/contracts';

/*
 * An answer of the API for every state of the page. All of one morning in Austin: a trailer comes up Airport Boulevard to a
 * site in Hyde Park.
 */

export type JobLocation = Wire<'jobLocation'>;

/** Thursday, 5 March 2026, 2:12 PM at the site. */
export const NOW = Date.parse('2026-03-05T20:12:00Z');

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const SITE = { kind: 'drop_off', lat: 30.3046, lon: -97.7262, radiusM: 80, customerSite: true } as const;
/** A customer does not see where it is. */
const LANDFILL = { kind: 'dump_site', lat: null, lon: null, radiusM: null, customerSite: false } as const;

const AIRPORT_BOULEVARD: ReadonlyArray<readonly [number, number]> = [
  [30.2211, -97.6972],
  [30.2229, -97.6986],
  [30.2251, -97.7003],
  [30.2274, -97.701],
  [30.2301, -97.7007],
  [30.2331, -97.6998],
  [30.2362, -97.6988],
  [30.2391, -97.6979],
  [30.2418, -97.6969],
  [30.2442, -97.6951],
  [30.2467, -97.6934],
  [30.2494, -97.6927],
  [30.2522, -97.6928],
  [30.2549, -97.6935],
  [30.2575, -97.6945],
  [30.2602, -97.6957],
  [30.2629, -97.6969],
  [30.2657, -97.698],
  [30.2684, -97.699],
  [30.2711, -97.7001],
  [30.2738, -97.7013],
  [30.2764, -97.7028],
  [30.2789, -97.7046],
  [30.2813, -97.7065],
  [30.2837, -97.7083],
  [30.2861, -97.71],
  [30.2885, -97.7114],
  [30.291, -97.7125],
  [30.2935, -97.7134],
  [30.2958, -97.7144],
  [30.298, -97.7156],
  [30.3001, -97.7169],
  [30.302, -97.7184],
  [30.3037, -97.7199],
  [30.3051, -97.7214],
  [30.3049, -97.7232],
  [30.3043, -97.7249],
  [30.3046, -97.7262],
];
const HIGHWAY_290: ReadonlyArray<readonly [number, number]> = [
  [30.3046, -97.7262],
  [30.3064, -97.7253],
  [30.3085, -97.7242],
  [30.3106, -97.7231],
  [30.3127, -97.722],
  [30.3148, -97.721],
  [30.3169, -97.7199],
  [30.3187, -97.7184],
  [30.3197, -97.7161],
  [30.3204, -97.7135],
  [30.3211, -97.7108],
  [30.3217, -97.7081],
  [30.3221, -97.7053],
  [30.3224, -97.7024],
  [30.3227, -97.6995],
  [30.3229, -97.6966],
  [30.3231, -97.6936],
  [30.3233, -97.6906],
  [30.3236, -97.6876],
  [30.3239, -97.6846],
];

const iso = (at: number) => new Date(at).toISOString();

type Drive = { road: typeof AIRPORT_BOULEVARD; upTo: number; ageS?: number; speedMps?: number | null };

/** Position and trail of a trailer that passed a point of the road every 20 s. */
const driven = (
  now: number,
  { road, upTo, ageS = 4, speedMps = 12 }: Drive,
): Pick<JobLocation, 'position' | 'trail'> => {
  const at = now - ageS * SECOND;
  const passed = road.slice(0, upTo);
  const [lat, lon] = passed.at(-1) ?? [0, 0];
  const [beforeLat, beforeLon] = passed.at(-2) ?? [lat, lon];
  const headingDeg = (Math.atan2((lon - beforeLon) * Math.cos((lat * Math.PI) / 180), lat - beforeLat) * 180) / Math.PI;
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
    trail: passed.map(([pointLat, pointLon], i) => [pointLat, pointLon, at - (passed.length - 1 - i) * 20 * SECOND]),
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
  scheduledFor: iso(now - 30 * MINUTE),
  trailerCount: 1,
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

const onTheWay = (now: number): JobLocation => ({
  ...base(now),
  ...driven(now, { road: AIRPORT_BOULEVARD, upTo: 19 }),
  ...arrival(now, 13, 23, 7240),
});

const STATES = {
  scheduled: (now) => ({
    ...base(now),
    status: 'scheduled',
    statusSince: iso(now - 26 * 60 * MINUTE),
    scheduledFor: iso(Date.parse('2026-03-07T15:00:00Z')),
  }),
  'on-the-way': onTheWay,
  nearby: (now) => ({
    ...base(now),
    ...driven(now, { road: AIRPORT_BOULEVARD, upTo: 35, speedMps: 8 }),
    ...arrival(now, 0, 3, 610),
  }),
  'at-site': (now) => ({
    ...base(now),
    status: 'at_site',
    statusSince: iso(now - 7 * MINUTE),
    ...driven(now, { road: AIRPORT_BOULEVARD, upTo: 38, ageS: 20, speedMps: 0 }),
  }),
  'on-to-next': (now) => ({
    ...base(now),
    status: 'en_route_to_next',
    statusSince: iso(now - 6 * MINUTE),
    stop: LANDFILL,
  }),
  back: (now) => ({
    ...base(now),
    status: 'en_route_to_next',
    ...driven(now, { road: [...HIGHWAY_290].reverse(), upTo: 12 }),
    ...arrival(now, 6, 11, 3200),
  }),
  'after-last-stop': (now) => ({
    ...base(now),
    status: 'en_route_to_next',
    statusSince: iso(now - 6 * MINUTE),
    stop: null,
  }),
  completed: (now) => ({ ...base(now), status: 'completed', statusSince: iso(now - 22 * MINUTE), stop: null }),
  cancelled: (now) => ({ ...base(now), status: 'cancelled', statusSince: iso(now - 22 * MINUTE), stop: null }),
  'no-position': base,
  recent: (now) => ({
    ...base(now),
    ...driven(now, { road: AIRPORT_BOULEVARD, upTo: 19, ageS: 260 }),
    ...arrival(now, 10, 24, 7240),
  }),
  imprecise: (now) => {
    const { position, trail } = driven(now, { road: AIRPORT_BOULEVARD, upTo: 31, ageS: 20, speedMps: null });
    const imprecise = position && { ...position, accuracyM: 250, headingDeg: null };
    return { ...base(now), position: imprecise, trail, ...arrival(now, 2, 9, 1610) };
  },
  lost: (now) => ({ ...base(now), ...driven(now, { road: AIRPORT_BOULEVARD, upTo: 19, ageS: 41 * 60 }) }),
  'several-trailers': (now) => ({ ...onTheWay(now), kind: 'exchange', jobId: 'QDN-1043', trailerCount: 2 }),
} satisfies Record<string, (now: number) => JobLocation>;

export type StateName = keyof typeof STATES;
export const STATE_NAMES = Object.keys(STATES).filter((name): name is StateName => name in STATES);

/** The answer in a state. @param now the server's time, epoch ms */
export const answerIn = (state: StateName, now: number = NOW): JobLocation => STATES[state](now);

/** On the way, further along the road: `upTo` counts its points, 2 to 38. */
export const onTheWayAt = (upTo: number, now: number): JobLocation => ({
  ...onTheWay(now),
  ...driven(now, { road: AIRPORT_BOULEVARD, upTo }),
});
