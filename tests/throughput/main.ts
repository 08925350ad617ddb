/*
 * npm run throughput: 50 inbound texts a second for a simulated hour through the relay's handlers. Exit code 1 when it does not keep up.
 *
 *   npm run throughput -- --seconds 300 --texts-per-second 50 --workers 30 --numbers 300 --seed 1
 */
import { parseArgs } from 'node:util';
import { playHour } from './relay-hour.ts';
import { report, shortfalls, triggerOfTemplate } from './verdict.ts';

const { values } = parseArgs({
  options: {
    'texts-per-second': { type: 'string', default: '50' },
    seconds: { type: 'string', default: '3600' },
    workers: { type: 'string', default: '30' },
    numbers: { type: 'string', default: '300' },
    seed: { type: 'string', default: '1' },
  },
});
const setting = {
  ...triggerOfTemplate(),
  maximumConcurrency: Number(values.workers),
  textsPerSecond: Number(values['texts-per-second']),
  seconds: Number(values.seconds),
  numbers: Number(values.numbers),
  seed: Number(values.seed),
};
const began = process.cpuUsage();
const played = await playHour({ ...setting, onMinute: console.log });
const { user, system } = process.cpuUsage(began);
console.log(
  ['', ...report(played, setting), `CPU of this run:        ${Math.round((user + system) / 1e6)} s`].join('\n'),
);
const found = shortfalls(played);
console.log(found.length === 0 ? '\nIt keeps up.' : `\nIt does not keep up:\n${found.join('\n')}`);
process.exitCode = found.length === 0 ? 0 : 1;
