const DAY_S = 86_400;

const secondsOfDay = (at: number, timeZone: string): number => {
  const format = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone,
  });
  const [hours = 0, minutes = 0, seconds = 0] = format.format(at).split(':').map(Number);
  return hours * 3600 + minutes * 60 + seconds;
};

/**
 * Returns the start of the day in a time zone.
 * @param now epoch ms
 * @param timeZone IANA name
 * @returns epoch ms
 */
export const startOfDay = (now: number, timeZone: string): number => {
  const start = Math.floor(now / 1000) * 1000 - secondsOfDay(now, timeZone) * 1000;
  // This is an hour off on the two days a year when the clocks change.
  const off = secondsOfDay(start, timeZone);
  return start - (off > DAY_S / 2 ? off - DAY_S : off) * 1000;
};
