import type { Random } from '../random.ts';
import type { ReceiverFaults } from './receiver.ts';

/** One piece of hardware: its clock, battery and defects. */
export type Device = {
  /** The identifier that it sends: an IMEI or a number of the app. */
  id: string;
  /** Error of the time that it sends, in ms. */
  clockErrorMs: number;
  battery: {
    /** Charge in percent at the first sample, and what it loses an hour; 0 for a device with a cable. */
    percent: number;
    percentPerHour: number;
    /** Time at which an empty battery is charged, after it became empty, in ms. */
    emptyForMs: number;
  };
  receiver: ReceiverFaults;
  /** Share of requests that are sent twice, because the answer to the first was lost. */
  duplicateShare: number;
  /** Times an hour without a network, apart from tunnels. */
  deadZonesPerHour: number;
};

const HOUR_MS = 3_600_000;
/** The GPS counts weeks with 10 bits. @see "GPS Week Number Rollover Timestamp Complement", Sensors 21(23), 2021 */
export const WEEK_ROLLOVER_MS = 1024 * 7 * 24 * HOUR_MS;

/** A device without defects, on a cable. */
export const HEALTHY_DEVICE: Device = {
  id: '48241179',
  clockErrorMs: 0,
  battery: { percent: 100, percentPerHour: 0, emptyForMs: 0 },
  receiver: { invalidShare: 0, frozenPerHour: 0 },
  duplicateShare: 0,
  deadZonesPerHour: 0,
};

export type ClockFault = 'seconds' | 'minutes' | 'wrong-zone' | 'week-rollover';

/** Draws the error of a clock, in ms: to a minute and a half, to an hour, whole hours of a wrong time zone, or 1024 weeks. */
export const drawClockError = (fault: ClockFault, random: Random): number => {
  if (fault === 'week-rollover') return -WEEK_ROLLOVER_MS;
  if (fault === 'wrong-zone') return random.pick([-6, -5, -1, 1, 5, 6]) * HOUR_MS;
  const limitMs = fault === 'seconds' ? 90_000 : HOUR_MS;
  return random.between(-limitMs, limitMs);
};

/** Draws a device with the usual defects: most are minor, one clock in twelve is wrong by more than a minute and a half. */
export const drawDevice = (random: Random): Device => {
  const drawn = random.fraction();
  const fault = drawn < 0.02 ? 'week-rollover' : drawn < 0.05 ? 'wrong-zone' : drawn < 0.08 ? 'minutes' : 'seconds';
  const exact = drawn > 0.4;
  const charged = random.chance(0.8);
  return {
    id: String(random.between(10_000_000, 99_999_999)),
    clockErrorMs: exact ? 0 : drawClockError(fault, random.fork('clock')),
    battery: {
      percent: random.between(40, 100),
      percentPerHour: charged ? 0 : random.within(1, 8),
      emptyForMs: random.within(1, 12) * HOUR_MS,
    },
    receiver: {
      invalidShare: random.chance(0.3) ? random.within(0, 0.02) : 0,
      frozenPerHour: random.chance(0.3) ? 1 : 0,
    },
    duplicateShare: random.within(0, 0.02),
    deadZonesPerHour: random.within(0, 0.3),
  };
};

/** Returns the charge of the battery in percent at a time since the start, in ms; null while it is empty. */
export const chargeAt = (
  { battery: { percent, percentPerHour, emptyForMs } }: Device,
  elapsedMs: number,
): number | null => {
  if (percentPerHour <= 0) return Math.round(percent);
  const firstMs = (percent / percentPerHour) * HOUR_MS;
  if (elapsedMs < firstMs) return Math.round(percent - (elapsedMs / HOUR_MS) * percentPerHour);
  // From then on it is charged to 100 % each time, and becomes empty again.
  const fullMs = (100 / percentPerHour) * HOUR_MS;
  const inCycleMs = (elapsedMs - firstMs) % (emptyForMs + fullMs);
  return inCycleMs < emptyForMs ? null : Math.round(100 - ((inCycleMs - emptyForMs) / HOUR_MS) * percentPerHour);
};
