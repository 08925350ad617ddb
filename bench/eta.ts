/*
 * node bench/eta.ts [GPX files, folders of them, CSV files of trips]
 *
 * Measures arrival times on recorded drives: the share of arrivals inside the range, the range's width and the error of its middle, for a
 * new company and for one that has learned the earlier legs of the same data set, beside two baselines. A CSV file has one trip a line
 * (pickup_time, trip_seconds, pickup_lat, pickup_lon, dropoff_lat, dropoff_lon, and trip_miles where known), predicted at departure only.
 * Default: bench/drives and a drive of tests/drives. README.md has what that prints, and a test compares them.
 */
import { globSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESTIMATORS, type Outcome, outcomesOf, STAGES } from './arrival-accuracy.ts';
import { quantile } from './quantile.ts';
import { recordedLegs } from './recorded-legs.ts';

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const given = process.argv.slice(2);
const known = ['bench/drives', 'tests/drives/munich-1hz.gpx'].map((path) => join(repository, path));
const folders = given.length > 0 ? given : known;
const files = folders.flatMap((path) =>
  statSync(path).isDirectory() ? globSync(join(path, '**/*.{gpx,csv}')).sort() : [path],
);

const minutes = (ms: number): string => (ms / 60_000).toFixed(1);

/** Returns a line of the table: coverage and width of the product's ranges, and the errors of all estimators. */
const rowOf = (name: string, stage: string, outcomes: readonly Outcome[]): string[] => {
  const by = Map.groupBy(outcomes, (outcome) => outcome.by);
  const all = Object.keys(ESTIMATORS).map((estimator) => by.get(estimator) ?? []);
  const ranged = all.slice(0, 2);
  const coverage = ranged.map(
    (own) => `${((100 * own.filter(({ isInside }) => isInside).length) / own.length).toFixed(0)} %`,
  );
  const width = ranged.map((own) =>
    minutes(
      quantile(
        own.flatMap(({ widthMs }) => widthMs ?? []),
        0.5,
      ),
    ),
  );
  const errors = (share: number) =>
    all.map((own) =>
      minutes(
        quantile(
          own.map(({ errorMs }) => errorMs),
          share,
        ),
      ),
    );
  return [
    name,
    stage,
    String(all[0]?.length ?? 0),
    ...[coverage, width, errors(0.5), errors(0.9)].map((cells) => cells.join(' / ')),
  ];
};

const legs = recordedLegs(files);
const outcomes = outcomesOf(legs, ESTIMATORS);
const sets = [...new Set(legs.map(({ set }) => set))].sort();
const groups: Array<[string, (outcome: Outcome) => boolean]> = [
  ...sets.map((name): [string, (outcome: Outcome) => boolean] => [name, ({ set }) => set === name]),
  ['all', () => true],
  ['slow with stops', ({ isSlow }) => isSlow],
];
const head = ['data set', 'stage', 'times', 'in range', 'width p50', 'error p50', 'error p90'];
const rows = groups.flatMap(([name, isOf]) =>
  STAGES.flatMap((stage) => {
    const own = outcomes.filter((outcome) => outcome.stage === stage && isOf(outcome));
    return own.length > 0 ? [rowOf(name, stage, own)] : [];
  }),
);
console.log(`${legs.length} legs in ${files.length} files. In range and width (min): not taught / learned.`);
console.log(`Errors (min): ${Object.keys(ESTIMATORS).join(' / ')}.\n`);
const table = [head, ...rows];
const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
for (const row of table)
  console.log(
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
