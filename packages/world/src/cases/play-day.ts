import type { LatLon } from '../geography/index.ts';
import { boardWatchOf } from '../office/board-watch.ts';
import type { BookingChange } from '../office/bookings.ts';
import { devicePosts } from '../office/devices.ts';
import { eventQueue } from '../office/event-queue.ts';
import { officeOf } from '../office/office.ts';
import { pageViewsOf } from '../office/page-views.ts';
import { randomFrom } from '../random.ts';
import { isCustomerStop } from '../score/job-truth.ts';
import { type EventSource, play, type WorldEvent } from '../script.ts';
import type { HttpResponse, OpenSystem } from '../system.ts';
import { dayClock } from './day-clock.ts';
import { bookingsOfDay, companyOfDay, devicesOfDay, phonesOfDay, zoneOf } from './day-company.ts';
import { dayMap, driveDayFile } from './day-drives.ts';
import { type DayFacts, type DayVerdict, judgeDay } from './day-verdicts.ts';
import type { Day } from './days.ts';
import type { RecordedDrive } from './drives.ts';

/** Time after the last step in which the system may still act, in ms. */
const AFTERGLOW_MS = 5 * 60_000;

type Question = { at: number; trailerId: string };

/** Asks for the state of a trailer, as the team does. */
const trailerQuestions = (day: Day, clock: (time: string) => number) => {
  const answers = new Map<string, HttpResponse>();
  const asked = new Map<WorldEvent, Question>();
  const queue = eventQueue<Question>(
    day.expect.flatMap((each) => (each.that === 'last place' ? [{ at: clock(each.at), trailerId: each.trailer }] : [])),
  );
  const source: EventSource = {
    nextAt: queue.nextAt,
    take: (now) =>
      queue.takeUntil(now).map((question) => {
        const event: WorldEvent = {
          ...{ at: now, kind: 'request', subject: { audience: 'operator' } },
          purpose: { kind: 'board', id: question.trailerId },
          requestWith: (token) => ({
            ...{ method: 'GET', path: `/api/trailers/${question.trailerId}` },
            headers: { authorization: `Bearer ${token}` },
          }),
        };
        asked.set(event, question);
        return event;
      }),
    onResponse: (event, response) => {
      const question = asked.get(event);
      if (question) answers.set(`${question.trailerId}/${question.at}`, response);
    },
  };
  return { source, answers };
};

/** Sends the texts of people. A name of a customer stands for their phone. */
const textsOf = (day: Day, clock: (time: string) => number): EventSource => {
  const phones = phonesOfDay(day);
  const { textNumber: to, dispatchers } = companyOfDay(day);
  const numberOf = (name: string): string =>
    phones.get(name) ?? dispatchers.find(({ id }) => id === name)?.phone ?? name;
  const queue = eventQueue<WorldEvent>(
    (day.texts ?? []).map(({ at, from, body }) => ({
      ...{ at: clock(at), kind: 'text', text: { from: numberOf(from), to, body, media: [] } },
      purpose: { kind: 'said', id: from },
    })),
  );
  return { nextAt: queue.nextAt, take: (now) => queue.takeUntil(now) };
};

/** Changes that the office makes by hand in the day, by job. */
const actsOf = (day: Day, clock: (time: string) => number): ReadonlyMap<string, BookingChange[]> => {
  const acts = (day.office ?? []).map(({ at, job, set: { scheduledFor, ...set } }) => ({
    job,
    change: {
      ...{ at: clock(at), reason: 'by-hand' as const },
      body: { ...set, ...(scheduledFor ? { scheduledFor: new Date(clock(scheduledFor)).toISOString() } : {}) },
    },
  }));
  return new Map([...Map.groupBy(acts, ({ job }) => job)].map(([job, own]) => [job, own.map(({ change }) => change)]));
};

/** Yards of a day's company: any customer may know where they are. */
const yardsOf = (day: Day): LatLon[] =>
  Object.entries(day.company ?? {}).flatMap(([name, kind]) => (kind === 'yard' ? [dayMap(day).placeOf(name)] : []));

/** Result of a day: a verdict for each expectation. */
export type DayResult = { id: string; story: string; verdicts: readonly DayVerdict[] };

/** Plays a day on a new system and judges each expectation. `drives` are recorded drives by their ID. */
export const playDay = async (
  day: Day,
  open: OpenSystem,
  { seed = 1, drives = [] }: { seed?: number; drives?: readonly RecordedDrive[] } = {},
): Promise<DayResult> => {
  const random = randomFrom(`${seed}/${day.id}`);
  const zone = zoneOf(day);
  const clock = dayClock(day.date, zone);
  const [startAt, until] = [clock(day.from), clock(day.to)];
  const recorded = new Map(drives.map((drive) => [drive.id, drive]));
  const driven = driveDayFile(day, recorded, random.fork('drives'));
  const truths = driven.map(({ truth }) => truth);
  const acts = actsOf(day, clock);
  const bookings = bookingsOfDay(day).map((booking) => ({ ...booking, changes: acts.get(booking.jobId) ?? [] }));
  const office = officeOf({ bookings, timeZone: zone, habit: 'never' }, random.fork('office'));
  const posts = devicePosts(devicesOfDay(day, random.fork('devices')), random.fork('posts'));
  const views = pageViewsOf({ ...posts, isBooked: office.isBooked }, random.fork('views'));
  const watch = boardWatchOf({ startAt, until, everyMs: 30_000 });
  posts.load(new Map(driven.map(({ trailerId, trajectory }) => [trailerId, trajectory])));
  views.load(truths);
  views.lookAt(day.expect.flatMap((each) => (each.that === 'page' ? [{ at: clock(each.at), jobId: each.job }] : [])));
  watch.load(truths);
  watch.readAt(
    bookings.map(({ jobId }) => jobId),
    [until - 60_000, ...day.expect.flatMap((each) => ('at' in each ? [clock(each.at)] : []))],
  );
  const questions = trailerQuestions(day, clock);
  const system = await open({ company: companyOfDay(day), startAt, seed, faults: 'none' });
  try {
    const sources = [office, posts, views, watch, questions.source, textsOf(day, clock)];
    await play(system, sources, { until: until + AFTERGLOW_MS });
    const customers = new Map(
      bookings.map(({ jobId, customer, stops }) => {
        const site = stops.find(({ kind }) => isCustomerStop(kind)) ?? stops[0];
        return [jobId, { phone: customer.phone, place: site?.truePlace ?? { lat: 0, lon: 0 } }];
      }),
    );
    const facts: DayFacts = {
      ...{ truths, bookedJobIds: [...customers.keys()], sightings: watch.sightings(), presses: office.presses() },
      ...{
        customers,
        texts: system.sentTexts(),
        views: views.views(),
        kinds: companyOfDay(day).noticeKinds as DayFacts['kinds'],
      },
      ...{
        timeZone: zone,
        openPlaces: yardsOf(day),
        scheduled: new Map(),
        paces: new Map(),
        posts: posts.counts(),
        refusals: office.refusals(),
      },
      ...{ clock, placeOf: dayMap(day).placeOf, phones: phonesOfDay(day), company: companyOfDay(day) },
      trailerAnswers: questions.answers,
    };
    return { id: day.id, story: day.story, verdicts: day.expect.map((expectation) => judgeDay(expectation, facts)) };
  } finally {
    await system.close();
  }
};
