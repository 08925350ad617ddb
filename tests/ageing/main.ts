/* npm run ageing: compares an installation that is three years old with a fresh one. */
import { ageingTable, compareAges, grown } from './compare.ts';

/** Number of days that are played on both installations after their history. */
const MEASURED_DAYS = 15;

const index = process.argv.indexOf('--messages');
const messages = index < 0 ? 200_000 : Number(process.argv[index + 1]);
const comparisons = await compareAges(messages, MEASURED_DAYS);
console.log(`A fresh installation, and one with ${messages} messages of three years:\n\n${ageingTable(comparisons)}\n`);
const worse = grown(comparisons);
console.log(worse.length === 0 ? 'No step reads over 1.2 times as much.' : worse.join('\n'));
process.exitCode = worse.length === 0 ? 0 : 1;
