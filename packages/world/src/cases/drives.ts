import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EntryFormat, readEntryFiles } from '../entry-files.ts';
import type { LatLon } from '../geography/index.ts';
import { pointsOfGpx, type TimedPoint } from '../trucks/index.ts';

/** A recorded drive. Its last point is its destination. */
export type RecordedDrive = {
  id: string;
  source: { kind: string; note: string };
  points: readonly TimedPoint[];
};

/** A drive as a JSON file has it: [latitude, longitude, seconds since the first point]. */
type DriveEntry = {
  id: string;
  source: { kind: string; note: string };
  startedAt: string;
  points: readonly (readonly [lat: number, lon: number, seconds: number])[];
};

/** Thrown for drives that break their format. Each line of the message names file, entry and place. */
export class DriveError extends Error {
  override name = 'DriveError';
}

const FORMAT: EntryFormat<DriveEntry> = {
  schema: new URL('../../schema/drive.schema.json', import.meta.url),
  Refusal: DriveError,
  findRepeats: (entries) =>
    entries.flatMap(({ file, entry: { id, points } }) => {
      const late = points.findIndex(([, , seconds], i) => i > 0 && seconds <= (points[i - 1]?.[2] ?? 0));
      return late > 0 ? [`${file}: entry ${id}, /points/${late}: the point is not later than the one before it`] : [];
    }),
};

const drivesOfGpx = (directory: string): RecordedDrive[] =>
  readdirSync(directory)
    .filter((name) => name.endsWith('.gpx'))
    .sort()
    .map((file) => {
      const gpx = readFileSync(join(directory, file), 'utf8');
      let points: TimedPoint[];
      try {
        points = pointsOfGpx(gpx);
      } catch (error) {
        throw new DriveError(`${file}: ${(error as Error).message}`);
      }
      if (points.length < 2)
        throw new DriveError(`${file}: the track has ${points.length} points with a time; it needs at least 2`);
      const note = /<name>([^<]*)<\/name>/.exec(gpx)?.[1] ?? file;
      return { id: file.replace(/\.gpx$/, ''), source: { kind: 'recording', note }, points };
    });

/**
 * Reads the recorded drives of a folder: GPX files and JSON files.
 * @throws DriveError that names file and place; also for a folder without drives
 */
export const readDrives = (directory: string): RecordedDrive[] => {
  const names = existsSync(directory) ? readdirSync(directory) : [];
  const entries = names.some((name) => name.endsWith('.json')) ? readEntryFiles(directory, FORMAT) : [];
  const drives = entries.map(({ id, source, startedAt, points }): RecordedDrive => {
    const at = Date.parse(startedAt);
    return { id, source, points: points.map(([lat, lon, seconds]) => ({ lat, lon, at: at + seconds * 1000 })) };
  });
  const all = [...drives, ...(names.length > 0 ? drivesOfGpx(directory) : [])];
  if (all.length === 0) throw new DriveError(`${directory} has no *.gpx or *.json file`);
  const repeated = all.find(({ id }, i) => all.findIndex((other) => other.id === id) < i);
  if (repeated) throw new DriveError(`${directory}: two drives have the ID "${repeated.id}"`);
  return all;
};

/** Returns the length of a drive's points as the crow flies, and its destination. */
export const destinationOf = ({ points }: RecordedDrive): LatLon => {
  const { lat, lon } = points.at(-1) ?? { lat: 0, lon: 0 };
  return { lat, lon };
};
