import { type Box, boxAround, extractTiles, openFile, openUrl, parseBox, sizeKm, TilesError } from '@qdn/street-tiles';
import { CommandError } from '../connection.ts';
import { type ReadJson, readStops } from './stops.ts';

export type StreetsOptions = {
  /** A file, or an http(s) address. */
  from: string;
  /** "west,south,east,north"; null: around the stops of the company and of its jobs. */
  bbox: string | null;
  /** The company's own. */
  stops: ReadonlyArray<{ lat: number; lon: number }>;
  aroundKm: number;
  minZoom: number | null;
  maxZoom: number;
  /** The archive to write. */
  file: string;
};

/** Longest plausible side of a region: above it, a stop probably has a wrong place. */
const LONGEST_SIDE_KM = 400;

const megabytes = (bytes: number): string =>
  bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1_000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;

const counted = (tiles: number): string => (tiles === 1 ? '1 tile' : `${tiles.toLocaleString('en')} tiles`);

const degrees = ({ west, south, east, north }: Box): string =>
  [west, south, east, north].map((value) => Number(value.toFixed(4))).join(',');

/** Returns the region. A company file with stops needs no jobs and no running system. */
const stopsOfJobs = async (canDoWithout: boolean, read: ReadJson): ReturnType<typeof readStops> => {
  try {
    return await readStops(read);
  } catch (error) {
    if (canDoWithout && error instanceof CommandError) return [];
    throw error;
  }
};

const chooseBox = async ({ bbox, stops, aroundKm }: StreetsOptions, read: ReadJson): Promise<Box> => {
  if (bbox !== null) {
    const box = parseBox(bbox);
    if (!box) {
      throw new CommandError(
        `--bbox ${bbox} is not a valid box. Write west,south,east,north in degrees, as in --bbox -98.1,30.0,-97.4,30.6`,
      );
    }
    return box;
  }
  const [first, ...rest] = [...stops, ...(await stopsOfJobs(stops.length > 0, read))];
  if (!first) {
    throw new CommandError(
      'The region is unknown, because there are no stops yet. Add --bbox west,south,east,north, or add your yard as a stop: ./qdn init.',
    );
  }
  const box = boxAround([first, ...rest], aroundKm * 1_000);
  const { width, height } = sizeKm(box);
  if (Math.max(width, height) > LONGEST_SIDE_KM) {
    throw new CommandError(
      `Your stops are ${Math.round(Math.max(width, height))} km apart; one of them may have a wrong place. If this is your region: --bbox=${degrees(box)}`,
    );
  }
  return box;
};

/**
 * Extracts a region from an archive.
 * @param read reads the jobs' stops from the API when there is no box
 * @returns a sentence about the written file
 * @throws CommandError
 */
export const makeStreets = async (
  options: StreetsOptions,
  read: ReadJson,
  note: (line: string) => void,
): Promise<string> => {
  const box = await chooseBox(options, read);
  const { width, height } = sizeKm(box);
  note(`Region: ${degrees(box)} (${Math.round(width)} × ${Math.round(height)} km)`);
  try {
    const source = /^https?:\/\//.test(options.from) ? openUrl(options.from) : await openFile(options.from);
    try {
      const { tiles, bytes, minZoom, maxZoom } = await extractTiles({
        source,
        box,
        minZoom: options.minZoom,
        maxZoom: options.maxZoom,
        out: options.file,
        planned: (plan) =>
          note(`${counted(plan.tiles)}, zoom ${plan.minZoom} to ${plan.maxZoom}: ${megabytes(plan.bytes)}`),
        progress: ({ readBytes, totalBytes }) =>
          note(
            `\r${megabytes(readBytes)} of ${megabytes(totalBytes)} (${Math.floor((100 * readBytes) / Math.max(1, totalBytes))} %)`,
          ),
      });
      return `${options.file}: ${megabytes(bytes)}, ${counted(tiles)}, zoom ${minZoom} to ${maxZoom}.`;
    } finally {
      await source.close();
    }
  } catch (error) {
    if (error instanceof TilesError) throw new CommandError(error.message);
    throw error;
  }
};
