import type { Wire } from '@qdn/contracts';

/** Time between two fixes on the road from which arrivals are seen late, in s. */
const SELDOM_S = 60;

/** Setting by which each client sends more often. */
const MORE_OFTEN: Readonly<Record<string, string>> = {
  'Traccar Client': 'In Traccar Client set Interval to 30 s and Distance to 75 m.',
  'OsmAnd protocol': 'In the app set the interval to 30 s.',
  OwnTracks: 'In OwnTracks set the mode to "move" and the interval to 30 s.',
  Overland: 'In Overland set the logging mode to "all data" and points per batch to 10.',
  GPSLogger: 'In GPSLogger set the logging interval to 30 s.',
  'Traccar server': 'Set the unit’s reporting interval to 30 s while it moves.',
};

const SIGNS: Readonly<Record<Wire<'trailerState'>['signsToday'][number]['kind'], string>> = {
  heartbeat: 'heartbeats',
  status: 'messages about the phone',
  event: 'events',
  empty: 'empty messages',
  refused: 'messages whose positions were all set aside',
};

const has = ({ ignoredToday }: Wire<'trailerState'>, reason: string): boolean =>
  ignoredToday.some((ignored) => ignored.reason === reason);

/** Words for the error of a clock. @param errorS positive when the clock is behind */
const clockWords = (errorS: number): string => {
  const minutes = Math.round(Math.abs(errorS) / 60);
  const length =
    minutes < 120
      ? `${minutes} min`
      : minutes < 2880
        ? `${Math.round(minutes / 6) / 10} h`
        : `${Math.round(minutes / 1440)} days`;
  return `Its clock is ${length} ${errorS > 0 ? 'behind' : 'ahead'}: the times shown here are corrected. Set the clock and time zone of the device.`;
};

/** Returns the settings to change, each a sentence. */
const settingsOf = (trailer: Wire<'trailerState'>): string[] => {
  const { client, intervalS, signsToday, fixesToday, speedUnit, clockErrorS } = trailer;
  const own = client ?? '';
  return [
    ...(intervalS !== null && intervalS > SELDOM_S
      ? [
          `It reports every ${intervalS} s on the road: arrivals are seen late. ${MORE_OFTEN[own] ?? 'Set its interval to 30 s.'}`,
        ]
      : []),
    ...(speedUnit === null
      ? []
      : [
          `It sends its speed in ${speedUnit.sends}, not in ${speedUnit.expected}: the speed shown here is corrected. Set the unit to ${speedUnit.expected} if the app lets you.`,
        ]),
    ...(clockErrorS === null ? [] : [clockWords(clockErrorS)]),
    ...(has(trailer, 'encrypted')
      ? [
          `The app encrypts with another key. Enter the one that ./qdn token device ${trailer.trailerId} --setup prints, or clear it.`,
        ]
      : []),
    ...(has(trailer, 'inaccurate')
      ? ['Some positions are too rough. Allow the app the precise location, always, and set its accuracy to high.']
      : []),
    ...(fixesToday === 0 && signsToday.some(({ kind }) => kind === 'empty')
      ? ['Its messages are empty: check the parameters in the app’s URL.']
      : []),
  ];
};

/** Returns lines about the program that sends, its habits, and the settings to change. */
export const trackerLines = (trailer: Wire<'trailerState'>): string[] => {
  const { client, intervalS, signsToday } = trailer;
  if (client === null && signsToday.length === 0 && intervalS === null) return [];
  const interval = intervalS === null ? [] : [`a fix every ${intervalS} s on the road`];
  const signs = signsToday.map(({ kind, count }) => `${count} ${SIGNS[kind]} today`);
  const habits = [client ?? 'unknown program', ...interval, ...signs].join(', ');
  return [`Tracker    ${habits}`, ...settingsOf(trailer).map((setting) => `  ${setting}`)];
};
