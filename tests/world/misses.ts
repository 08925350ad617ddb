import { type FleetDevice, type FleetFacts, judgeEvidentEvents, type Truth, tallyJobs, wordsCases } from '@qdn/world';
import type { PlayedWorld } from './play-world.ts';

/*
 * Divides the figures about jobs by the trackers of the trailers, and lists each job with a miss: a usable tracker and one that reports
 * every four hours are not to be judged together.
 */

const EVENTS = ['begun', 'arrived', 'left', 'ended'] as const;
type EventName = (typeof EVENTS)[number];
type Count = { due: number; seen: number; wrong: number };

/** Largest error of a clock with which a tracker counts as usable, in ms. */
const WRONG_CLOCK_MS = 90_000;
/** Maximum number of jobs with a miss that are listed for each tracker. */
const MAX_LISTED = 40;

const zero = (): Record<EventName, Count> =>
  Object.fromEntries(EVENTS.map((name) => [name, { due: 0, seen: 0, wrong: 0 }])) as Record<EventName, Count>;

/** Returns a day's truth with the legs and visits of one job. */
const ofJob = (truth: Truth, jobId: string): Truth => ({
  ...truth,
  legs: truth.legs.filter((leg) => leg.jobId === jobId),
  visits: truth.visits.filter((visit) => visit.jobId === jobId),
});

/** Returns the counts of one job. */
const countsOf = (facts: FleetFacts, jobId: string): Record<EventName, Count> => {
  const truths = facts.truths.map((truth) => ofJob(truth, jobId));
  const sightings = facts.sightings.filter((sighting) => sighting.jobId === jobId);
  const tallies = tallyJobs({ ...facts, truths, sightings, bookedJobIds: [jobId] });
  const counts = zero();
  for (const name of EVENTS) {
    const { due, latenessS, false: wrong } = tallies[name];
    counts[name] = { due, seen: latenessS.length, wrong };
  }
  return counts;
};

const describedDevice = ({ model, device }: FleetDevice): string => {
  const { clockErrorMs, battery } = device;
  const clock = Math.abs(clockErrorMs) > WRONG_CLOCK_MS ? ` clock ${Math.round(clockErrorMs / 60_000)} min wrong` : '';
  const flat = battery.percentPerHour > 0 ? ` battery loses ${battery.percentPerHour.toFixed(1)} %/h` : '';
  return `${model.name}${clock}${flat}`;
};

/** Returns the names of the trackers of some trailers. */
const trackersOf = ({ fleet }: PlayedWorld, trailerIds: readonly string[]): string =>
  fleet.devices
    .filter(({ trailerId }) => trailerIds.includes(trailerId))
    .map(describedDevice)
    .sort()
    .join(' + ');

const percent = ({ due, seen }: Count): string => (due ? `${Math.round((100 * seen) / due)} %` : '-');

/** Returns the figures of jobs by tracker, and the jobs with a miss, as lines. */
export const missesOf = (played: PlayedWorld): string => {
  const { facts } = played;
  const byTracker = new Map<string, { counts: Record<EventName, Count>; jobs: string[] }>();
  const trailersOf = Map.groupBy(
    facts.truths.flatMap(({ trailerId, legs }) => legs.map(({ jobId }) => ({ jobId, trailerId }))),
    ({ jobId }) => jobId,
  );
  for (const jobId of new Set([...trailersOf.keys(), ...facts.bookedJobIds])) {
    const trailerIds = [...new Set((trailersOf.get(jobId) ?? []).map(({ trailerId }) => trailerId))];
    const tracker = trailerIds.length > 0 ? trackersOf(played, trailerIds) : 'no trailer did the job';
    const entry = byTracker.get(tracker) ?? { counts: zero(), jobs: [] };
    byTracker.set(tracker, entry);
    const counts = countsOf(facts, jobId);
    const missed: string[] = [];
    for (const name of EVENTS) {
      const { due, seen, wrong } = counts[name];
      const sum = entry.counts[name];
      entry.counts[name] = { due: sum.due + due, seen: sum.seen + seen, wrong: sum.wrong + wrong };
      if (seen < due) missed.push(`${name} ${seen}/${due}`);
      if (wrong > 0) missed.push(`${name} falsely ${wrong}`);
    }
    if (missed.length > 0) entry.jobs.push(`    ${jobId} (${trailerIds.join(', ')}): ${missed.join(', ')}`);
  }
  const lines = [...byTracker].flatMap(([tracker, { counts, jobs }]) => {
    const figures = EVENTS.map(
      (name) => `${name} ${percent(counts[name])} of ${counts[name].due}, falsely ${counts[name].wrong}`,
    );
    return [`${tracker}`, `  ${figures.join('; ')}`, ...jobs.slice(0, MAX_LISTED)];
  });
  const evident = judgeEvidentEvents(facts).map(
    ({ name, value, of }) => `${name}: ${Math.round(1000 * value) / 10} % of ${of}`,
  );
  return [...lines, ...evident, ''].join('\n');
};

/** Maximum number of texts that are listed for each figure. */
const MAX_TEXTS_LISTED = 25;

/** Returns the texts that the figures of words count, as lines: the time, the writer, the words, and what became of them. */
export const missedWordsOf = ({ words }: PlayedWorld): string => {
  const said = new Map(words.said.map((text) => [text.id, text]));
  const lines: string[] = [];
  for (const [figure, cases] of Map.groupBy(wordsCases(words), (one) => one.figure)) {
    lines.push(`${figure}: ${cases.length}`);
    for (const { id, detail } of cases.slice(0, MAX_TEXTS_LISTED)) {
      const text = said.get(id);
      const what = text ? `${new Date(text.at).toISOString()} ${text.writer} ${JSON.stringify(text.words)}` : '';
      lines.push(`  ${id} ${what} ${detail}`);
    }
  }
  return lines.join('\n');
};
