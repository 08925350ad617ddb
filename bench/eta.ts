/*
 * node bench/eta.ts [GPX files, folders of them, CSV files of trips]
 *
 * Measures the accuracy of arrival times on recorded drives. Each drive is predicted only from earlier drives, as on the day
 * itself. The arrival of a GPX file is predicted every minute of the drive. The arrival of a trip in a CSV file (pickup_time,
 * trip_seconds, pickup_lat, pickup_lon, dropoff_lat, dropoff_lon, and trip_miles where known) is predicted once, at departure.
 * Default: tests/drives.
 */
import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseGpx } from '@qdn/cli/gpx';
import {
  distanceM,
  EMPTY_TRAVEL,
  estimateArrival,
  type Fix,
  type LegSample,
  learn,
  type Place,
  type Stop,
  type TrailerId,
  type TravelModel,
  travelModel,
} from '@qdn/domain';

/** Time zone of the drives, and of the times in CSV files. */
const ZONE = 'UTC';
const RADIUS_M = 100;
const MINUTE = 60_000;
/** Rule of thumb of dispatchers: 40 km/h along the straight line, in m/s. */
const RECKONED_MPS = 40 / 3.6;
/** Trips shorter than this are not a hauler's job and are ignored, in metres and seconds. */
const [SHORTEST_M, SHORTEST_S] = [300, 60];

/**
 * A drive with its fixes, oldest first; a single fix if only its two ends are known. `arrivedAt` is epoch ms, `roadM` null if
 * not known.
 */
type Drive = { name: string; fixes: Fix[]; to: Stop; arrivedAt: number; roadM: number | null };

const trailerId = 'T1' as TrailerId;
const fixAt = ({ lat, lon }: Place, at: number): Fix => ({
  trailerId,
  at,
  lat,
  lon,
  accuracyM: null,
  speedMps: null,
  headingDeg: null,
});
const stopAt = ({ lat, lon }: Place): Stop => ({ kind: 'drop_off', address: '', lat, lon, radiusM: RADIUS_M });

const fromGpx = (file: string): Drive[] => {
  const fixes = parseGpx(readFileSync(file)).flatMap((point) => (point.at === null ? [] : [fixAt(point, point.at)]));
  const end = fixes.at(-1);
  if (!end) return [];
  const to = stopAt(end);
  const outside = fixes.findLastIndex((fix) => distanceM(fix, to) > RADIUS_M);
  const arrivedAt = fixes[outside + 1]?.at ?? end.at;
  const way = fixes.slice(0, outside + 2);
  const roadM = way.reduce((sum, fix, i) => sum + distanceM(way[i - 1] ?? fix, fix), 0);
  return outside < 0 ? [] : [{ name: file, fixes: way, to, arrivedAt, roadM }];
};

const fromCsv = (file: string): Drive[] => {
  const [head = '', ...lines] = readFileSync(file, 'utf8').trim().split(/\r?\n/);
  const columns = head.split(',');
  return lines.flatMap((line, n) => {
    const cells = line.split(',');
    const cell = (name: string) => cells[columns.indexOf(name)] ?? '';
    const amount = (name: string) => Number(cell(name) === '' ? Number.NaN : cell(name));
    const began = Date.parse(`${cell('pickup_time').replace(' ', 'T')}Z`);
    const from = { lat: amount('pickup_lat'), lon: amount('pickup_lon') };
    const to = { lat: amount('dropoff_lat'), lon: amount('dropoff_lon') };
    const arrivedAt = began + amount('trip_seconds') * 1000;
    if (![began, from.lat, from.lon, to.lat, to.lon, arrivedAt].every(Number.isFinite)) return [];
    const miles = amount('trip_miles');
    const roadM = miles > 0 ? miles * 1609.344 : null;
    return [{ name: `${file} line ${n + 2}`, fixes: [fixAt(from, began)], to: stopAt(to), arrivedAt, roadM }];
  });
};

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const given = process.argv.slice(2);
const files = (given.length > 0 ? given : [join(repository, 'tests/drives')]).flatMap((path) =>
  statSync(path).isDirectory() ? globSync(join(path, '**/*.gpx')).sort() : [path],
);
const drives = files
  .flatMap((file) => (file.endsWith('.csv') ? fromCsv(file) : fromGpx(file)))
  .filter(({ fixes, to, arrivedAt }) => {
    const first = fixes[0];
    return first && distanceM(first, to) >= SHORTEST_M && arrivedAt - first.at >= SHORTEST_S * 1000;
  })
  .sort((a, b) => (a.fixes[0]?.at ?? 0) - (b.fixes[0]?.at ?? 0));

