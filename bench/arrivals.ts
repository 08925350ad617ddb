/*
 * node bench/arrivals.ts [GPX files, folders of them]
 *
 * Measures the detection of arrivals on recorded drives, as trackers of several kinds would have reported them. A recording is cut into
 * drives where the vehicle stood for five minutes. The end of each drive is the site, where the vehicle then stands for half an hour. Prints, by tracker: arrivals found, and the time from the end of the drive to
 * the decision. Then sites 40 m beside the road that the vehicle only passes: arrivals there are false. Default: tests/drives.
 */
import { globSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseGpx } from '@qdn/cli/gpx';
import { bearingDeg, distanceM, type Fix, followTrailer, type Job, type Place, type TrailerId } from '@qdn/domain';
import { aJob, placeAt } from '@qdn/domain/testing';
import { quantile } from './quantile.ts';

const MINUTE = 60_000;
const STANDS_MS = 30 * MINUTE;
/** Age of the newest report from which `watch-trailers` looks at a trailer each minute, in ms. */
const HEARD_MS = MINUTE;
const PASS_M = 40;
const BESIDE_M = 120;
const SHORTEST_M = 500;
const PASSES = 25;
/** Distance and time around a pass within which the vehicle must not have stood for long, in m and ms. */
const CLEAR_M = 150;
const CLEAR_STAND_MS = 100_000;
/** Distance from both ends of a drive, in m, and the longest gap in the recording nearby, in ms: there the truth is not known. */
const FROM_END_M = 1500;
const GAP_MS = 120_000;
const trailerId = 'T1' as TrailerId;

type Drive = { name: string; fixes: Fix[]; endsAt: number };

/** Stand that ends a drive, in ms, within this distance of its first fix, in m. */
const STAY_MS = 5 * MINUTE;
const STAY_M = 50;

/** Cuts a recording where the vehicle stood: each piece ends with the first fix of a stand, and the next one begins with its last fix. */
const piecesOf = (fixes: readonly Fix[]): Fix[][] => {
  const pieces: Fix[][] = [];
  let begin = 0;
  for (let i = 0; i < fixes.length; i += 1) {
    const here = fixes[i] as Fix;
    let last = i;
    while (last + 1 < fixes.length && distanceM(fixes[last + 1] as Fix, here) <= STAY_M) last += 1;
    if ((fixes[last] as Fix).at - here.at < STAY_MS) continue;
    pieces.push(fixes.slice(begin, i + 1));
    begin = last;
    i = last;
  }
  return [...pieces, fixes.slice(begin)];
};

const driveOf = (file: string): Drive[] => {
  const points = parseGpx(readFileSync(file)).flatMap(({ at, lat, lon }) => (at === null ? [] : [{ at, lat, lon }]));
  const fixes = points
    .filter((point, i) => point.at > (points[i - 1]?.at ?? Number.NEGATIVE_INFINITY))
    .map((point): Fix => ({ ...point, trailerId, accuracyM: null, speedMps: null, headingDeg: null }));
  return piecesOf(fixes).flatMap((piece) => pieceOf(file, piece));
};

/** Returns a piece as a drive; none when it is too short. */
const pieceOf = (file: string, fixes: Fix[]): Drive[] => {
  const end = fixes.at(-1);
  const first = fixes[0];
  if (!end || !first || fixes.length < 10 || distanceM(first, end) < SHORTEST_M) return [];
  // The vehicle has arrived when it comes to the place of its last position.
  const outside = fixes.findLastIndex((fix) => distanceM(fix, end) > 30);
  return [{ name: file, fixes, endsAt: fixes[outside + 1]?.at ?? end.at }];
};

/** Adds the stand at the end: a fix each second, with the noise of a parked receiver. */
const withStand = ({ fixes }: Drive): Fix[] => {
  const end = fixes.at(-1) as Fix;
  const noise = (i: number, seed: number) => 3 * Math.sin(i * seed);
  const stand = Array.from({ length: STANDS_MS / 1000 }, (_, i) => ({
    ...end,
    ...placeAt(end, noise(i, 0.07), noise(i, 0.11)),
    at: end.at + (i + 1) * 1000,
  }));
  return [...fixes, ...stand];
};

/** A kind of tracker: picks the fixes that it reports. `isLearned`: earlier visits have told where the site beside its address is. */
type Tracker = { name: string; pick: (fix: Fix, last: Fix | null) => boolean; offM?: number; isLearned?: boolean };
const every = (seconds: number) => (fix: Fix, last: Fix | null) => !last || fix.at - last.at >= seconds * 1000;
const trackers: Tracker[] = [
  { name: 'every second', pick: every(1) },
  { name: 'every 10 s', pick: every(10) },
  { name: 'every 30 s', pick: every(30) },
  { name: 'every 60 s', pick: every(60) },
  { name: 'every 5 min', pick: every(300) },
  { name: '75 m, silent while standing', pick: (fix, last) => !last || distanceM(fix, last) >= 75 },
  {
    name: 'significant changes: 500 m and 60 s',
    pick: (fix, last) => !last || (distanceM(fix, last) >= 500 && fix.at - last.at >= 60_000),
  },
  { name: 'every 10 s, address 120 m off', pick: every(10), offM: BESIDE_M },
  {
    name: '75 m and silent, address 120 m off',
    pick: (fix, last) => !last || distanceM(fix, last) >= 75,
    offM: BESIDE_M,
  },
  { name: 'every 10 s, 120 m off, learned', pick: every(10), offM: BESIDE_M, isLearned: true },
  {
    name: '75 m and silent, 120 m off, learned',
    pick: (fix, last) => !last || distanceM(fix, last) >= 75,
    offM: BESIDE_M,
    isLearned: true,
  },
];

