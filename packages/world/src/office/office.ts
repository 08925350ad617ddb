import type { Random } from '../random.ts';
import { jobTruthsOf } from '../score/job-truth.ts';
import { type JobStatus, type Press, sightingOf } from '../score/observations.ts';
import type { EventSource, WorldEvent } from '../script.ts';
import type { HttpRequest } from '../system.ts';
import type { Reassignment } from '../trucks/fleet.ts';
import type { Truth } from '../trucks/truth.ts';
import type { Booking, BookingChange } from './bookings.ts';
import { localTimeAt, officeTimeFrom } from './clock.ts';
import { eventQueue } from './event-queue.ts';

/** Habit of pressing "arrived" and "completed" by hand. `at-days-end` completes what is still open in the evening. */
export type PressHabit = 'never' | 'at-days-end' | 'usually';

export type OfficeOptions = { bookings: readonly Booking[]; timeZone: string; habit: PressHabit };

/** The office of a company, as a source of API requests. */
export type Office = EventSource & {
  /** Hears of a day that is about to begin: the jobs that trailers hand over, and the work that someone may press. */
  load(day: { truths: readonly Truth[]; reassignments: readonly Reassignment[] }): void;
  presses(): readonly Press[];
  /** True once the system has accepted the booking of a job. */
  isBooked(jobId: string): boolean;
  /** Requests that the system refused, by purpose and status: `booking 422` → 3. */
  refusals(): Readonly<Record<string, number>>;
};

const MINUTE_MS = 60_000;
/** Probability that someone with the habit presses a status. */
const PRESSED = 0.75;
const DAYS_END_H = 17.7;

type Task = { at: number; kind: string; jobId: string; status?: JobStatus; request: HttpRequest };

const jsonRequest = (method: 'POST' | 'PATCH', path: string, token: string, body: unknown): HttpRequest => ({
  method,
  path,
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: JSON.stringify(body),
});

const TOKEN = '{token}';
const withToken = (request: HttpRequest, token: string): HttpRequest => ({
  ...request,
  headers: { ...request.headers, authorization: `Bearer ${token}` },
});

/** Returns the body with which a job is created. */
const bookingBody = (booking: Booking): Readonly<Record<string, unknown>> => ({
  id: booking.jobId,
  accountId: booking.accountId,
  kind: booking.kind,
  customer: booking.customer,
  stops: booking.stops.map(({ kind, address, place, radiusM }) => ({
    ...{ kind, address, lat: place.lat, lon: place.lon },
    ...(radiusM === undefined ? {} : { radiusM }),
  })),
  trailers: booking.trailerIds,
  ...(booking.scheduledFor === null ? {} : { scheduledFor: new Date(booking.scheduledFor).toISOString() }),
});

const patch = (at: number, kind: string, jobId: string, body: Readonly<Record<string, unknown>>): Task => ({
  ...{ at, kind, jobId },
  request: jsonRequest('PATCH', `/api/jobs/${jobId}`, TOKEN, body),
});

const press = (at: number, jobId: string, status: JobStatus, stop?: number): Task => ({
  ...patch(at, 'press', jobId, stop === undefined ? { status } : { status, currentStop: stop }),
  status,
});

/** A change of a booking. A status that someone sets by hand is a press. */
const changeTask = (jobId: string, { at, reason, body }: BookingChange): Task => {
  const task = patch(at, reason, jobId, body);
  const status = body['status'] as JobStatus | undefined;
  return reason === 'by-hand' && status ? { ...task, kind: 'press', status } : task;
};

/** Statuses that someone who hears from the driver presses, some minutes late. */
const usualPresses = (truths: readonly Truth[], timeZone: string, random: Random): Task[] =>
  [...jobTruthsOf(truths).values()].flatMap(({ jobId, setOutAt, stops, endedAt }) => {
    const own = random.fork(jobId);
    const late = (at: number): number => officeTimeFrom(at + own.between(1, 12) * MINUTE_MS, timeZone);
    const drawn = [
      press(late(setOutAt), jobId, 'in_transit'),
      ...stops.map(({ stop, arrivedAt }) => press(late(arrivedAt), jobId, 'at_site', stop)),
      ...(endedAt === null ? [] : [press(late(endedAt), jobId, 'completed')]),
    ].filter(() => own.chance(PRESSED));
    // No one presses that a job began after they pressed that it is over.
    return drawn.filter(({ at }, i) => drawn.slice(i + 1).every((later) => later.at > at));
  });

