import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { knownTo } from '../company/company.ts';
import type { Where } from '../deployed.ts';
import type { Surroundings } from '../surroundings.ts';
import type { SitePlace } from './publish.ts';
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
  if (!(value > 0 && value <= 100)) throw new InvalidArgumentError('It takes kilometres above 0, 100 at most.');
  return value;
};

const percentage = (text: string): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 100) throw new InvalidArgumentError('It takes a whole number from 0 to 100.');
  return value;
};

/** What the tracking site's build looks for: packages it as the streets under the map. */
const STREETS_FILE = join('config', 'streets.pmtiles');

type TilesOptions = { from: string; bbox?: string; around: number; maxzoom: number; minzoom?: number; out?: string };

/** Adds `./qdn site …`. What the commands need is loaded when one of them is called. */
export const addSiteCommands = (program: Command, surroundings: Surroundings, read: ReadJson): void => {
  const { environment, repository, print, note } = surroundings;
  const site = program.command('site').description('the tracking site');
  site
    .command('tiles')
    .description('cuts the streets of your region out of a map archive, to stand under the trailer on the map')
    .requiredOption('--from <archive>', 'a PMTiles archive in Protomaps’ schema: a file, or an https:// address')
    .option(
      '--bbox <box>',
      'west,south,east,north in degrees (default: around the stops of config/company.json and of all jobs)',
    )
    .option('--around <km>', 'how far beyond the outermost stops, without --bbox', kilometres, 10)
    .option('--maxzoom <zoom>', 'finest level; each one more makes the file about twice as large', zoom, 14)
    .option('--minzoom <zoom>', 'coarsest level (default: the one that shows the whole region)', zoom)
    .option('--out <file>', `where to write it (default: ${STREETS_FILE}, which the site is built with)`)
    .addHelpText(
      'after',
      '\nExample:\n  ./qdn site tiles --from https://build.protomaps.com/20261120.pmtiles\n  ./qdn site tiles --from planet.pmtiles --bbox -98.1,30.0,-97.4,30.6\n\nThe list of archives to choose from is at https://maps.protomaps.com/builds; only the region’s part is downloaded.\nDone once, and again when streets have changed. Publish the site afterwards.',
    )
    .action(async ({ from, bbox, around, maxzoom, minzoom, out }: TilesOptions) => {
      const { makeStreets } = await import('./make-streets.ts');
      const file = out ?? join(repository, STREETS_FILE);
      // The example's places are nobody's.
      const { stops: known, isExample } = knownTo(surroundings);
      const stops = isExample ? [] : known;
      const options = {
        from,
        bbox: bbox ?? null,
        stops,
        aroundKm: around,
        maxZoom: maxzoom,
        minZoom: minzoom ?? null,
        file,
      };
      print(await makeStreets(options, read, note));
      if (out === undefined) note('Now publish the site: ./qdn site deploy');
    });

  const within = async (work: (site: typeof import('./publish.ts'), place: SitePlace) => Promise<string>) => {
    const publish = await import('./publish.ts');
    print(
      await publish.inWords(() =>
        work(publish, { where: program.opts<Where>(), surroundings: { environment, repository } }),
      ),
    );
  };
  site
    .command('deploy')
    .description('builds the page and publishes it, without a moment in which it is half there')
    .option('--percent <percent>', 'to so many in a hundred jobs at first', percentage, 100)
    .addHelpText('after', '\nExample:\n  ./qdn site deploy --percent 10\n  ./qdn site rollout 50\n  ./qdn site promote')
    .action(({ percent }: { percent: number }) => within((publish, place) => publish.deploySite(place, percent, note)));
  site
    .command('rollout <percent>')
    .description('gives the new version to so many in a hundred jobs')
    .addHelpText('after', '\nA job keeps its version while the share grows.\n\nExample:\n  ./qdn site rollout 50')
    .action((percent: string) => within((publish, place) => publish.spreadTo(place, percentage(percent))));
  site
    .command('promote')
    .description('gives the new version to everyone')
    .addHelpText('after', '\nExample:\n  ./qdn site promote')
    .action(() => within((publish, place) => publish.promote(place)));
  site
    .command('rollback')
    .description('takes the new version back at once; without one, goes back to the version before')
    .addHelpText('after', '\nExample:\n  ./qdn site rollback')
    .action(() => within((publish, place) => publish.rollBack(place)));
  site
    .command('status')
    .description('shows which versions of the page are live, and how to look at each')
    .addHelpText('after', '\nExample:\n  ./qdn site status')
    .action(() => within((publish, place) => publish.siteStatus(place)));
  site
    .command('keys')
    .description('gives the edge the present keys of tracking links, and forgets revoked links that have expired')
    .addHelpText(
      'after',
      '\nAfter each change of the secret qdn/tokens, before anything signs with the new key.\n\nExample:\n  ./qdn site keys --stage prod',
    )
    .action(() => within((publish, place) => publish.giveEdgeKeys(place)));
};
