/*
 * npm run world: plays a simulated company, whose truth is known, against the product, and prints one scoreboard
 * (docs/scoreboard.md).
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type FaultPlan, printed, scoreboardJson } from '@qdn/world';
import { playWorld } from './play-world.ts';
import { storyOf } from './story.ts';
import { openVirtualSystem } from './virtual-system.ts';

const USAGE = `npm run world -- [options]   plays a simulated company against the product, and prints the scoreboard

  --days COUNT       simulated days (7)
  --trailers COUNT   trailers of the company (4)
  --seed SEED        the same seed plays the same again (1)
  --faults PLAN      faults of carriers and cloud: none, usual or bad (usual)
  --json FILE        writes the scoreboard as JSON too
  --story JOB        prints the timeline of one job instead: the truth beside what the system did and said
  --help             this text
`;
const FAULT_PLANS: readonly FaultPlan[] = ['none', 'usual', 'bad'];

const refuse = (sentence: string): never => {
  console.error(`${sentence}\n\n${USAGE}`);
  process.exit(2);
};

const wholeNumber = (name: string, text: string, least: number, most: number): number => {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= least && number <= most) return number;
  return refuse(`--${name} takes a whole number from ${least} to ${most}, not "${text}".`);
};

const faultPlanOf = (text: string): FaultPlan =>
  FAULT_PLANS.find((plan) => plan === text) ?? refuse(`--faults takes ${FAULT_PLANS.join(', ')}, not "${text}".`);

const options = () => {
  const parse = () =>
    parseArgs({
      options: {
        days: { type: 'string', default: '7' },
        trailers: { type: 'string', default: '4' },
        seed: { type: 'string', default: '1' },
        faults: { type: 'string', default: 'usual' },
        json: { type: 'string' },
        story: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  try {
    return parse();
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
};

const { days, trailers, seed, faults, json, story, help } = options();
if (help) {
  console.log(USAGE);
} else {
  const began = performance.now();
  const setting = {
    days: wholeNumber('days', days, 1, 366),
    trailers: wholeNumber('trailers', trailers, 1, 200),
    seed: wholeNumber('seed', seed, 0, 999_999_999),
    faults: faultPlanOf(faults),
  };
  const seconds = (): string => `${Math.round((performance.now() - began) / 1000)} s`;
  const onDay = (day: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`  day ${day} of ${setting.days}, ${seconds()}\n`);
  };
  const played = await playWorld({ ...setting, open: openVirtualSystem, onDay });
  const { scoreboard, fleet } = played;
  const jobs = [...new Set(fleet.truths().flatMap(({ legs }) => legs.map(({ jobId }) => jobId)))];
  const told = story === undefined ? null : storyOf(played, story);
  if (story !== undefined && told === null) {
    console.error(`There is no job ${story} in this run. Some of its jobs: ${jobs.slice(0, 12).join(', ')}.`);
    process.exitCode = 1;
  }
  if (story === undefined || told !== null) console.log(told ?? printed(scoreboard));
  console.log(`Played in ${seconds()}.`);
  // npm changes to the repository; the file's path is relative to the caller's folder.
  if (json !== undefined)
    writeFileSync(resolve(process.env['INIT_CWD'] ?? process.cwd(), json), scoreboardJson(scoreboard));
}
