import type { LatLon, Site } from '../geography/index.ts';
import type { Random } from '../random.ts';
import { type DayPlan, HOUR_MS, type JobKind, MINUTE_MS, type PlannedJob, type StopKind } from '../trucks/plan.ts';
import { officeTimeFrom } from './clock.ts';
import { type Customer, customerOf } from './customers.ts';

export type BookedStop = {
  kind: StopKind;
  address: string;
  /** The geocoded place that the office books. */
  place: LatLon;
  /** The place where people expect the trailer. */
  truePlace: LatLon;
  /** Radius of the arrival in m; without it the system's own. */
  radiusM?: number;
};

/** A change that the office makes: the body of a PATCH. */
export type BookingChange = {
  at: number;
  reason: 'time' | 'trailers' | 'contacts' | 'cancelled' | 'by-hand';
  body: Readonly<Record<string, unknown>>;
};

/** A job as the office books it. All times are epoch ms. */
export type Booking = {
  jobId: string;
  kind: JobKind;
  accountId: string;
  customer: Customer;
  stops: readonly BookedStop[];
  /** Trailers and time as first booked. */
  trailerIds: readonly string[];
  scheduledFor: number | null;
  bookedAt: number;
  changes: readonly BookingChange[];
};

export type BookingOptions = { startAt: number; timeZone: string; jobPrefix: string };

const DAY_MS = 24 * HOUR_MS;
/** Shares of the bookings by the days from the booking to the job. */
const LEAD_DAYS: readonly { share: number; least: number; most: number }[] = [
  { share: 0.15, least: 0, most: 0 },
  { share: 0.6, least: 1, most: 3 },
  { share: 0.9, least: 4, most: 14 },
  { share: 1, least: 15, most: 25 },
];
/** Probability per job of a change after the booking, and per trailer and day of a job that is cancelled. */
const TIME_CHANGES = 0.12;
const TRAILER_CHANGES = 0.08;
const CONTACT_CHANGES = 0.05;
const CANCELLED = 0.12;
/** Share of the jobs whose customer has other jobs as well: a contractor, or a house under repair. */
const REGULAR_CUSTOMERS = 0.3;
const SLOT_MS = 30 * MINUTE_MS;
const CANCELLED_NUMBER = 9000;

const bookedStop = ({ kind, site }: { kind: StopKind; site: Site }): BookedStop => ({
  kind,
  address: kind === 'dump_site' ? `Landfill, ${site.addressLine}` : site.addressLine,
  // The company's own places are measured, not looked up.
  place: kind === 'dump_site' ? site.place : site.geocoded,
  truePlace: site.place,
});

const drawBookedAt = (notBefore: number, { timeZone }: BookingOptions, random: Random): number => {
  const drawn = random.fraction();
  const { least, most } = LEAD_DAYS.find(({ share }) => drawn < share) ?? { least: 1, most: 1 };
  const leadMs = random.between(least, most) * DAY_MS + random.between(60, 300) * MINUTE_MS;
  const at = officeTimeFrom(notBefore - leadMs, timeZone);
  const latest = notBefore - 30 * MINUTE_MS;
  return at <= latest ? at : notBefore - 14 * HOUR_MS;
};

type Draft = { job: PlannedJob; trailerIds: string[] };

const changesOf = (
  { job, trailerIds }: Draft,
  bookedAt: number,
  fleet: readonly string[],
  options: BookingOptions,
  random: Random,
): { first: Pick<Booking, 'trailerIds'> & { scheduledFor: number }; changes: BookingChange[] } => {
  const scheduledFor = Math.round(job.notBefore / SLOT_MS) * SLOT_MS;
  const first = { trailerIds: trailerIds as readonly string[], scheduledFor };
  const changes: BookingChange[] = [];
  const drawAt = (name: string): number => {
    const latest = job.notBefore - 45 * MINUTE_MS;
    const at = officeTimeFrom(random.fork(name).within(bookedAt + 10 * MINUTE_MS, latest), options.timeZone);
    return Math.max(bookedAt + 2000, Math.min(at, latest));
  };
  if (random.chance(TIME_CHANGES)) {
    first.scheduledFor = scheduledFor + random.pick([-24, -3, -1, 1, 2, 4, 24]) * HOUR_MS;
    const body = { scheduledFor: new Date(scheduledFor).toISOString() };
    changes.push({ at: drawAt('time'), reason: 'time', body });
  }
  const others = fleet.filter((id) => !trailerIds.includes(id));
  if (random.chance(TRAILER_CHANGES) && others.length > 0) {
    first.trailerIds = [random.pick(others)];
    changes.push({ at: drawAt('trailers'), reason: 'trailers', body: { trailers: trailerIds } });
  }
  if (random.chance(CONTACT_CHANGES)) {
    const contact = { id: 'site-lead', name: 'Nina', phone: '+15125550173' };
    changes.push({ at: drawAt('contacts'), reason: 'contacts', body: { contacts: [contact] } });
  }
  return { first, changes: changes.sort((one, other) => one.at - other.at) };
};

