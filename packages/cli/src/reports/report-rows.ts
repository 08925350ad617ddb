import type { CompanyFile } from '@qdn/company';
import type { Wire } from '@qdn/contracts';
import { isActive, type JobStatus, localDate, nextDay, startOfDay } from '@qdn/domain';
import { localTime, wallTimeAt, zoneLetters } from '../times/local-time.ts';
import type { Cell } from './csv.ts';
import { type DayOfTrack, dayKey, milesOf, placeAt, type Tracks, wayBetween } from './day-tracks.ts';

type WireVisit = Wire<'visitList'>['visits'][number];
type Origin = NonNullable<WireVisit['arrived']>['by'];

/** Everything that a report is made from. `range` and `now` are epoch ms, `zone` an IANA name; `tracks` also have the day before. */
export type ReportInput = {
  visits: readonly WireVisit[];
  tracks: Tracks;
  range: { from: number; to: number };
  zone: string;
  now: number;
  places: NonNullable<CompanyFile['stops']>;
};

/** A row of the report by stops, with the numbers that the other reports add up. */
export type StopRow = {
  date: string;
  trailer: string;
  job: string;
  kind: string;
  customer: string;
  stop: string;
  place: string;
  arrived: string;
  left: string;
  onSiteMin: number | null;
  metres: number | null;
  how: string;
  /** For order and sums: the moment of the row, epoch ms, and the departure where it is known. */
  at: number;
  leftAt: number | null;
};

export const STOP_HEADER = [
  'date',
  'trailer',
  'job',
  'kind',
  'customer',
  'stop',
  'place',
  'arrived',
  'left',
  'on_site_min',
  'miles',
  'how',
] as const;

const DAY_MS = 24 * 3_600_000;
/** Time that a trailer may take from one visit to the next, in ms; a longer one is another shift. */
const SHIFT_MS = 12 * 3_600_000;
/** Duration of a halt that counts as an unplanned stop, and of one that ends a shift, in ms. */
const UNPLANNED_MS = 5 * 60_000;
const NIGHT_MS = 3 * 3_600_000;

const atOf = ({ arrived, ended }: WireVisit): number => Date.parse(arrived?.at ?? ended?.at ?? '');

/** Returns a time of day. On a day with a repeated hour it names the zone's letters; on a later day than `date` it says so. */
const clockOf = (at: number, date: string, zone: string): string => {
  const time = new Date(wallTimeAt(at, zone)).toISOString().slice(11, 16);
  const start = startOfDay(at, zone);
  const hasRepeatedHour = nextDay(start, zone) - start > DAY_MS;
  const days = Math.round((Date.parse(localDate(at, zone)) - Date.parse(date)) / DAY_MS);
  return `${time}${hasRepeatedHour ? ` ${zoneLetters(at, zone)}` : ''}${days > 0 ? ` (+${days})` : ''}`;
};

const KIND_WORDS: Readonly<Record<WireVisit['kind'], string>> = {
  delivery: 'delivery',
  exchange: 'exchange',
  dump_and_return: 'dump and return',
  final_pickup: 'final pickup',
};
const STOP_WORDS: Readonly<Record<NonNullable<WireVisit['stop']>['kind'], string>> = {
  pickup: 'pickup',
  drop_off: 'drop-off',
  dump_site: 'dump',
  yard: 'yard',
};
const ORIGIN_WORDS: Readonly<Record<Origin, string>> = { fixes: 'gps', driver: 'driver text', operator: 'by hand' };

const stopWord = ({ kind, stop }: WireVisit): string => {
  if (stop === null) return '';
  const isReturn = kind === 'dump_and_return' && stop.index > 0 && (stop.kind === 'drop_off' || stop.kind === 'pickup');
  return isReturn ? 'return' : STOP_WORDS[stop.kind];
};

/** Returns how a job ended that has no visit. */
const endWords = ({ status, ended }: WireVisit, zone: string): string => {
  if (status === 'cancelled') return 'cancelled';
  if (ended === null) return '';
  if (status === 'failed') return 'could not be done';
  if (ended.by === 'fixes') return 'by itself';
  const at = Date.parse(ended.at);
  return `${ORIGIN_WORDS[ended.by]} ${localTime(zone, at).hour(at)}`;
};

/** Remarks on visits whose job did not end with its work. */
const END_REMARKS: Partial<Record<JobStatus, string>> = { cancelled: ', cancelled', failed: ', could not be done' };

