import { fileURLToPath } from 'node:url';
import { type EntryFormat, type FileEntry, readEntryFiles } from '../entry-files.ts';
import type { LatLon } from '../geography/index.ts';
import type { JobStatus } from '../score/observations.ts';
import { TRACKER_MODELS } from '../trackers/index.ts';
import type { JobKind, StopKind } from '../trucks/index.ts';

/** Folder of the days that this package ships. */
export const DAYS_DIRECTORY = fileURLToPath(new URL('../../days', import.meta.url));

/** Metres to the east and to the north of the middle of the day's map. */
export type MapPoint = readonly [eastM: number, northM: number];

/** A named place. The office books the geocoded point; the trailer stands at the other. */
export type DayPlace = MapPoint | { at: MapPoint; geocoded: MapPoint };

/** Local time: `9:05`, or `+1 9:05` on the next day. */
export type DayClock = string;

export type DayJob = {
  id: string;
  kind: JobKind;
  /** Name of the customer. Jobs of one name have one phone. */
  customer: string;
  trailers: readonly string[];
  stops: readonly { kind: StopKind; at: string; radiusM?: number }[];
  scheduledFor?: DayClock;
  /** Time of the booking; without it, before the day begins, in the order of the file. */
  booked?: DayClock;
};

/** A step of a trailer's day. */
export type DayStep =
  /** Stands for some minutes, or until a time. */
  | { stand: number }
  | { until: DayClock }
  /** Moves there at once: the place where the trailer is when the day begins. */
  | { start: string | MapPoint }
  | ({
      /** Drives there, straight from point to point. */
      drive: string | MapPoint;
      via?: readonly MapPoint[];
      /** Speed between stops, and the number of red lights on the way. */
      kmh?: number;
      lights?: number;
    } & DriveMeaning)
  /** Drives round the block: a square with this side in m, and returns to the same place. */
  | ({ loop: number; kmh?: number } & DriveMeaning)
  /** Follows a recorded drive by its ID, or the file beside the day. Places of the day are then on its map. */
  | ({ follow: string } & DriveMeaning);

type DriveMeaning = {
  /** The job and stop that the drive leads to. The stay that follows is the visit. */
  for?: string;
  stop?: number;
  /** A part of the way to that stop, before the trailer is there. */
  onTheWay?: boolean;
  /** A drive within a visit, after which the trailer is back. */
  outing?: boolean;
};

/** Something that someone in the office does, beside the bookings. */
export type OfficeAct = {
  at: DayClock;
  job: string;
  set: { status?: JobStatus; trailers?: readonly string[]; scheduledFor?: DayClock };
};

/** A text that someone sends to the company's number. */
export type DayText = { at: DayClock; from: string; body: string };

/** A result that a sensible person expects. `docs` explains each. */
export type DayExpectation =
  | { that: 'begins' | 'ends'; job: string; withinMin: number }
  | { that: 'arrives' | 'leaves'; job: string; stop?: number; withinMin: number }
  | { that: 'stays'; job: string; status: JobStatus; until: DayClock }
  | { that: 'is'; job: string; status: readonly JobStatus[]; at: DayClock }
  | { that: 'visits'; job: string; count: number; stop?: number }
  | { that: 'notices'; job: string; kind: string; count: number }
  | { that: 'no text'; to: string }
  | { that: 'text'; to: string; matches: string; count?: number; after?: DayClock; before?: DayClock }
  | {
      that: 'page';
      job: string;
      at: DayClock;
      position?: boolean;
      range?: boolean;
      status?: readonly JobStatus[];
      near?: string;
    }
  | { that: 'range'; job: string; share: number }
  | { that: 'fixes are under their own job' }
  | { that: 'nothing secret is shown' }
  | { that: 'posts are taken' }
  | { that: 'last place'; trailer: string; near: string; withinM: number; at: DayClock }
  | { that: 'by hand'; note: string };

/** A day with its truth and the results that it should have. */
export type Day = {
  id: string;
  story: string;
  source: { kind: string; note: string };
  date: string;
  timeZone?: string;
  from: DayClock;
  to: DayClock;
  /** Position of the middle of the map. */
  center?: LatLon;
  places: Readonly<Record<string, DayPlace>>;
  /** Places of the company. */
  company?: Readonly<Record<string, 'yard' | 'dump_site'>>;
  jobs: readonly DayJob[];
  trailers: readonly { id: string; trackers: readonly string[]; steps: readonly DayStep[] }[];
  office?: readonly OfficeAct[];
  texts?: readonly DayText[];
  expect: readonly DayExpectation[];
};

/** Thrown for days that break their format. Each line of the message names file, entry and place. */
export class DayError extends Error {
  override name = 'DayError';
}

