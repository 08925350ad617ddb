import {
  CUSTOMER_STAGES,
  type CustomerStage,
  JOB_KINDS,
  JOB_OUTCOMES,
  JOB_STATUSES,
  type JobKind,
  type JobOutcome,
  type JobStatus,
  SILENCE_CAUSES,
  type SilenceCause,
} from '@qdn/domain';
import { isActive } from '@qdn/domain/job-status';

/** The company that the customer can call and text, and its clock. Phones are E.164; `timeZone` is an IANA name. */
export type Company = { name: string; phone: string; textNumber: string; timeZone: string };

/** Position of the job's leading trailer: WGS 84 degrees, `at` epoch ms, metres, m/s, degrees clockwise from true north. */
export type Position = {
  trailerId: string | null;
  lat: number;
  lon: number;
  at: number;
  accuracyM: number | null;
  speedMps: number | null;
  headingDeg: number | null;
  /** The likely cause of its silence. */
  cause: SilenceCause | null;
};

/** The customer's site. Stops of the company's own are not shown. */
export type TrackedStop = { kind: string; ring: Ring };
/** A place, and the metres around it in which a trailer has arrived. */
export type Ring = { lat: number; lon: number; radiusM: number };
export type TrailPoint = { lat: number; lon: number; at: number };
/** Epoch ms, and the road metres left. As many arrivals are before `likely` as after. */
export type Arrival = { earliest: number; likely: number; latest: number; distanceM: number };

/** The trailers of several that are done, and the time of the last of them, epoch ms. */
export type TrailersDone = { count: number; at: number };

/** The page's knowledge of a job: the `jobLocation` answer with its times in epoch ms. `since`: from then on the stage holds. */
export type Tracking = {
  jobId: string;
  kind: JobKind;
  status: JobStatus;
  stage: CustomerStage;
  since: number;
  stages: CustomerStage[];
  outcome: JobOutcome;
  scheduledFor: number | null;
  trailerCount: number;
  trailersDone: TrailersDone | null;
  serverTime: number;
  company: Company;
  stop: TrackedStop | null;
  position: Position | null;
  trail: TrailPoint[];
  eta: Arrival | null;
};

/** The page has no room for the generated validator (48 KB); this reads the fields it shows and refuses what is not there. */
class Unreadable extends Error {}

type Fields = Partial<Record<string, unknown>>;

const fields = (value: unknown): Fields => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Unreadable();
  return value;
};
const text = (value: unknown): string => {
  if (typeof value !== 'string') throw new Unreadable();
  return value;
};
const number = (value: unknown): number => {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Unreadable();
  return value;
};
const time = (value: unknown): number => number(Date.parse(text(value)));
const orNull =
  <T>(read: (value: unknown) => T) =>
  (value: unknown): T | null =>
    value === null || value === undefined ? null : read(value);
const oneOf = <T extends string>(known: readonly T[], value: unknown): T => {
  const found = known.find((each) => each === value);
  if (found === undefined) throw new Unreadable();
  return found;
};

const readCompany = (value: unknown): Company => {
  const { name, phone, textNumber, timeZone } = fields(value);
  return { name: text(name), phone: text(phone), textNumber: text(textNumber), timeZone: text(timeZone) };
};

/** Reads the customer's site; null for a stop without a place, as in an answer from before those were left out. */
const readStop = (value: unknown): TrackedStop | null => {
  const { kind, lat, lon, radiusM, customerSite } = fields(value);
  if (customerSite !== true || typeof lat !== 'number' || typeof lon !== 'number' || typeof radiusM !== 'number')
    return null;
  return { kind: text(kind), ring: { lat, lon, radiusM } };
};

const readTrailersDone = (value: unknown): TrailersDone => {
  const { count, at } = fields(value);
  return { count: number(count), at: time(at) };
};

const readStages = (value: unknown): CustomerStage[] => {
  if (!Array.isArray(value)) throw new Unreadable();
  return value.map((stage: unknown) => oneOf(CUSTOMER_STAGES, stage));
};

const readPosition = (value: unknown): Position => {
  const { trailerId, lat, lon, at, accuracyM, speedMps, headingDeg, cause } = fields(value);
  return {
    trailerId: typeof trailerId === 'string' ? trailerId : null,
    lat: number(lat),
    lon: number(lon),
    at: time(at),
    accuracyM: orNull(number)(accuracyM),
    speedMps: orNull(number)(speedMps),
    headingDeg: orNull(number)(headingDeg),
    cause: SILENCE_CAUSES.find((known) => known === cause) ?? null,
  };
};

const readTrail = (value: unknown): TrailPoint[] => {
  if (!Array.isArray(value)) throw new Unreadable();
  return value.map((point: unknown) => {
    if (!Array.isArray(point)) throw new Unreadable();
    return { lat: number(point[0]), lon: number(point[1]), at: number(point[2]) };
  });
};

const readArrival = (value: unknown): Arrival => {
  const { earliest, likely, latest, distanceM } = fields(value);
  const [from, to] = [time(earliest), time(latest)];
  // An answer from before there was one: half way.
  return { earliest: from, likely: orNull(time)(likely) ?? (from + to) / 2, latest: to, distanceM: number(distanceM) };
};

/**
 * An answer of `GET /api/jobs/{job_id}/location`, or null when it is not one. Takes everything that the `jobLocation`
 * schema allows, and fields it does not know.
 */
export const parseTracking = (value: unknown): Tracking | null => {
  try {
    const answer = fields(value);
    return {
      jobId: text(answer['jobId']),
      kind: oneOf(JOB_KINDS, answer['kind']),
      status: oneOf(JOB_STATUSES, answer['status']),
      stage: oneOf(CUSTOMER_STAGES, answer['stage']),
      since: time(answer['stageSince']),
      stages: readStages(answer['stages']),
      outcome: oneOf(JOB_OUTCOMES, answer['outcome']),
      scheduledFor: orNull(time)(answer['scheduledFor']),
      trailerCount: number(answer['trailerCount']),
      trailersDone: orNull(readTrailersDone)(answer['trailersDone']),
      serverTime: time(answer['serverTime']),
      company: readCompany(answer['company']),
      stop: orNull(readStop)(answer['stop']),
      position: orNull(readPosition)(answer['position']),
      trail: readTrail(answer['trail']),
      eta: orNull(readArrival)(answer['eta']),
    };
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
};

/** Tells whether the job has ended: then the page stops asking. */
export const isOver = ({ status }: Tracking): boolean => !isActive(status);
