/*
 * npm run nemesis: checks the relay's promises over many seeds, on all cores. It is meant for a night; `npm test` plays the
 * first 500.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { historyOf } from './history.ts';
import { explain, play } from './run.ts';

const USAGE = `npm run nemesis -- [options]   plays seeds of the relay under a nemesis, and checks its promises

  --seeds COUNT   how many (10000)
  --from SEED     the first of them (0)
  --seed SEED     one alone, with its whole history
  --help          this text
`;
/** Number of seeds that a process plays between two reports of progress. */
const PORTION = 250;
/** Number of failing seeds after which the run stops. */
const ENOUGH_FAILURES = 3;

const wholeNumber = (name: string, text: string): number => {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  console.error(`--${name} takes a whole number, not "${text}".\n\n${USAGE}`);
  process.exit(2);
};

/** Plays `count` seeds from `from` on. @returns an explanation for each failing seed */
const playPortion = async (from: number, count: number): Promise<string[]> => {
  const failures: string[] = [];
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await play({ seed });
    if (result.violations.length > 0) failures.push(explain(result));
  }
  return failures;
};

/** Runs one of several processes: plays batches from its parent until none are left. */
const work = (): void => {
  process.on('message', async ([from = 0, count = 0]: number[]) => {
    process.send?.(await playPortion(from, count));
  });
};

const playAll = async (from: number, count: number): Promise<number> => {
  const began = performance.now();
  const failures: string[] = [];
  let [next, done] = [from, 0];
  const worker = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const child = fork(fileURLToPath(import.meta.url), ['--worker']);
      let underWay = 0;
      const hand = (): void => {
        underWay = Math.min(PORTION, from + count - next);
        if (underWay <= 0 || failures.length >= ENOUGH_FAILURES) return void child.kill();
        child.send([next, underWay]);
        next += underWay;
      };
      child.on('message', (found: string[]) => {
        for (const failure of found.slice(0, ENOUGH_FAILURES - failures.length)) {
          failures.push(failure);
          console.log(`\n${failure}`);
        }
        done += underWay;
        const seconds = (performance.now() - began) / 1000;
        if (process.stdout.isTTY || done % (8 * PORTION) === 0)
          console.log(`  ${done} of ${count} seeds, ${Math.round(done / seconds)} a second`);
        hand();
      });
      child.on('exit', (code, signal) =>
        code || (signal && signal !== 'SIGTERM')
          ? reject(new Error(`A worker ended with ${code ?? signal}`))
          : resolve(),
      );
      hand();
    });
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(
    failures.length > 0
      ? `\n${failures.length >= ENOUGH_FAILURES ? 'At least ' : ''}${failures.length} of ${done} seeds break a promise.`
      : `\n${done} seeds from ${from} on, in ${seconds} s: every promise is kept.`,
  );
  return failures.length > 0 ? 1 : 0;
};

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    worker: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) console.log(USAGE);
else if (values.worker) work();
else if (values.seed !== undefined) {
  const result = await play({ seed: wholeNumber('seed', values.seed) });
  console.log(historyOf(result.history.entries, null));
  console.log(`\n${explain(result)}`);
  process.exitCode = result.violations.length > 0 ? 1 : 0;
} else process.exitCode = await playAll(wholeNumber('from', values.from), wholeNumber('seeds', values.seeds));