/** Returns the origin of a visit's times, and what is not known of it. */
const visitWords = ({ arrived, left, status }: WireVisit): string => {
  if (arrived === null) return '';
  const came = ORIGIN_WORDS[arrived.by];
  const times = left === null || left.by === arrived.by ? came : `arrived ${came}; left ${ORIGIN_WORDS[left.by]}`;
  const open = left === null && isActive(status) ? ', still there' : '';
  return `${times}${open}${END_REMARKS[status] ?? ''}`;
};

/** Returns the moment from which the way to a visit counts: the visit before, the end of the night, or the begin of the day. */
const wayBegins = (
  before: WireVisit | undefined,
  at: number,
  trailer: string,
  { tracks, zone }: ReportInput,
): number => {
  const end = before ? Date.parse((before.left ?? before.arrived)?.at ?? '') : Number.NaN;
  const start = startOfDay(at, zone);
  if (Number.isNaN(end) || end < start - SHIFT_MS) return start;
  if (end >= start) return end;
  const days = [end, at].map((moment) => tracks.get(dayKey(trailer, localDate(moment, zone))));
  const night = days
    .flatMap((day) => day?.halts ?? [])
    .findLast(({ from, to }) => from > end && to <= at && to - from >= NIGHT_MS);
  return night ? start : end;
};

const wayWords = (gapS: number | null): string =>
  gapS === null ? '' : `, 1 gap of ${Math.round(gapS / 60)} min (straight line)`;

/** True when all fixes of a day have expired, and no thinned day is kept. */
const isForgotten = (input: ReportInput, trailer: string, date: string, at: number): boolean =>
  input.tracks.get(dayKey(trailer, date))?.source === 'none' && at < input.now - 7 * DAY_MS;

const rowOf = (visit: WireVisit, before: WireVisit | undefined, input: ReportInput): StopRow => {
  const { zone } = input;
  const at = atOf(visit);
  const date = localDate(at, zone);
  const trailer = visit.trailerId ?? '';
  const arrivedAt = visit.arrived ? Date.parse(visit.arrived.at) : null;
  const leftAt = visit.left ? Date.parse(visit.left.at) : null;
  const way =
    arrivedAt === null
      ? { metres: null, gapS: null }
      : wayBetween(input.tracks, trailer, wayBegins(before, arrivedAt, trailer, input), arrivedAt, zone);
  const forgotten = arrivedAt !== null && isForgotten(input, trailer, date, at) ? ', track not kept any more' : '';
  return {
    date,
    trailer,
    job: visit.jobId,
    kind: KIND_WORDS[visit.kind],
    customer: visit.customerName,
    stop: stopWord(visit),
    place: visit.stop?.address ?? '',
    arrived: arrivedAt === null ? '' : clockOf(arrivedAt, date, zone),
    left: leftAt === null ? '' : clockOf(leftAt, date, zone),
    onSiteMin: arrivedAt === null || leftAt === null ? null : Math.round((leftAt - arrivedAt) / 60_000),
    metres: way.metres,
    how: arrivedAt === null ? endWords(visit, zone) : `${visitWords(visit)}${wayWords(way.gapS)}${forgotten}`,
    at,
    leftAt,
  };
};

type OfDay = Pick<StopRow, 'date' | 'trailer'>;

/** Orders rows by day and trailer: T2 before T10. */
const byDayAndTrailer = (a: OfDay, b: OfDay): number =>
  a.date.localeCompare(b.date) || a.trailer.localeCompare(b.trailer, 'en', { numeric: true });
const inOrder = (a: StopRow, b: StopRow): number => byDayAndTrailer(a, b) || a.at - b.at;

/** Returns one row per visit in the range. A row is the same in each range that has its day. */
export const stopRows = (input: ReportInput): StopRow[] =>
  [...Map.groupBy(input.visits, ({ trailerId }) => trailerId).values()]
    .flatMap((own) => {
      const sorted = own.toSorted((a, b) => atOf(a) - atOf(b));
      const visited = sorted.filter(({ arrived }) => arrived !== null);
      return sorted.map((visit) => rowOf(visit, visited[visited.indexOf(visit) - 1], input));
    })
    .filter(({ at }) => at >= input.range.from && at < input.range.to)
    .sort(inOrder);

/** True when a halt is one of the visits of its trailer. */
const isVisit = (halt: { from: number; to: number }, trailer: string, rows: readonly StopRow[]): boolean =>
  rows.some(
    (row) => row.trailer === trailer && row.at < halt.to && (row.leftAt ?? Number.POSITIVE_INFINITY) > halt.from,
  );