const reportsOf = (fixes: readonly Fix[], { pick }: Tracker): Fix[] => {
  const reports: Fix[] = [];
  for (const fix of fixes) if (pick(fix, reports.at(-1) ?? null)) reports.push(fix);
  return reports;
};

const jobTo = (site: Place, at: number): Job =>
  aJob({
    stops: [{ kind: 'drop_off', address: '', ...site, radiusM: 100 }],
    createdAt: at,
    history: [{ status: 'in_transit', at, by: 'operator', reason: 'dispatched' }],
  });

/** Plays reports as they arrive, with a look each minute, and returns the moment of the first decision for an arrival. */
const arrivedAt = (reports: readonly Fix[], site: Place, learned: Place | null = null): number | null => {
  const first = reports[0];
  if (!first) return null;
  let job = jobTo(site, first.at - 1);
  const options = { ownPlaces: [], completes: true, siteOf: () => learned };
  const looks = reports.map(({ at }) => at);
  for (let at = first.at; at < (reports.at(-1) as Fix).at + STANDS_MS; at += MINUTE) looks.push(at);
  looks.sort((a, b) => a - b);
  let known = 0;
  let oldest = 0;
  for (const now of looks) {
    const before = known;
    while ((reports[known]?.at ?? Number.POSITIVE_INFINITY) <= now) known += 1;
    while ((reports[oldest]?.at ?? 0) < now - 35 * MINUTE) oldest += 1;
    if (known === before && now - (reports[known - 1]?.at ?? now) <= HEARD_MS) continue;
    const from = known > before ? (reports[before]?.at ?? now) : now;
    [job] = followTrailer(
      [job],
      trailerId,
      reports.slice(Math.min(oldest, Math.max(0, known - 1)), known),
      now,
      from,
      options,
    ) as [Job];
    if (job.history.some(({ status }) => status === 'at_site')) return now;
  }
  return null;
};

const sideOf = (fixes: readonly Fix[], i: number, metres: number): Place => {
  const [a, b] = [fixes[Math.max(0, i - 3)] as Fix, fixes[Math.min(fixes.length - 1, i + 3)] as Fix];
  const right = ((bearingDeg(a, b) + 90) * Math.PI) / 180;
  return placeAt(fixes[i] as Fix, Math.cos(right) * metres, Math.sin(right) * metres);
};

/** Sites that a drive passes: evenly spread, not near the ends, and not where the vehicle stood for long. */
const passesOf = ({ fixes }: Drive): Place[] => {
  const ends = [fixes[0] as Fix, fixes.at(-1) as Fix];
  return Array.from({ length: PASSES }, (_, n) => Math.floor(((n + 1) * fixes.length) / (PASSES + 1))).flatMap((i) => {
    const fix = fixes[i] as Fix;
    if (ends.some((end) => distanceM(end, fix) < FROM_END_M)) return [];
    const hasGap = fixes.some(
      (other, j) => distanceM(other, fix) < 1000 && (fixes[j + 1]?.at ?? other.at) - other.at > GAP_MS,
    );
    if (hasGap) return [];
    const near = fixes.filter((other) => distanceM(other, fix) < CLEAR_M);
    const stoodMs = (near.at(-1)?.at ?? 0) - (near[0]?.at ?? 0);
    return stoodMs > CLEAR_STAND_MS ? [] : [sideOf(fixes, i, PASS_M)];
  });
};

const repository = join(dirname(fileURLToPath(import.meta.url)), '..');
const given = process.argv.slice(2);
const files = (given.length > 0 ? given : [join(repository, 'tests/drives')]).flatMap((path) =>
  statSync(path).isDirectory() ? globSync(join(path, '**/*.gpx')).sort() : [path],
);
const drives = files.flatMap(driveOf);
console.log(`${drives.length} drives in ${files.length} files`);

for (const tracker of trackers) {
  const delays = drives.map((drive) => {
    const reports = reportsOf(withStand(drive), tracker);
    const end = drive.fixes.at(-1) as Fix;
    const site = tracker.offM ? sideOf(drive.fixes, drive.fixes.length - 1, tracker.offM) : end;
    const at = arrivedAt(reports, site, tracker.isLearned ? end : null);
    return at === null ? null : (at - drive.endsAt) / MINUTE;
  });
  const found = delays.filter((delay) => delay !== null);
  const within = (most: number) => found.filter((delay) => delay <= most).length;
  const passes = drives.flatMap((drive) => {
    const reports = reportsOf(withStand(drive), tracker);
    return passesOf(drive).map((site) => arrivedAt(reports, site) !== null);
  });
  const wrong = passes.filter(Boolean).length;
  console.log(
    `${tracker.name.padEnd(38)} found ${found.length}/${drives.length}, within 4 min ${within(4)}, within 12 min ${within(12)}, ` +
      `after ${quantile(found, 0.5).toFixed(1)} min (p90 ${quantile(found, 0.9).toFixed(1)}, earliest ${quantile(found, 0).toFixed(1)}); passes ${passes.length}, false ${wrong}`,
  );
}