/** A prediction with its time, its median and range in epoch ms, and the real arrival. The range is null if the method gives none. */
type Guess = {
  kind: 'setting out' | 'under way';
  at: number;
  likely: number;
  range: [number, number] | null;
  arrivedAt: number;
};
type Estimator = {
  name: string;
  guess: (trail: readonly Fix[], drive: Drive, model: TravelModel) => Pick<Guess, 'likely' | 'range'> | null;
};

const untaught = travelModel(EMPTY_TRAVEL, ZONE);
const ours = (trail: readonly Fix[], { to }: Drive, model: TravelModel) => {
  const eta = estimateArrival({ trail, stops: [to], standingSince: null }, trail.at(-1)?.at ?? 0, model);
  return eta && { likely: eta.likely, range: [eta.earliest, eta.latest] as [number, number] };
};
const estimators: Estimator[] = [
  { name: 'learned', guess: ours },
  { name: 'not taught', guess: (trail, drive) => ours(trail, drive, untaught) },
  {
    name: 'straight line at 40 km/h',
    guess: (trail, { to }) => {
      const newest = trail.at(-1);
      return newest ? { likely: newest.at + (distanceM(newest, to) / RECKONED_MPS) * 1000, range: null } : null;
    },
  },
  // The baseline: most trackers show only the position and leave the estimate to the viewer.
  { name: 'none', guess: () => null },
];

/** Returns the times at which a drive is predicted: at departure, and each minute after it. */
const momentsOf = ({ fixes, arrivedAt }: Drive): number[] => {
  const began = fixes[0]?.at ?? 0;
  if (fixes.length === 1) return [began];
  return Array.from({ length: Math.ceil((arrivedAt - began) / MINUTE) }, (_, i) => began + i * MINUTE);
};

const guesses = new Map(estimators.map(({ name }): [string, Guess[]] => [name, []]));
let record = EMPTY_TRAVEL;
for (const [n, drive] of drives.entries()) {
  const model = travelModel(record, ZONE);
  for (const now of momentsOf(drive)) {
    const trail = drive.fixes.filter(({ at }) => at <= now);
    for (const { name, guess } of estimators) {
      const made = guess(trail, drive, model);
      const kind = trail.length === 1 ? 'setting out' : 'under way';
      if (made) guesses.get(name)?.push({ ...made, kind, at: now, arrivedAt: drive.arrivedAt });
    }
  }
  const first = drive.fixes[0];
  if (!first) continue;
  const leg: Omit<LegSample, 'missed'> = {
    id: `drive ${n}`,
    at: first.at,
    straightM: Math.round(Math.max(1, distanceM(first, drive.to) - RADIUS_M / 2)),
    roadM: drive.roadM,
    seconds: Math.round((drive.arrivedAt - first.at) / 1000),
  };
  record = learn(record, [leg], [], ZONE);
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ?? Number.NaN;
const minutes = (ms: number): string => (ms / MINUTE).toFixed(1);

console.log(`${drives.length} drives in ${files.length} files\n`);
const rows = [
  ['predicted', 'by', 'times', 'median error (min)', 'p90 error (min)', 'truth in range', 'median width (min)'],
];
for (const kind of ['setting out', 'under way'] as const) {
  for (const [name, all] of guesses) {
    const made = all.filter((guess) => guess.kind === kind);
    const errors = made.map(({ likely, arrivedAt }) => Math.abs(likely - arrivedAt));
    const ranged = made.flatMap(({ range, arrivedAt }) => (range ? [{ range, arrivedAt }] : []));
    const inside = ranged.filter(({ range: [from, to], arrivedAt }) => from <= arrivedAt && arrivedAt <= to);
    rows.push([
      kind,
      name,
      String(made.length),
      made.length > 0 ? minutes(quantile(errors, 0.5)) : 'no answer',
      made.length > 0 ? minutes(quantile(errors, 0.9)) : 'no answer',
      ranged.length > 0 ? `${((100 * inside.length) / ranged.length).toFixed(0)} %` : '–',
      ranged.length > 0
        ? minutes(
            quantile(
              ranged.map(({ range: [from, to] }) => to - from),
              0.5,
            ),
          )
        : '–',
    ]);
  }
}
const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
for (const row of rows)
  console.log(
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
