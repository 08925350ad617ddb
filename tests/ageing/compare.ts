import { performance } from 'node:perf_hooks';
import { createJob, customerPhone, jobId, play, workOf } from './age.ts';
import { createInstallation, DANA, type Installation, type Reads } from './installation.ts';

/** 2 January 2023, 15:00 UTC, so that the measured day is the same weekday and hour in both installations. */
const START = Date.UTC(2023, 0, 2, 15);
/** The job of the measured day: its number and customer occur in no other. */
const JOB = 900_000_001;
const CUSTOMER = customerPhone(JOB % 2000);

/** The measured steps, in their order: one day of an office. */
const STEPS: ReadonlyArray<[name: string, run: (installation: Installation) => Promise<unknown>]> = [
  ['POST /api/jobs', (one) => createJob(one, JOB)],
  ['text of a customer', (one) => one.say(CUSTOMER, 'Could you come at 3, please?')],
  ['text of a dispatcher', (one) => one.say(DANA, `@${JOB} yes, at 3`)],
  ['next text of the customer', (one) => one.say(CUSTOMER, 'Which gate do you need?')],
  ['a dispatcher’s text that names no one', (one) => one.say(DANA, 'the side gate')],
  ['text of a stranger', (one) => one.say('+12105550177', 'Do you rent dumpsters?')],
  ['GET /api/jobs', (one) => one.ask('GET', '/api/jobs')],
  ['GET /api/jobs/{job_id}', (one) => one.ask('GET', `/api/jobs/${jobId(JOB)}`)],
  ['PATCH /api/jobs/{job_id}', (one) => one.ask('PATCH', `/api/jobs/${jobId(JOB)}`, { status: 'in_transit' })],
  ['GET /api/attention', (one) => one.ask('GET', '/api/attention')],
  ['GET /api/conversations', (one) => one.ask('GET', '/api/conversations')],
  ['GET /api/conversations/{conversation_id}', (one) => one.ask('GET', `/api/conversations/${jobId(JOB)}`)],
  ['GET /api/trailers/{trailer_id}', (one) => one.ask('GET', '/api/trailers/T1')],
  ['sweep', (one) => one.sweep()],
];

type Measured = Reads & { ms: number };
/** A step on a fresh and on an aged installation. */
export type Comparison = { name: string; fresh: Measured; aged: Measured };

/** Number of jobs that the fresh installation has behind it: enough to fill a page of each list. */
const FRESH_JOBS = 60;

const measure = async (installation: Installation): Promise<Map<string, Measured>> => {
  const measured = new Map<string, Measured>();
  for (const [name, run] of STEPS) {
    const began = performance.now();
    const reads = await installation.readsOf(() => run(installation));
    measured.set(name, { ...reads, ms: performance.now() - began });
    await installation.wait(1);
  }
  return measured;
};

/**
 * Plays the same day on a fresh installation and on one that is three years old, and counts the reads of each step. The fresh one has as
 * much work a day, and sixty jobs behind it: an empty one reads nothing from its lists.
 */
export const compareAges = async (messages: number): Promise<Comparison[]> => {
  const [young, old] = [createInstallation(START), createInstallation(START)];
  const work = workOf(messages);
  await play(young, { ...work, jobs: FRESH_JOBS });
  await play(old, work);
  const [fresh, aged] = [await measure(young), await measure(old)];
  return STEPS.flatMap(([name]) => {
    const [before, after] = [fresh.get(name), aged.get(name)];
    return before && after ? [{ name, fresh: before, aged: after }] : [];
  });
};

/** Maximum growth of a step's reads in three years, and the number of items by which chance may change them. */
const MAX_GROWTH = 1.2;
const CHANCE_ITEMS = 5;

/** Returns a sentence for each step that reads over 1.2 times as much on the old installation. */
export const grown = (comparisons: readonly Comparison[]): string[] =>
  comparisons.flatMap(({ name, fresh, aged }) =>
    aged.calls > MAX_GROWTH * fresh.calls || aged.items > MAX_GROWTH * fresh.items + CHANCE_ITEMS
      ? [`${name}: ${fresh.calls} → ${aged.calls} reads, ${fresh.items} → ${aged.items} items`]
      : [],
  );

/** Returns the comparison as a table. */
export const ageingTable = (comparisons: readonly Comparison[]): string => {
  const rows = comparisons.map(({ name, fresh, aged }) => [
    name,
    `${fresh.calls} → ${aged.calls}`,
    `${fresh.items} → ${aged.items}`,
    `${fresh.ms.toFixed(1)} → ${aged.ms.toFixed(1)}`,
  ]);
  const all = [['step', 'reads', 'items read', 'ms in memory'], ...rows];
  const widths = all[0]?.map((_, i) => Math.max(...all.map((row) => row[i]?.length ?? 0))) ?? [];
  return all
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
};
