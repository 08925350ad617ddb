/** Metres and kilometres, or feet and miles. */
export type Units = 'metric' | 'us';

const US_ZONES =
  /^(US\/|America\/(New_York|Detroit|Chicago|Denver|Boise|Phoenix|Los_Angeles|Anchorage|Juneau|Sitka|Metlakatla|Yakutat|Nome|Adak|Menominee|Indiana\/|Kentucky\/|North_Dakota\/)|Pacific\/Honolulu$|Europe\/London$)/;

/** The units on the road signs where the site is. */
export const unitsOf = (timeZone: string): Units => (US_ZONES.test(timeZone) ? 'us' : 'metric');

const MINUTE = 60_000;
const METRES_PER_MILE = 1609.344;
const METRES_PER_FOOT = 0.3048;

/** Keeps what was made: one takes a phone milliseconds, a view needs several, and there is a view every five seconds. */
const kept = <Options, Format>(make: (locale: string, options: Options) => Format) => {
  const made = new Map<string, Format>();
  return (locale: string, options: Options): Format => {
    const key = locale + JSON.stringify(options);
    const format = made.get(key) ?? make(locale, options);
    made.set(key, format);
    return format;
  };
};
const dateFormat = kept((locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options));
const numberFormat = kept((locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options));

/** A date as its day's number, in the zone: the difference of two is the number of midnights between them. */
const dayNumber = (at: number, timeZone: string): number => {
  const parts = dateFormat('en-US', { timeZone, year: 'numeric', month: 'numeric', day: 'numeric' });
  const part = Object.fromEntries(parts.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(part['year'] ?? 0, (part['month'] ?? 1) - 1, part['day'] ?? 1) / 86_400_000;
};

const roundTo = (value: number, step: number): number => Math.round(value / step) * step;

/** Minutes as one says them of something uncertain: 0 for "any minute", else in steps of 5, of 15 from an hour, of 60 from three. */
export const aboutMinutes = (ms: number): number => {
  const minutes = ms / MINUTE;
  if (minutes < 2.5) return 0;
  if (minutes < 57.5) return Math.max(5, roundTo(minutes, 5));
  return roundTo(minutes, minutes < 180 ? 15 : 60);
};

/** Words for times and lengths in one language, for one site. */
export type Formats = {
  /** "2:10 PM" */
  clock(at: number): string;
  /** "2:10 – 2:35 PM", widened to whole five minutes; with the days when it does not end today: "Thu 11:50 PM – Fri 12:10 AM". */
  range(earliest: number, latest: number, now: number): string;
  /** The end of that range, with its day when that is not today. */
  rangeEnd(latest: number, now: number): string;
  /** "Thursday" */
  weekday(at: number): string;
  /** "March 5" */
  date(at: number): string;
  /** "Thursday, March 5" */
  fullDate(at: number): string;
  /** "Central Time" */
  zone(at: number): string;
  /** The number of midnights between now and then, at the site: 0 today, 1 tomorrow, -1 yesterday. */
  daysAhead(at: number, now: number): number;
  /** A rough length: "400 ft", "1.2 mi", "12 mi". */
  length(metres: number): string;
  /** A round length on a scale, as it is: "500 ft", "0.25 mi". */
  mark(metres: number): string;
};

/** A zone that the browser does not know would take every date down with it. */
const knownZone = (timeZone: string): string => {
  try {
    dateFormat('en', { timeZone });
    return timeZone;
  } catch {
    return 'UTC';
  }
};

const FIVE_MINUTES = 5 * MINUTE;

/** @param locale BCP 47 @param wantedZone IANA; UTC, named, where the browser does not know it */
export const createFormats = (locale: string, wantedZone: string, units: Units): Formats => {
  const timeZone = knownZone(wantedZone);
  const dates = (options: Intl.DateTimeFormatOptions) => dateFormat(locale, { timeZone, ...options });
  const clock = () => dates({ hour: 'numeric', minute: '2-digit' });
  const dayClock = () => dates({ weekday: 'short', hour: 'numeric', minute: '2-digit' });
  const unit = (value: number, name: string, digits: number) =>
    numberFormat(locale, { style: 'unit', unit: name, maximumFractionDigits: digits }).format(value);
  const floor = (at: number) => Math.floor(at / FIVE_MINUTES) * FIVE_MINUTES;
  const ceil = (at: number) => Math.ceil(at / FIVE_MINUTES) * FIVE_MINUTES;
  const daysAhead = (at: number, now: number) => dayNumber(at, timeZone) - dayNumber(now, timeZone);

  return {
    clock: (at) => clock().format(at),
    range: (earliest, latest, now) => {
      const from = floor(earliest);
      const to = Math.max(ceil(latest), from + FIVE_MINUTES);
      // formatRange would write out both dates.
      return daysAhead(to, now) === 0 && daysAhead(from, now) === 0
        ? clock().formatRange(from, to)
        : `${dayClock().format(from)} – ${daysAhead(to, from) === 0 ? clock().format(to) : dayClock().format(to)}`;
    },
    rangeEnd: (latest, now) => (daysAhead(ceil(latest), now) === 0 ? clock() : dayClock()).format(ceil(latest)),
    weekday: (at) => dates({ weekday: 'long' }).format(at),
    date: (at) => dates({ month: 'long', day: 'numeric' }).format(at),
    fullDate: (at) => dates({ weekday: 'long', month: 'long', day: 'numeric' }).format(at),
    zone: (at) =>
      dates({ timeZoneName: 'longGeneric' })
        .formatToParts(at)
        .find(({ type }) => type === 'timeZoneName')?.value ?? timeZone,
    daysAhead,
    length: (metres) => {
      if (units === 'metric') {
        if (metres < 950) return unit(Math.max(10, roundTo(metres, metres < 200 ? 10 : 50)), 'meter', 0);
        return unit(metres / 1000, 'kilometer', metres < 9_950 ? 1 : 0);
      }
      const miles = metres / METRES_PER_MILE;
      if (miles < 0.19) return unit(Math.max(50, roundTo(metres / METRES_PER_FOOT, 50)), 'foot', 0);
      return unit(miles, 'mile', miles < 9.95 ? 1 : 0);
    },
    mark: (metres) => {
      if (units === 'metric') {
        return metres < 1000 ? unit(metres, 'meter', 0) : unit(metres / 1000, 'kilometer', 0);
      }
      const miles = metres / METRES_PER_MILE;
      return miles < 0.2 ? unit(metres / METRES_PER_FOOT, 'foot', 0) : unit(miles, 'mile', 2);
    },
  };
};

/**
 * Makes what the view of a trailer on its way needs, while the answer is still on its way itself.
 * @param locale as for `createFormats`, as are the others
 */
export const prepareFormats = (locale: string, wantedZone: string, units: Units): void => {
  const { range, zone, length } = createFormats(locale, wantedZone, units);
  range(0, 30 * MINUTE, 0);
  zone(0);
  length(5_000);
};

/** A phone number as people write it where it is from: "(512) 555-0142"; others stay in E.164. */
export const phoneText = (phone: string): string => {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(phone) ?? [];
  return area ? `(${area}) ${exchange}-${line}` : phone;
};

/** The eight winds, clockwise from north. */
export const WINDS = ['n', 'ne', 'e', 'se', 's', 'sw', 'w', 'nw'] as const;
export type Wind = (typeof WINDS)[number];

/** The wind nearest to a bearing in degrees clockwise from north. */
export const windOf = (bearingDeg: number): Wind => WINDS[((Math.round(bearingDeg / 45) % 8) + 8) % 8] ?? 'n';