const unplannedIn = (trailer: string, day: DayOfTrack, rows: readonly StopRow[], input: ReportInput): StopRow[] =>
  day.halts
    .filter((halt) => halt.to - halt.from >= UNPLANNED_MS && !isVisit(halt, trailer, rows))
    .filter((halt) => placeAt(halt, input.places)?.kind !== 'yard')
    .map((halt) => {
      const date = localDate(halt.from, input.zone);
      const own = placeAt(halt, input.places);
      return {
        date,
        trailer,
        job: '',
        kind: '',
        customer: '',
        stop: 'unplanned',
        place: own?.address ?? `near ${halt.lat.toFixed(4)} ${halt.lon.toFixed(4)}`,
        arrived: clockOf(halt.from, date, input.zone),
        left: clockOf(halt.to, date, input.zone),
        onSiteMin: Math.round((halt.to - halt.from) / 60_000),
        metres: null,
        how: 'gps',
        at: halt.from,
        leftAt: halt.to,
      };
    });

/** Returns halts of five minutes or more that are neither a visit nor at the yard, as rows without a job. */
export const unplannedRows = (rows: readonly StopRow[], input: ReportInput): StopRow[] =>
  [...input.tracks].flatMap(([key, day]) => {
    const [trailer = ''] = key.split(' ');
    return unplannedIn(trailer, day, rows, input).filter(({ at }) => at >= input.range.from && at < input.range.to);
  });

/** Returns the cells of a report by stops. */
export const stopCells = (rows: readonly StopRow[]): Cell[][] =>
  rows
    .toSorted(inOrder)
    .map((row) => [
      row.date,
      row.trailer,
      row.job,
      row.kind,
      row.customer,
      row.stop,
      row.place,
      row.arrived,
      row.left,
      row.onSiteMin,
      row.metres === null ? null : milesOf(row.metres),
      row.how,
    ]);

const sumOf = (values: ReadonlyArray<number | null>): number | null => {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
};

export const JOB_HEADER = [
  'job',
  'date',
  'kind',
  'customer',
  'trailers',
  'stops',
  'arrived',
  'left',
  'on_site_min',
  'miles',
  'how',
] as const;

/** Returns one row per job: first arrival, last departure, minutes on site and miles of all its trailers. */
export const jobCells = (rows: readonly StopRow[]): Cell[][] =>
  [...Map.groupBy(rows.toSorted(inOrder), ({ job }) => job)].map(([job, own]) => {
    const [first] = own;
    const last = own.findLast(({ left }) => left !== '');
    const metres = sumOf(own.map((row) => row.metres));
    return [
      job,
      first?.date ?? '',
      first?.kind ?? '',
      first?.customer ?? '',
      [...new Set(own.map(({ trailer }) => trailer))].filter(Boolean).join(' '),
      own.filter(({ arrived }) => arrived !== '').length,
      first?.arrived ?? '',
      last?.left ?? '',
      sumOf(own.map(({ onSiteMin }) => onSiteMin)),
      metres === null ? null : milesOf(metres),
      [...new Set(own.map(({ how }) => how))].filter(Boolean).join('; '),
    ];
  });

export const DAY_HEADER = [
  'date',
  'trailer',
  'jobs',
  'stops',
  'first_departure',
  'last_arrival',
  'on_site_min',
  'miles',
  'how',
] as const;

/** Returns one row per trailer and day with a visit or with fixes. Without fixes miles are unknown. */
export const dayCells = (rows: readonly StopRow[], { tracks, range, zone }: ReportInput): Cell[][] => {
  const byDay = Map.groupBy(rows, ({ trailer, date }) => dayKey(trailer, date));
  const withFixes = [...tracks].filter(([, day]) => day.source !== 'none').map(([key]) => key);
  const [first, last] = [localDate(range.from, zone), localDate(range.to - 1, zone)];
  return [...new Set([...byDay.keys(), ...withFixes])]
    .map((key) => {
      const [trailer = '', date = ''] = key.split(' ');
      return { trailer, date, day: tracks.get(key), own: byDay.get(key) ?? [] };
    })
    .filter(({ date }) => date >= first && date <= last)
    .sort(byDayAndTrailer)
    .map(({ trailer, date, day, own }) => {
      const trips = day?.trips ?? [];
      const hasFixes = day !== undefined && day.source !== 'none';
      return [
        date,
        trailer,
        new Set(own.map(({ job }) => job)).size,
        own.filter(({ arrived }) => arrived !== '').length,
        trips[0] ? clockOf(trips[0].from, date, zone) : '',
        trips.length > 0 ? clockOf(trips.at(-1)?.to ?? 0, date, zone) : '',
        sumOf(own.map(({ onSiteMin }) => onSiteMin)),
        hasFixes ? milesOf(day.points.at(-1)?.metres ?? 0) : null,
        hasFixes ? (day.source === 'kept' ? 'gps, kept day' : 'gps') : 'no fixes',
      ];
    });
};
