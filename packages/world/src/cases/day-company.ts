import { type Booking, customerPhone, type FleetDevice } from '../office/index.ts';
import type { Random } from '../random.ts';
import type { WorldCompany } from '../system.ts';
import { HEALTHY_DEVICE, trackerModel } from '../trackers/index.ts';
import { dayClock } from './day-clock.ts';
import { dayMap } from './day-drives.ts';
import type { Day } from './days.ts';

const USUAL_ZONE = 'America/Chicago';
const COMPANY_RADIUS_M = 150;

export const zoneOf = ({ timeZone = USUAL_ZONE }: Day): string => timeZone;

/** Returns the company of a day, with the operator and two dispatchers of the example. */
export const companyOfDay = (day: Day): WorldCompany => {
  const map = dayMap(day);
  return {
    ...{ name: 'QuickDumpNow', textNumber: '+15125550142', timeZone: zoneOf(day), jobPrefix: 'QDN' },
    dispatchers: [
      { id: 'dana', name: 'Dana', phone: '+15125550171' },
      { id: 'luis', name: 'Luis', phone: '+15125550172' },
    ],
    operator: '+15125550180',
    trailerIds: day.trailers.map(({ id }) => id),
    stops: Object.entries(day.company ?? {}).map(([id, kind]) => ({
      ...{ id, kind, address: id, place: map.placeOf(id), radiusM: COMPANY_RADIUS_M },
    })),
    noticeKinds: ['on-the-way', 'arriving-soon', 'arrived', 'completed', 'delayed'],
    cascade: { order: 'all', minutes: 15 },
  };
};

/** Returns the phone of each customer of a day, by name. */
export const phonesOfDay = ({ jobs }: Day): ReadonlyMap<string, string> =>
  new Map([...new Set(jobs.map(({ customer }) => customer))].map((name, i) => [name, customerPhone(i)]));

/** Returns the bookings of a day. Those without a time come in the first seconds, in the order of the file. */
export const bookingsOfDay = (day: Day): Booking[] => {
  const map = dayMap(day);
  const clock = dayClock(day.date, zoneOf(day));
  const phones = phonesOfDay(day);
  const from = clock(day.from);
  return day.jobs.map((job, i): Booking => {
    const { id: jobId, kind, customer, trailers: trailerIds, stops } = job;
    return {
      ...{ jobId, kind, accountId: `account-${i}`, customer: { name: customer, phone: phones.get(customer) ?? '' } },
      stops: stops.map((stop) => ({
        ...{
          kind: stop.kind,
          address: `${100 + i} ${stop.at}`,
          place: map.bookedOf(stop.at),
          truePlace: map.placeOf(stop.at),
        },
        ...(stop.radiusM === undefined ? {} : { radiusM: stop.radiusM }),
      })),
      ...{ trailerIds, scheduledFor: job.scheduledFor ? clock(job.scheduledFor) : null },
      bookedAt: job.booked ? clock(job.booked) : from + (i + 1) * 1000,
      changes: [],
    };
  });
};

/** Returns the healthy devices of a day's trailers. */
export const devicesOfDay = (day: Day, random: Random): FleetDevice[] =>
  day.trailers.flatMap(({ id: trailerId, trackers }) =>
    trackers.map((name, i) => {
      const id = String(random.fork(`${trailerId}/${i}`).between(10_000_000, 99_999_999));
      return { trailerId, model: trackerModel(name), device: { ...HEALTHY_DEVICE, id } };
    }),
  );
