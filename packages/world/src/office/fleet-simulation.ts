import { buildTown, type LatLon, type Town } from '../geography/index.ts';
import type { Random } from '../random.ts';
import { randomFrom } from '../random.ts';
import { type AnswerFacts, judgeAnswers } from '../score/answers.ts';
import { isCustomerStop } from '../score/job-truth.ts';
import { type JobFacts, judgeJobs } from '../score/jobs.ts';
import { judgeNotices, type Notice, type NoticeFacts } from '../score/notices.ts';
import { judgeRanges, type RangeFacts } from '../score/ranges.ts';
import type { Figure } from '../score/scoreboard.ts';
import type { EventSource } from '../script.ts';
import type { System, WorldCompany } from '../system.ts';
import {
  type Chances,
  driveFleet,
  type FleetDay,
  midnightsOf,
  planFleet,
  type Truth,
  USUAL_CHANCES,
} from '../trucks/index.ts';
import { boardWatchOf } from './board-watch.ts';
import { type Booking, bookingsOf } from './bookings.ts';
import { devicePosts, drawFleetDevices, type FleetDevice, type PostCounts, paceOf, wrongClocksOf } from './devices.ts';
import { officeOf, type PressHabit } from './office.ts';
import { pageViewsOf } from './page-views.ts';
import { type KeptPositions, positionChecksOf } from './position-checks.ts';
import { statusAsksOf } from './status-asks.ts';

export type FleetSimulationOptions = {
  seed: number | string;
  trailers: number;
  days: number;
  /** Local midnight at which the first day begins, epoch ms. */
  firstMidnight: number;
  timeZone?: string;
  habit?: PressHabit;
  chances?: Chances;
  /** Names of tracker models; without them those of a usual fleet. */
  models?: readonly string[];
  /** Time between two looks at the team's board, in ms: the measure sees a status up to this late. */
  boardEveryMs?: number;
  /** Town and days of an earlier simulation with the same options, which are not driven again. */
  driven?: { town: Town; days: readonly FleetDay[] };
};

/** The jobs of a fleet for some days: its company, its sources of events, and its judges. */
export type FleetSimulation = {
  town: Town;
  company: WorldCompany;
  startAt: number;
  until: number;
  bookings: readonly Booking[];
  devices: readonly FleetDevice[];
  /** Pass them to `play` in this order. */
  sources: readonly EventSource[];
  truths(): readonly Truth[];
  /** Returns the true place of a trailer at a time of the day that is driven; null at other times. */
  placeAt(trailerId: string, at: number): LatLon | null;
  posts(): PostCounts;
  /** Requests of the office that the system refused, by purpose and status. */
  refusals(): Readonly<Record<string, number>>;
  facts(system: System): FleetFacts;
};

export type FleetFacts = JobFacts & NoticeFacts & RangeFacts & AnswerFacts & { posts: PostCounts; kept: KeptPositions };

const ALL_NOTICES: readonly Notice[] = ['on-the-way', 'arriving-soon', 'arrived', 'completed', 'delayed'];
/** Days after the end of which jobs are booked already. */
const BOOKED_AHEAD_DAYS = 14;
const DAY_MS = 24 * 3_600_000;

/** Returns a company that works in a town. */
export const companyOfTown = (town: Town, trailerIds: readonly string[], timeZone: string): WorldCompany => ({
  name: 'QuickDumpNow',
  textNumber: '+15125550142',
  timeZone,
  jobPrefix: 'QDN',
  dispatchers: [
    { id: 'dana', name: 'Dana', phone: '+15125550171' },
    { id: 'luis', name: 'Luis', phone: '+15125550172', quietHours: { from: '21:00', to: '07:00' } },
  ],
  operator: '+15125550180',
  trailerIds: [...trailerIds],
  stops: [town.yard, ...town.sitesOf('dump')].map(({ id, kind, addressLine, place }) => ({
    ...{ id, kind: kind === 'yard' ? ('yard' as const) : ('dump_site' as const), address: addressLine, place },
    radiusM: 150,
  })),
  noticeKinds: ALL_NOTICES,
  cascade: { order: 'all', minutes: 15 },
});

const customersOf = (bookings: readonly Booking[]): NoticeFacts['customers'] =>
  new Map(
    bookings.map(({ jobId, customer, stops }) => {
      const site = stops.find(({ kind }) => isCustomerStop(kind)) ?? stops[0];
      return [jobId, { phone: customer.phone, place: site?.truePlace ?? { lat: 0, lon: 0 } }];
    }),
  );

/** The promised time of each job after all changes, epoch ms. */
const scheduledOf = (bookings: readonly Booking[]): RangeFacts['scheduled'] =>
  new Map(
    bookings.map(({ jobId, scheduledFor, changes }) => {
      const moved = changes.findLast(({ reason }) => reason === 'time')?.body['scheduledFor'];
      return [jobId, typeof moved === 'string' ? Date.parse(moved) : (scheduledFor ?? 0)];
    }),
  );

