/*
 * npm run world: plays a simulated company, whose truth is known, against the product, and prints one scoreboard
 * (docs/scoreboard.md).
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  type Cases,
  CasesError,
  CorpusError,
  DayError,
  DriveError,
  type FaultPlan,
  type PressHabit,
  printed,
  RequestCorpusError,
  readCases,
  readDrives,
  type Scoreboard,
  scoreboardJson,
} from '@qdn/world';
import { acceptScoreboard } from './accept.ts';
import { playCases } from './cases-run.ts';
import { NotRunning, playLocally } from './local-run.ts';
import { missedWordsOf, missesOf } from './misses.ts';
import { type PlayedWorld, playWorld } from './play-world.ts';
import { storyOf } from './story.ts';
import { openVirtualSystem } from './virtual-system.ts';

const USAGE = `npm run world -- [options]   plays a simulated company against the product, and prints the scoreboard

  --days COUNT       simulated days (7)
  --trailers COUNT   trailers of the company (4)
  --seed SEED        the same seed plays the same again (1)
  --faults PLAN      faults of carriers and cloud: none, usual or bad (usual)
  --presses HABIT    when the office presses statuses by hand: never, at-days-end or usually (usually)
  --cases DIR        plays the cases of a folder as well (packages/world/README.md has their formats)
  --drives DIR       plays the recorded drives of a folder as well: GPX files with times
  --json FILE        writes the scoreboard as JSON too
  --story JOB        prints the timeline of one job instead: the truth beside what the system did and said
  --misses           prints the figures about jobs by tracker too, the jobs with a miss, and the texts that went wrong
  --system SYSTEM    virtual: the handlers in virtual time; local: 16 s against the running npm start (virtual)
  --accept           plays the settings of docs/scoreboard.md, and writes their values and bounds
  --help             this text
`;
const FAULT_PLANS: readonly FaultPlan[] = ['none', 'usual', 'bad'];
const HABITS: readonly PressHabit[] = ['never', 'at-days-end', 'usually'];

const refuse = (sentence: string): never => {
  console.error(`${sentence}\n\n${USAGE}`);
  process.exit(2);
};

const wholeNumber = (name: string, text: string, least: number, most: number): number => {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= least && number <= most) return number;
  return refuse(`--${name} takes a whole number from ${least} to ${most}, not "${text}".`);
};

const oneOf = <T extends string>(name: string, text: string, known: readonly T[]): T =>
  known.find((one) => one === text) ?? refuse(`--${name} takes ${known.join(', ')}, not "${text}".`);

const options = () => {
  const parse = () =>
    parseArgs({
      options: {
        days: { type: 'string', default: '7' },
        trailers: { type: 'string', default: '4' },
        seed: { type: 'string', default: '1' },
        faults: { type: 'string', default: 'usual' },
        presses: { type: 'string', default: 'usually' },
        cases: { type: 'string' },
        drives: { type: 'string' },
        json: { type: 'string' },
        story: { type: 'string' },
        misses: { type: 'boolean', default: false },
        system: { type: 'string', default: 'virtual' },
        accept: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }).values;
  try {
    return parse();
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
};

type Options = ReturnType<typeof options>;

const SYSTEMS = ['virtual', 'local'] as const;
const repository = fileURLToPath(new URL('../..', import.meta.url));
const began = performance.now();
const seconds = (): string => `${Math.round((performance.now() - began) / 1000)} s`;

/** npm changes to the repository; paths on the command line are relative to the caller's folder. */
const callersPath = (path: string): string => resolve(process.env['INIT_CWD'] ?? process.cwd(), path);

/** Prints the scoreboard, and writes it as JSON when a file is given. */
const report = (scoreboard: Scoreboard, json: string | undefined): void => {
  console.log(printed(scoreboard));
  console.log(`Played in ${seconds()}.`);
  if (json !== undefined) writeFileSync(callersPath(json), scoreboardJson(scoreboard));
};

/** Prints the timeline of one job. */
const tell = (played: PlayedWorld, jobId: string): void => {
  const story = storyOf(played, jobId);
  if (story !== null) {
    console.log(story);
    return;
  }
  const jobs = new Set(played.fleet.truths().flatMap(({ legs }) => legs.map((leg) => leg.jobId)));
  console.error(`There is no job ${jobId} in this run. Some of its jobs: ${[...jobs].slice(0, 12).join(', ')}.`);
  process.exitCode = 1;
};

/** Reads the cases of the folders that the command line names. @throws errors of their formats, with file, entry and place */
const casesOf = ({ cases, drives }: Options): Cases => {
  const none: Cases = { corpus: [], requests: [], drives: [], days: [] };
  const read = cases === undefined ? none : readCases(callersPath(cases));
  return drives === undefined ? read : { ...read, drives: [...read.drives, ...readDrives(callersPath(drives))] };
};

const playVirtually = async (given: Options): Promise<void> => {
  const { days, trailers, seed, faults, presses, json, story } = given;
  const cases = casesOf(given);
  const setting = {
    days: wholeNumber('days', days, 1, 366),
    trailers: wholeNumber('trailers', trailers, 1, 200),
    seed: wholeNumber('seed', seed, 0, 999_999_999),
    faults: oneOf('faults', faults, FAULT_PLANS),
    habit: oneOf('presses', presses, HABITS),
  };
  const onDay = (day: number): void => {
    process.stderr.write(
      `  day ${day} of ${setting.days}, ${seconds()}, ${Math.round(process.cpuUsage().user / 1e6)} s of CPU\n`,
    );
  };
  const played = await playWorld({ ...setting, open: openVirtualSystem, onDay });
  if (story !== undefined) return tell(played, story);
  if (given.misses) console.log(`${missesOf(played)}\n\n${missedWordsOf(played)}`);
  const { figures, unmet } = await playCases(cases, openVirtualSystem, setting.seed);
  report({ ...played.scoreboard, figures: [...played.scoreboard.figures, ...figures] }, json);
  if (unmet.length > 0) console.log(`\nCases that did not end as they should:\n  ${unmet.join('\n  ')}`);
};

/** Errors that the person at the terminal can fix. Their message says how. */
const OWN_ERRORS = [NotRunning, CasesError, CorpusError, RequestCorpusError, DriveError, DayError];

const main = async (given: Options): Promise<void> => {
  const system = oneOf('system', given.system, SYSTEMS);
  if (given.help) return console.log(USAGE);
  if (given.accept) return await acceptScoreboard();
  if (system === 'virtual') return await playVirtually(given);
  report(await playLocally(repository, wholeNumber('seed', given.seed, 0, 999_999_999)), given.json);
};

try {
  await main(options());
} catch (error) {
  if (!(error instanceof Error) || !OWN_ERRORS.some((own) => error instanceof own)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
