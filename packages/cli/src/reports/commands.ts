import { writeFileSync } from 'node:fs';
import { localDate } from '@qdn/domain';
import { type Command, Option } from 'commander';
import { CommandError } from '../command-error.ts';
import { knownTo } from '../company/company.ts';
import type { OperatorContext } from '../operator-context.ts';
import { readTrailers } from '../trackers/read-trailers.ts';
import { BOM, type Cell, csvOf } from './csv.ts';
import { daysIn } from './day-tracks.ts';
import { readTracks, readVisits } from './read-report.ts';
import { type RangeOptions, type ReportRange, reportRange } from './report-range.ts';
import {
  DAY_HEADER,
  dayCells,
  JOB_HEADER,
  jobCells,
  type ReportInput,
  STOP_HEADER,
  stopCells,
  stopRows,
  unplannedRows,
} from './report-rows.ts';

const KINDS = ['stop', 'job', 'day'] as const;
type ReportOptions = RangeOptions & { by: (typeof KINDS)[number]; out?: string; bom: boolean; unplanned?: boolean };

const HELP = `
Times are in the company's time zone, which the notes name; (+1) is the next day. Miles count from the stop before. An empty cell is unknown.
In a spreadsheet import the file as text, so that it changes no job number.

Example:
  ./qdn report --month 2026-03 --out march.csv
  ./qdn report --from 2026-03-09 --to 2026-03-15 --by day`;

const DAY_MS = 24 * 3_600_000;

/** Reads everything that a report needs: also the day before, from which the first way may come. */
const readInput = async (
  context: OperatorContext,
  { from, to }: ReportRange,
  isWholeFleet: boolean,
): Promise<ReportInput & { fleet: string[] }> => {
  const { zone } = context.time();
  const now = Date.now();
  const begin = from - DAY_MS;
  const visits = await readVisits(context, begin, to);
  const listed = isWholeFleet ? await readTrailers(context) : [];
  const visiting = visits.flatMap(({ trailerId }) => trailerId ?? []);
  const fleet = [...new Set([...visiting, ...listed.map(({ trailerId }) => trailerId)])];
  context.note(`Reading the tracks of ${fleet.length} trailers …`);
  // A day that has not begun has no track.
  const days = daysIn(begin, Math.min(to, now), zone);
  const tracks = await readTracks(
    context,
    fleet.flatMap((trailerId) => days.map((day) => ({ trailerId, ...day }))),
  );
  return { visits, tracks, range: { from, to }, zone, now, places: knownTo(context).stops, fleet };
};

/** Notes trailers that have neither visits nor fixes in the range: an absent row is not a day without miles. */
const noteSilent = (context: OperatorContext, { tracks, visits, fleet }: ReportInput & { fleet: string[] }): void => {
  const silent = fleet.filter(
    (trailerId) =>
      !visits.some((visit) => visit.trailerId === trailerId) &&
      ![...tracks].some(([key, { source }]) => key.startsWith(`${trailerId} `) && source !== 'none'),
  );
  if (silent.length > 0) context.note(`No jobs and no fixes in these days: ${silent.join(', ')}. See ./qdn trailers.`);
};

const cellsOf = (
  input: ReportInput,
  { by, unplanned }: ReportOptions,
): { header: readonly string[]; cells: Cell[][] } => {
  const rows = stopRows(input);
  if (by === 'job') return { header: JOB_HEADER, cells: jobCells(rows) };
  if (by === 'day') return { header: DAY_HEADER, cells: dayCells(rows, input) };
  return { header: STOP_HEADER, cells: stopCells(unplanned ? [...rows, ...unplannedRows(rows, input)] : rows) };
};

const writeReport = (path: string, content: string): void => {
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw new CommandError(`The file ${path} cannot be written: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    });
  }
};

/** Adds the command that makes a table of stops, jobs or days: `report`. */
export const addReportCommand = (program: Command, context: OperatorContext): void => {
  const { print, note, time } = context;
  program
    .command('report')
    .description('makes a CSV of stops, jobs or days: arrivals, departures, minutes on site, miles')
    .option('--month <month>', 'a month: 2026-03 (default: the present one)')
    .option('--from <date>', 'first day: 2026-03-09')
    .option('--to <date>', 'last day: 2026-03-15')
    .addOption(new Option('--by <rows>', 'one row for each').choices([...KINDS]).default('stop'))
    .option('--unplanned', 'also halts of five minutes or more elsewhere, in a report by stops')
    .option('--out <file>', 'writes a file; without it the table is printed')
    .option('--no-bom', 'leaves out the byte-order mark by which Excel reads the file as UTF-8')
    .addHelpText('after', HELP)
    .action(async (options: ReportOptions) => {
      const { zone } = time();
      const range = reportRange(options, zone, localDate(Date.now(), zone));
      const input = await readInput(context, range, options.by === 'day' || options.unplanned === true);
      const { header, cells } = cellsOf(input, options);
      const csv = csvOf(header, cells);
      note(`${cells.length === 0 ? `No jobs in ${range.name}. ` : ''}Times are in ${zone}.`);
      if (options.by === 'day') noteSilent(context, input);
      if (options.out === undefined) print(csv.replace(/\r\n$/, ''));
      else {
        writeReport(options.out, `${options.bom ? BOM : ''}${csv}`);
        note(`Wrote ${options.out}: ${cells.length} rows.`);
      }
    });
};
