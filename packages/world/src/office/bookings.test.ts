import { describe, expect, test } from '@jest/globals';
import { buildTown, metersBetween } from '../geography/index.ts';
import { randomFrom } from '../random.ts';
import { planFleet } from '../trucks/index.ts';
import { HOUR_MS } from '../trucks/plan.ts';
import { bookingsOf, cancelledAtOf } from './bookings.ts';
import { localTimeAt, officeTimeFrom } from './clock.ts';
import { customerPhone } from './customers.ts';

const ZONE = 'America/Chicago';
/** Monday, 30 November 2026, 0:00 in Austin. */
const MONDAY = Date.UTC(2026, 10, 30, 6);
const DAY_MS = 24 * HOUR_MS;
const town = buildTown(randomFrom('bookings'));
const fleet = { trailerIds: ['T1', 'T2', 'T3', 'T4'], firstMidnight: MONDAY, days: 40, timeZone: ZONE };
const plans = planFleet(town, fleet, randomFrom(1));
const bookings = bookingsOf(plans, { startAt: MONDAY, timeZone: ZONE, jobPrefix: 'QDN' }, randomFrom(2));
const shareOf = (matches: (booking: (typeof bookings)[number]) => boolean): number =>
  bookings.filter(matches).length / bookings.length;

describe('bookingsOf', () => {
  test('books every planned job once, with an ID that the API accepts', () => {
    const planned = new Set(plans.flat().flatMap(({ jobs }) => jobs.map(({ jobId }) => jobId)));
    const booked = bookings.map(({ jobId }) => jobId);
    expect(new Set(booked).size).toBe(booked.length);
    expect([...planned].filter((id) => !booked.includes(id))).toEqual([]);
    for (const id of booked) expect(id).toMatch(/^[A-Z]{2,5}-[0-9]{1,9}$/);
  });

  test('books hours to weeks ahead, in office hours, in the order of time', () => {
    const later = bookings.filter(({ bookedAt }) => bookedAt > MONDAY + HOUR_MS);
    const leads = later.map(({ scheduledFor, bookedAt }) => ((scheduledFor ?? 0) - bookedAt) / DAY_MS);
    expect(Math.max(...leads)).toBeGreaterThan(14);
    expect(leads.filter((lead) => lead < 1).length / leads.length).toBeGreaterThan(0.1);
    const times = bookings.map(({ bookedAt }) => bookedAt);
    expect(times).toEqual([...times].sort((one, other) => one - other));
    const inHours = later.filter(({ bookedAt }) => {
      const { hour, weekday } = localTimeAt(bookedAt, ZONE);
      return weekday !== 0 && hour >= 7.5 && hour < 18;
    });
    expect(inHours.length / later.length).toBeGreaterThan(0.8);
  });

  test('books the geocoded place of a customer, and the true one of a dump', () => {
    const stops = bookings.flatMap((booking) => booking.stops);
    const offM = stops
      .filter(({ kind }) => kind !== 'dump_site')
      .map(({ place, truePlace }) => metersBetween(place, truePlace));
    expect(Math.max(...offM)).toBeGreaterThan(100);
    expect(Math.max(...offM)).toBeLessThanOrEqual(251);
    expect(stops.filter(({ kind }) => kind === 'dump_site').every(({ place, truePlace }) => place === truePlace)).toBe(
      true,
    );
  });

  test('changes some jobs after the booking and before the job, and cancels some that no trailer does', () => {
    for (const reason of ['time', 'trailers', 'contacts', 'cancelled'])
      expect([reason, shareOf(({ changes }) => changes.some((change) => change.reason === reason)) > 0.02]).toEqual([
        reason,
        true,
      ]);
    const planned = new Set(plans.flat().flatMap(({ jobs }) => jobs.map(({ jobId }) => jobId)));
    for (const booking of bookings) {
      expect(booking.changes.every(({ at }) => at > booking.bookedAt)).toBe(true);
      expect(cancelledAtOf(booking) !== null && planned.has(booking.jobId)).toBe(false);
    }
  });

  test('names both trailers of a shared job, and gives some customers several jobs', () => {
    expect(bookings.some(({ trailerIds }) => trailerIds.length === 2)).toBe(true);
    const phones = bookings.map(({ customer }) => customer.phone);
    expect(new Set(phones).size).toBeLessThan(phones.length);
    expect(new Set(phones).size).toBeGreaterThan(phones.length / 2);
  });

  test('has fictional phones of six thousand customers, none of the company', () => {
    const phones = Array.from({ length: 6000 }, (_, i) => customerPhone(i));
    expect(new Set(phones).size).toBe(6000);
    for (const phone of phones) expect(phone).toMatch(/^\+1(?!512)[2-9]\d{2}55501\d{2}$/);
  });
});

describe('officeTimeFrom', () => {
  test('moves nights and Sundays to the next opening, and keeps office hours', () => {
    const monday10 = MONDAY + 10 * HOUR_MS;
    expect(officeTimeFrom(monday10, ZONE)).toBe(monday10);
    expect(localTimeAt(officeTimeFrom(MONDAY + 2 * HOUR_MS, ZONE), ZONE)).toEqual({ hour: 7.5, weekday: 1 });
    expect(localTimeAt(officeTimeFrom(MONDAY - 12 * HOUR_MS, ZONE), ZONE)).toEqual({ hour: 7.5, weekday: 1 });
  });
});