const draftsOf = (plans: readonly DayPlan[]): Draft[] => {
  const drafts = new Map<string, Draft>();
  for (const { trailerId, jobs } of plans)
    for (const job of jobs) {
      const known = drafts.get(job.jobId);
      if (known) known.trailerIds.push(trailerId);
      else drafts.set(job.jobId, { job, trailerIds: [trailerId] });
    }
  return [...drafts.values()];
};

/** Returns bookings like those of a plan that customers cancel again, an hour to two days before. */
const cancelledOf = (
  drafts: readonly Draft[],
  day: number,
  count: number,
  options: BookingOptions,
  random: Random,
): { draft: Draft; cancelledAt: number }[] => {
  const cancelled: { draft: Draft; cancelledAt: number }[] = [];
  for (let i = 0; i < count && drafts.length > 0; i += 1) {
    const own = random.fork(String(i));
    if (!own.chance(CANCELLED)) continue;
    const { job, trailerIds } = own.pick(drafts);
    const jobId = `${options.jobPrefix}-${(day + 1) * 10_000 + CANCELLED_NUMBER + i}`;
    const notBefore = job.notBefore + own.pick([0, 0, 2, 4]) * HOUR_MS;
    const cancelledAt = notBefore - own.within(1, 48) * HOUR_MS;
    cancelled.push({ draft: { job: { ...job, jobId, notBefore }, trailerIds }, cancelledAt });
  }
  return cancelled;
};

/**
 * Books the jobs of all plans: hours to weeks ahead, some with another time or trailer at first, some that are cancelled.
 * Stops are booked at their geocoded places. Bookings are in the order of their time; those from before the start come in the
 * first seconds, in the same order.
 */
export const bookingsOf = (
  plans: readonly (readonly DayPlan[])[],
  options: BookingOptions,
  random: Random,
): Booking[] => {
  let customers = 0;
  const regulars = new Map<string, Customer>();
  const customerAt = (site: Site, own: Random): Customer => {
    const regular = regulars.get(site.id);
    if (regular && own.chance(REGULAR_CUSTOMERS)) return regular;
    const customer = customerOf(customers, own.fork('customer'));
    customers += 1;
    if (!regular) regulars.set(site.id, customer);
    return customer;
  };
  const bookings = plans.flatMap((day, index) => {
    const fleet = day.map(({ trailerId }) => trailerId);
    const drafts = draftsOf(day);
    const cancelled = cancelledOf(drafts, index, fleet.length, options, random.fork(`cancelled/${index}`));
    const all = [...drafts.map((draft) => ({ draft, cancelledAt: null })), ...cancelled];
    return all.map(({ draft, cancelledAt }): Booking => {
      const own = random.fork(draft.job.jobId);
      const drawn = drawBookedAt(draft.job.notBefore, options, own.fork('booked'));
      const bookedAt = cancelledAt === null ? drawn : Math.min(drawn, cancelledAt - HOUR_MS);
      const { first, changes } = changesOf(draft, Math.max(options.startAt, bookedAt), fleet, options, own);
      const site = draft.job.stops.find(({ kind }) => kind !== 'dump_site')?.site;
      if (!site) throw new RangeError(`Job ${draft.job.jobId} has no customer's stop.`);
      const cancel = { at: cancelledAt ?? 0, reason: 'cancelled' as const, body: { status: 'cancelled' } };
      const customer = customerAt(site, own);
      return {
        ...{
          jobId: draft.job.jobId,
          kind: draft.job.kind,
          accountId: `account-${site.id}`,
          customer,
          ...first,
          bookedAt,
        },
        stops: draft.job.stops.map(bookedStop),
        changes: cancelledAt === null ? changes : [...changes.filter(({ at }) => at < cancelledAt), cancel],
      };
    });
  });
  return bookings
    .filter(({ bookedAt, changes }) => bookedAt >= options.startAt || changes.every(isAfter(options.startAt)))
    .sort((one, other) => one.bookedAt - other.bookedAt)
    .map((booking, i) => ({ ...booking, bookedAt: Math.max(booking.bookedAt, options.startAt + (i + 1) * 1000) }));
};

const isAfter =
  (startAt: number) =>
  ({ at, reason }: BookingChange): boolean =>
    reason !== 'cancelled' || at > startAt + HOUR_MS;

/** Returns the time at which a customer cancelled; null for a job that stays booked. */
export const cancelledAtOf = ({ changes }: Booking): number | null =>
  changes.find(({ reason }) => reason === 'cancelled')?.at ?? null;