/** Opens the board in the evening for each job that is over, to complete it if it is still open. */
const eveningLooks = (truths: readonly Truth[], timeZone: string): Task[] =>
  [...jobTruthsOf(truths).values()].flatMap(({ jobId, endedAt }) => {
    if (endedAt === null) return [];
    const { hour } = localTimeAt(endedAt, timeZone);
    const evening = endedAt + Math.max(0, DAYS_END_H - hour) * 60 * MINUTE_MS;
    const request = { method: 'GET', path: `/api/jobs/${jobId}`, headers: {} } as const;
    return [{ at: officeTimeFrom(evening, timeZone), kind: 'look', jobId, request }];
  });

const OPEN: readonly JobStatus[] = ['scheduled', 'in_transit', 'at_site', 'en_route_to_next'];

/** Books, changes and cancels jobs in office hours, hands jobs to other trailers after breakdowns, and presses by its habit. */
export const officeOf = ({ bookings, timeZone, habit }: OfficeOptions, random: Random): Office => {
  const presses: Press[] = [];
  const refusals: Record<string, number> = {};
  const booked = new Set<string>();
  const tasks = new Map<WorldEvent, Task>();
  const queue = eventQueue<Task>(
    bookings.flatMap((booking) => {
      const create = jsonRequest('POST', '/api/jobs', TOKEN, bookingBody(booking));
      const { jobId, bookedAt: at, changes } = booking;
      return [{ at, kind: 'booking', jobId, request: create }, ...changes.map((change) => changeTask(jobId, change))];
    }),
  );
  const trailersOf = new Map(
    bookings.map(({ jobId, trailerIds, changes }) => {
      const changed = changes.findLast(({ reason }) => reason === 'trailers')?.body['trailers'];
      return [jobId, Array.isArray(changed) ? changed.map(String) : [...trailerIds]];
    }),
  );
  const reassign = ({ at, from, to, jobIds }: Reassignment): Task[] =>
    jobIds.map((jobId) => {
      const trailers = [...new Set((trailersOf.get(jobId) ?? []).map((id) => (id === from ? to : id)))];
      trailersOf.set(jobId, trailers);
      return patch(at, 'reassignment', jobId, { trailers: trailers.length > 0 ? trailers : [to] });
    });
  const pressesOf = (truths: readonly Truth[]): Task[] => {
    if (habit === 'usually') return usualPresses(truths, timeZone, random.fork('presses'));
    return habit === 'at-days-end' ? eveningLooks(truths, timeZone) : [];
  };
  return {
    nextAt: queue.nextAt,
    take: (now) =>
      queue.takeUntil(now).map((task) => {
        const { at, kind, jobId, request } = task;
        const event: WorldEvent = {
          ...{ at, kind: 'request', subject: { audience: 'operator' }, purpose: { kind, id: jobId } },
          requestWith: (token) => withToken(request, token),
        };
        tasks.set(event, task);
        return event;
      }),
    onResponse: (event, { status, body }, at) => {
      const task = tasks.get(event);
      tasks.delete(event);
      if (!task) return;
      if (status >= 300) {
        const name = `${task.kind} ${status}`;
        refusals[name] = (refusals[name] ?? 0) + 1;
      } else if (task.kind === 'booking') booked.add(task.jobId);
      else if (task.kind === 'press' && task.status) presses.push({ at, jobId: task.jobId, status: task.status });
      else if (task.kind === 'look') {
        const seen = sightingOf(body, at);
        if (seen && OPEN.includes(seen.status)) queue.add([press(at + 5000, task.jobId, 'completed')]);
      }
    },
    load: ({ truths, reassignments }) => {
      queue.add([...reassignments.flatMap(reassign), ...pressesOf(truths)]);
    },
    presses: () => presses,
    isBooked: (jobId) => booked.has(jobId),
    refusals: () => refusals,
  };
};
