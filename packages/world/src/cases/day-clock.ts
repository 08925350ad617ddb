import { localTimeAt } from '../office/clock.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const CLOCK = /^(?:([+-]\d+) )?(\d{1,2}):(\d{2})$/;

/** Returns the times of a day's clock: `9:05` or `+1 9:05`. @param date YYYY-MM-DD */
export const dayClock = (date: string, timeZone: string): ((clock: string) => number) => {
  const utcMidnight = Date.parse(`${date}T00:00:00Z`);
  return (clock) => {
    const match = CLOCK.exec(clock);
    if (!match) throw new RangeError(`"${clock}" is not a time. Write 9:05, or +1 9:05 for the next day.`);
    const [, days = '0', hours, minutes] = match;
    const wanted = Number(hours) + Number(minutes) / 60;
    const asUtc = utcMidnight + Number(days) * DAY_MS + wanted * HOUR_MS;
    // The offset of the zone at that time: found by the local hour of a guess, twice because a change of clocks may lie between.
    let at = asUtc;
    for (let round = 0; round < 2; round += 1) {
      const { hour } = localTimeAt(at, timeZone);
      const behindH = ((((wanted - hour + 36) % 24) + 24) % 24) - 12;
      at += behindH * HOUR_MS;
    }
    return Math.round(at);
  };
};