/** Simulates the jobs of a fleet: office, trailers with their devices, and customers who look at their page. */
export const simulateFleet = (options: FleetSimulationOptions): FleetSimulation => {
  const { seed, trailers, days, firstMidnight, timeZone = 'America/Chicago', habit = 'never' } = options;
  const { chances = USUAL_CHANCES, models } = options;
  const random: Random = randomFrom(seed);
  const town = options.driven?.town ?? buildTown(random.fork('town'));
  const trailerIds = Array.from({ length: trailers }, (_, i) => `T${i + 1}`);
  const fleet = { trailerIds, firstMidnight, days, chances, timeZone };
  const plans = planFleet(town, { ...fleet, days: days + BOOKED_AHEAD_DAYS }, random.fork('fleet'));
  const until = midnightsOf(firstMidnight, days, timeZone).at(-1) ?? firstMidnight;
  const booking = { startAt: firstMidnight, timeZone, jobPrefix: 'QDN' };
  const all = bookingsOf(plans, booking, random.fork('bookings'));
  const bookings = all.filter(({ bookedAt }) => bookedAt < until);
  const devices = drawFleetDevices(trailerIds, random.fork('devices'), models);
  const posts = devicePosts(devices, random.fork('posts'));
  const office = officeOf({ bookings, timeZone, habit }, random.fork('office'));
  const views = pageViewsOf({ ...posts, isBooked: office.isBooked }, random.fork('views'));
  const watch = boardWatchOf({ startAt: firstMidnight, until, everyMs: options.boardEveryMs });
  const customers = customersOf(bookings);
  const company = companyOfTown(town, trailerIds, timeZone);
  const asks = statusAsksOf(
    {
      ...{ textNumber: company.textNumber, timeZone, isBooked: office.isBooked },
      phoneOf: (jobId) => customers.get(jobId)?.phone ?? null,
    },
    random.fork('asks'),
  );
  const checks = positionChecksOf(trailerIds, posts);
  const truths: Truth[] = [];
  const driven: Iterator<FleetDay, unknown> =
    options.driven?.days[Symbol.iterator]() ?? driveFleet(town, fleet, random.fork('fleet'));
  let nextDay: number | null = firstMidnight;
  /** Drives the next day at its midnight, so that a month needs the memory of a day. */
  const calendar: EventSource = {
    nextAt: () => nextDay,
    take: () => {
      const result = driven.next();
      if (result.done) {
        nextDay = null;
        return [];
      }
      const day = result.value;
      const own = day.trailerDays.map(({ truth }) => truth);
      truths.push(...own);
      posts.load(new Map(day.trailerDays.map(({ trailerId, trajectory }) => [trailerId, trajectory])));
      views.load(own);
      watch.load(own);
      asks.load(own);
      checks.load(own[0]?.to ?? 0);
      office.load({ truths: own, reassignments: day.reassignments });
      const end = own[0]?.to ?? (nextDay ?? 0) + DAY_MS;
      nextDay = end < until ? end : null;
      return [];
    },
  };
  return {
    ...{ town, company, startAt: firstMidnight, until, bookings, devices },
    sources: [calendar, office, posts, views, watch, asks, checks],
    truths: () => truths,
    placeAt: posts.placeAt,
    posts: () => posts.counts(),
    refusals: () => office.refusals(),
    facts: (system) => ({
      ...{ truths, bookedJobIds: bookings.map(({ jobId }) => jobId), sightings: watch.sightings() },
      ...{ presses: office.presses(), wrongClocks: wrongClocksOf(devices), customers },
      ...{
        openPlaces: [town.yard.place],
        asks: asks.asks(),
        team: company.dispatchers.map(({ phone }) => phone),
        texts: system.sentTexts(),
        views: views.views(),
        kinds: ALL_NOTICES,
        timeZone,
        posts: posts.counts(),
        deliveries: posts.deliveries(),
        kept: checks.kept(),
      },
      scheduled: scheduledOf(bookings),
      paces: new Map(devices.map(({ trailerId, model }) => [trailerId, paceOf(model)])),
    }),
  };
};

/** Judges positions: those that were never taken, and requests that clients had to repeat. */
const judgePosts = ({ posts: { sent, accepted, repeated, lost }, kept }: FleetFacts): Figure[] => [
  {
    ...{ group: 'jobs', name: 'positions kept', value: kept.taken ? kept.kept / kept.taken : 1, of: kept.taken },
    ...{ unit: 'share', better: 'higher' },
  },
  { group: 'jobs', name: 'posts of trackers lost', value: lost, of: accepted + lost, unit: 'count', better: 'lower' },
  { group: 'jobs', name: 'posts of trackers repeated', value: repeated, of: sent, unit: 'count', better: 'lower' },
];

/** Returns all figures about jobs, notices and ranges. */
export const judgeFleet = (facts: FleetFacts): Figure[] => [
  ...judgeJobs(facts),
  ...judgePosts(facts),
  ...judgeNotices(facts),
  ...judgeAnswers(facts),
  ...judgeRanges(facts),
];
