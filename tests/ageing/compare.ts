import { performance } from 'node:perf_hooks';
import { CUSTOMERS, createJob, customerPhone, jobId, play, workOf } from './age.ts';
import { createInstallation, DANA, type Installation, type Reads } from './installation.ts';

/** 2 January 2023, 15:00 UTC, so that the measured day is the same weekday and hour in both installations. */
const START = Date.UTC(2023, 0, 2, 15);
const DAY_MIN = 24 * 60;
/** The job of the first measured day: no other has its number, and its customer had a job in both installations. */
const FIRST_JOB = 900_000_001;
const customerOf = (job: number): string => customerPhone(job % CUSTOMERS);

type Step = (installation: Installation, job: number) => Promise<unknown>;
/** The measured steps, in their order: one day of an office, with a job of its own. */
const STEPS: ReadonlyArray<[name: string, run: Step]> = [
  ['POST /api/jobs', createJob],
  ['text of a customer', (one, job) => one.say(customerOf(job), 'Could you come at 3, please?')],
  ['text of a dispatcher', (one, job) => one.say(DANA, `@${job} yes, at 3`)],
  ['next text of the customer', (one, job) => one.say(customerOf(job), 'Which gate do you need?')],
  ['a dispatcher’s text that names no one', (one) => one.say(DANA, 'the side gate')],
  ['text of a stranger', (one) => one.say('+12105550177', 'Do you rent dumpsters?')],
  ['GET /api/jobs', (one) => one.ask('GET', '/api/jobs')],
  ['GET /api/jobs/{job_id}', (one, job) => one.ask('GET', `/api/jobs/${jobId(job)}`)],
  ['PATCH /api/jobs/{job_id}', (one, job) => one.ask('PATCH', `/api/jobs/${jobId(job)}`, { status: 'in_transit' })],
  ['GET /api/attention', (one) => one.ask('GET', '/api/attention')],
  ['GET /api/conversations', (one) => one.ask('GET', '/api/conversations')],
  ['GET /api/conversations/{conversation_id}', (one, job) => one.ask('GET', `/api/conversations/${jobId(job)}`)],
  ['GET /api/trailers/{trailer_id}', (one) => one.ask('GET', '/api/trailers/T1')],
  ['sweep', (one) => one.sweep()],
];

/** Means of a step over the measured days, and the median of its times. */
type Measured = Reads & { ms: number };
/** A step on a fresh and on an aged installation. */
export type Comparison = { name: string; fresh: Measured; aged: Measured };

/** Number of jobs that the fresh installation has behind it: enough to fill a page of each list. */
const FRESH_JOBS = 60;

/** Plays one day, and measures each step. */
const measure = async (installation: Installation, job: number): Promise<Measured[]> => {
  const measured: Measured[] = [];
  for (const [, run] of STEPS) {
    const began = performance.now();
    const reads = await installation.readsOf(() => run(installation, job));
    measured.push({ ...reads, ms: performance.now() - began });
    await installation.wait(1);
  }
  await installation.wait(DAY_MIN - STEPS.length);
  return measured;
};

/** Returns the minutes until the next day's measurement: the hour decides about quiet hours, and about the looks of a sweep. */
const minutesToStart = (now: number): number => DAY_MIN - (((now - START) / 60_000) % DAY_MIN);

const meanOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0) / numbers.length;
const medianOf = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

const summaryOf = (days: readonly Measured[]): Measured => ({
  calls: meanOf(days.map(({ calls }) => calls)),
  items: meanOf(days.map(({ items }) => items)),
  units: meanOf(days.map(({ units }) => units)),
  ms: medianOf(days.map(({ ms }) => ms)),
});

/**
 * Plays the same days on a fresh installation and on one that is three years old, in turn, and counts the reads of each step. The fresh one has
 * as much work a day, and sixty jobs behind it: an empty one reads nothing from its lists.
 */
export const compareAges = async (messages: number, days: number): Promise<Comparison[]> => {
  const [young, old] = [createInstallation(START), createInstallation(START)];
  const work = workOf(messages);
  await play(young, { ...work, jobs: FRESH_JOBS });
  await play(old, work);
  for (const one of [young, old]) await one.wait(minutesToStart(one.now()));
  const [fresh, aged]: [Measured[][], Measured[][]] = [[], []];
  for (let day = 0; day < days; day += 1) {
    fresh.push(await measure(young, FIRST_JOB + day));
    aged.push(await measure(old, FIRST_JOB + day));
  }
  const of = (measured: readonly Measured[][], step: number): Measured =>
    summaryOf(measured.flatMap((steps) => steps[step] ?? []));
  return STEPS.map(([name], step) => ({ name, fresh: of(fresh, step), aged: of(aged, step) }));
};

/** Maximum growth of a step's reads in three years, and the number of items, and of read units, by which chance may change them. */
const MAX_GROWTH = 1.2;
const CHANCE_ITEMS = 5;
const CHANCE_UNITS = 1;

const rounded = (value: number): string => String(Math.round(value * 10) / 10);
const change = (before: number, after: number): string => `${rounded(before)} → ${rounded(after)}`;

/** Returns a sentence for each step that reads over 1.2 times as much on the old installation. */
export const grown = (comparisons: readonly Comparison[]): string[] =>
  comparisons.flatMap(({ name, fresh, aged }) =>
    aged.calls > MAX_GROWTH * fresh.calls ||
    aged.items > MAX_GROWTH * fresh.items + CHANCE_ITEMS ||
    aged.units > MAX_GROWTH * fresh.units + CHANCE_UNITS
      ? [
          `${name}: ${change(fresh.calls, aged.calls)} reads, ${change(fresh.items, aged.items)} items, ${change(fresh.units, aged.units)} read units`,
        ]
      : [],
  );

/** Returns the comparison as a table in Markdown. */
export const ageingTable = (comparisons: readonly Comparison[]): string => {
  const rows = comparisons.map(({ name, fresh, aged }) => [
    name,
    change(fresh.calls, aged.calls),
    change(fresh.items, aged.items),
    change(fresh.units, aged.units),
    `${fresh.ms.toFixed(2)} → ${aged.ms.toFixed(2)}`,
    `${(aged.ms / fresh.ms).toFixed(2)}`,
  ]);
  const head = ['step', 'reads', 'items read', 'read units', 'ms in memory', 'times as long'];
  return [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
};
