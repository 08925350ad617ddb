import type { CompanyFile } from '@qdn/company';
import type { Wire } from '@qdn/contracts';
import { ago, table } from '../format.ts';
import type { LocalTime } from '../times/local-time.ts';
import { batteryWords, ignoredWords } from './tracker-words.ts';

type ListedTrailer = Wire<'trailerList'>['trailers'][number];
type OwnTrailer = NonNullable<CompanyFile['trailers']>[number];

/** A row: a trailer by its ID, its name in the company file, and its tracker as far as the system knows it. */
type Row = { id: string; name: string; listed: ListedTrailer | null };

/** Numbers in IDs by their value: T2 before T10. */
const inOrder = (a: Row, b: Row): number => a.id.localeCompare(b.id, 'en', { numeric: true });

const rowsOf = (listed: readonly ListedTrailer[], own: readonly OwnTrailer[]): Row[] => {
  const byId = new Map(listed.map((trailer) => [trailer.trailerId, trailer]));
  const names = new Map(own.map(({ id, name = '' }) => [id, name]));
  return [...new Set([...names.keys(), ...byId.keys()])]
    .map((id): Row => ({ id, name: names.get(id) ?? '', listed: byId.get(id) ?? null }))
    .sort(inOrder);
};

const COMPASS = ['N', 'NE', 'E', 'SE', 'S', 'SW', 'W', 'NW'] as const;
const MPH_PER_MPS = 2.236_936;

/** `moving NE, 31 mph`, `standing`, `-` */
const motionWords = ({ motion, position }: ListedTrailer): string => {
  if (motion !== 'moving') return motion ?? '-';
  const heading = position?.headingDeg;
  const toward = typeof heading === 'number' ? ` ${COMPASS[Math.round(heading / 45) % COMPASS.length]}` : '';
  const speed = typeof position?.speedMps === 'number' ? `, ${Math.round(position.speedMps * MPH_PER_MPS)} mph` : '';
  return `moving${toward}${speed}`;
};

const cellsOf = ({ id, name, listed }: Row, time: LocalTime): string[] => {
  if (listed === null || (listed.heardAt === null && listed.ignored.length === 0))
    return [id, name || '-', listed?.jobId ?? '-', '-', 'nothing heard', '-', '-', '-', '-'];
  const { jobId, position, battery, client, heardAt, ignored } = listed;
  const last = position ? `${time.stamp(position.at)} (${ago(position.ageS)} ago)` : 'no place';
  return [
    id,
    name || '-',
    jobId ?? '-',
    motionWords(listed),
    position === null && heardAt !== null ? `${last}, heard ${time.stamp(heardAt)}` : last,
    position ? `${position.lat}, ${position.lon}` : '-',
    battery === null ? '-' : batteryWords(battery),
    client ?? '-',
    ignoredWords(ignored) || '-',
  ];
};

/**
 * Returns the trailers of the system and of the company file as a table, one line each.
 * @param own trailers of the company file, which are listed even when they have never reported
 */
export const trailerTable = (listed: readonly ListedTrailer[], own: readonly OwnTrailer[], time: LocalTime): string => {
  const rows = rowsOf(listed, own);
  if (rows.length === 0) return 'No trailer has reported. To add yours to config/company.json: ./qdn init';
  const heading = [
    'TRAILER',
    'NAME',
    'JOB',
    'MOTION',
    `LAST FIX (${time.label})`,
    'PLACE',
    'BATTERY',
    'CLIENT',
    'IGNORED',
  ];
  return table([heading, ...rows.map((row) => cellsOf(row, time))]);
};

/** Returns the trailers of the company file alone, when the system cannot be asked. */
export const ownTrailerTable = (own: readonly OwnTrailer[]): string =>
  own.length === 0
    ? 'config/company.json has no trailers. To add yours: ./qdn init'
    : table([['TRAILER', 'NAME'], ...own.map(({ id, name = '' }) => [id, name])]);