/** Expectations that compare the system with the truth of a drive. */
const NEEDS_A_DRIVE: ReadonlySet<string> = new Set(['begins', 'arrives', 'leaves', 'ends']);
/** Names for groups of people, beside the customers of a day and phone numbers. */
const TEAM_NAMES = ['operator', 'team', 'anyone'];
/** The dispatchers of the example company, who may text. */
const DISPATCHER_IDS = ['dana', 'luis'];
const PHONE = /^\+[1-9]\d{6,14}$/;

/** Returns a sentence for each person that a day names without a job of theirs. */
const unknownPeopleOf = ({ file, entry: day }: FileEntry<Day>): string[] => {
  const customers = new Set(day.jobs.map(({ customer }) => customer));
  const named = [
    ...(day.texts ?? []).map(({ from }) => ({ name: from, others: DISPATCHER_IDS, where: '/texts' })),
    ...day.expect.flatMap((each) => ('to' in each ? [{ name: each.to, others: TEAM_NAMES, where: '/expect' }] : [])),
  ];
  return named
    .filter(({ name, others }) => !customers.has(name) && !others.includes(name) && !PHONE.test(name))
    .map(
      ({ name, others, where }) =>
        `${file}: entry ${day.id}, ${where}: "${name}" is not a customer of this day. Use ${[...customers, ...others].join(', ')}, or a phone number`,
    );
};

/** Returns names that a day uses without saying what they are. */
const unknownNamesOf = ({ file, entry: day }: FileEntry<Day>): string[] => {
  const problems: string[] = [];
  const jobs = new Set(day.jobs.map(({ id }) => id));
  const trailers = new Set(day.trailers.map(({ id }) => id));
  const check = (known: boolean, kind: string, name: string, where: string): void => {
    if (!known) problems.push(`${file}: entry ${day.id}, ${where}: there is no ${kind} "${name}" in this day`);
  };
  const isPlace = (name: string | MapPoint): boolean => typeof name !== 'string' || name in day.places;
  for (const job of day.jobs) {
    for (const { at } of job.stops) check(isPlace(at), 'place', at, `job ${job.id}`);
    for (const id of job.trailers) check(trailers.has(id), 'trailer', id, `job ${job.id}`);
  }
  const driven = new Set(
    day.trailers.flatMap(({ steps }) => steps.flatMap((step) => ('for' in step ? [step.for] : []))),
  );
  for (const { id, steps, trackers } of day.trailers) {
    for (const name of trackers)
      if (!TRACKER_MODELS.some((model) => model.name === name))
        problems.push(
          `${file}: entry ${day.id}, trailer ${id}: there is no tracker model "${name}". Use one of: ${TRACKER_MODELS.map((model) => model.name).join(', ')}`,
        );
    if (!('start' in (steps[0] ?? {})))
      problems.push(`${file}: entry ${day.id}, trailer ${id}: the first step must be {"start": …}`);
    for (const step of steps) {
      const place = 'drive' in step ? step.drive : 'start' in step ? step.start : null;
      if (place !== null) check(isPlace(place), 'place', String(place), `trailer ${id}`);
      if ('for' in step && step.for) check(jobs.has(step.for), 'job', step.for, `trailer ${id}`);
    }
  }
  for (const { job } of day.office ?? []) check(jobs.has(job), 'job', job, '/office');
  for (const expectation of day.expect) {
    if ('job' in expectation) check(jobs.has(expectation.job), 'job', expectation.job, '/expect');
    if (NEEDS_A_DRIVE.has(expectation.that) && 'job' in expectation && !driven.has(expectation.job))
      problems.push(
        `${file}: entry ${day.id}, /expect: no trailer drives for ${expectation.job}. Add a step with "for": "${expectation.job}"`,
      );
    if ('trailer' in expectation) check(trailers.has(expectation.trailer), 'trailer', expectation.trailer, '/expect');
    if ('near' in expectation && expectation.near)
      check(isPlace(expectation.near), 'place', expectation.near, '/expect');
  }
  for (const name of Object.keys(day.company ?? {})) check(isPlace(name), 'place', name, '/company');
  return problems;
};

const problemsOf = (entries: FileEntry<Day>[]): string[] => {
  const firsts = new Map<string, string>();
  const repeats = entries.flatMap(({ file, entry: { id } }) => {
    const first = firsts.get(id);
    firsts.set(id, first ?? file);
    return first ? [`${file}: entry ${id}, /id: the ID is already in use in ${first}`] : [];
  });
  return [...repeats, ...entries.flatMap(unknownNamesOf), ...entries.flatMap(unknownPeopleOf)];
};

const FORMAT: EntryFormat<Day> = {
  schema: new URL('../../schema/day.schema.json', import.meta.url),
  Refusal: DayError,
  findRepeats: problemsOf,
};

/**
 * Reads the days of a folder.
 * @throws DayError that names file, entry and place: a value outside the schema, an ID twice, an unknown place, job or trailer
 */
export const readDays = (directory: string = DAYS_DIRECTORY): Day[] => readEntryFiles(directory, FORMAT);
