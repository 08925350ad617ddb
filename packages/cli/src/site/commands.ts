import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { Surroundings } from '../surroundings.ts';
import type { ReadJson } from './stops.ts';

const zoom = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 15) {
    throw new InvalidArgumentError('It takes a whole number from 0 to 15.');
  }
  return value;
};
const kilometres = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= 100)) throw new InvalidArgumentError('It takes kilometers above 0, 100 at most.');
  return value;
};

/** What the tracking site's build looks for: packages it as the streets under the map. */
const STREETS_FILE = join('config', 'streets.pmtiles');

type TilesOptions = { from: string; bbox?: string; around: number; maxzoom: number; minzoom?: number; out?: string };

/** Adds `qdn site …`. What the commands need is loaded when one of them is called. */
export const addSiteCommands = (program: Command, { repository, print, note }: Surroundings, read: ReadJson): void => {
  const site = program.command('site').description('the tracking site');
  site
    .command('tiles')
    .description('cuts the streets of your region out of a map archive, to stand under the trailer on the map')
    .requiredOption('--from <archive>', 'a PMTiles archive in Protomaps’ schema: a file, or an https:// address')
    .option('--bbox <box>', 'west,south,east,north in degrees (default: around the stops of all jobs)')
    .option('--around <km>', 'how far beyond the outermost stops, without --bbox', kilometres, 10)
    .option('--maxzoom <zoom>', 'finest level; each one more makes the file about twice as large', zoom, 14)
    .option('--minzoom <zoom>', 'coarsest level (default: the one that shows the whole region)', zoom)
    .option('--out <file>', `where to write it (default: ${STREETS_FILE}, which the site is built with)`)
    .addHelpText(
      'after',
      '\nExample:\n  qdn site tiles --from https://build.protomaps.com/20261120.pmtiles\n  qdn site tiles --from planet.pmtiles --bbox -98.1,30.0,-97.4,30.6\n\nThe list of archives to choose from is at https://maps.protomaps.com/builds; only the region’s part is downloaded.\nDone once, and again when streets have changed. Publish the site afterwards.',
    )
    .action(async ({ from, bbox, around, maxzoom, minzoom, out }: TilesOptions) => {
      const { makeStreets } = await import('./make-streets.ts');
      const file = out ?? join(repository, STREETS_FILE);
      const options = { from, bbox: bbox ?? null, aroundKm: around, maxZoom: maxzoom, minZoom: minzoom ?? null, file };
      print(await makeStreets(options, read, note));
      if (out === undefined) note('Now publish the site: pnpm exec sls publish, in services/tracking-site.');
    });
};
