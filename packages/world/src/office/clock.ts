const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A local time: hours from 0 up to 24 with a fraction, and the day of the week, 0 for Sunday. */
export type LocalTime = { hour: number; weekday: number };

const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const clocks = new Map<string, Intl.DateTimeFormat>();

const clockOf = (timeZone: string): Intl.DateTimeFormat => {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  });
  clocks.set(timeZone, clock);
  return clock;
};

/** Returns the local time at a moment, to the minute. */
export const localTimeAt = (at: number, timeZone: string): LocalTime => {
  const parts = clockOf(timeZone).formatToParts(at);
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return { hour: Number(part('hour')) + Number(part('minute')) / 60, weekday: WEEKDAYS.indexOf(part('weekday')) };
};

/** Hours in which someone is in the office; on Sundays no one is. */
const OFFICE_FROM_H = 7.5;
const OFFICE_TO_H = 18;

/** Returns the first time from a moment on at which someone is in the office, epoch ms. */
export const officeTimeFrom = (at: number, timeZone: string): number => {
  let time = at;
  for (let step = 0; step < 400; step += 1) {
    const { hour, weekday } = localTimeAt(time, timeZone);
    if (weekday !== 0 && hour >= OFFICE_FROM_H && hour < OFFICE_TO_H) return time;
    const waitH = hour < OFFICE_FROM_H ? OFFICE_FROM_H - hour : 24 - hour;
    time += Math.max(MINUTE_MS, Math.min(waitH, 6) * HOUR_MS);
  }
  return time;
};
