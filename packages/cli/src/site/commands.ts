import { join } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { knownTo } from '../company/company.ts';
import type { Where } from '../deployed.ts';
import type { OperatorContext } from '../operator-context.ts';
import type { Surroundings } from '../surroundings.ts';
import type { SitePlace } from './publish.ts';
import type { ReadJson } from './stops.ts';

const zoom = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0 || value > 15) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 15.');
  }
  return value;
};
const kilometres = (text: string): number => {
  const value = Number(text);
  if (!(value > 0 && value <= 100)) throw new InvalidArgumentError('It must be more than 0 km and at most 100 km.');
  return value;
};

const percentage = (text: string): number => {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > 100) throw new InvalidArgumentError('It must be a whole number from 0 to 100.');
  return value;
};

/** File that the site's build packs as the streets under the map. */
const STREETS_FILE = join('config', 'streets.pmtiles');

type TilesOptions = { from: string; bbox?: string; around: number; maxzoom: number; minzoom?: number; out?: string };

/** Adds `./qdn site …`. Each command loads its dependencies when it is called. */
export const addSiteCommands = (program: Command, context: OperatorContext): void => {
  const site = program.command('site').description('publishes the tracking site');
  addTilesCommand(site, context, (path) => context.api('GET', path));
  addPublishingCommands(program, site, context);
};

const addTilesCommand = (site: Command, surroundings: Surroundings, read: ReadJson): void => {
  const { repository, print, note } = surroundings;
  site
    .command('tiles')
    .description('extracts the streets of your region from a map archive, for the map of the tracking page')
    .requiredOption('--from <archive>', 'PMTiles archive in Protomaps’ schema: a file, or an https:// address')
    .option(
      '--bbox <box>',
      'west,south,east,north in degrees (default: around the stops of config/company.json and of all jobs)',
    )
    .option('--around <km>', 'margin around the outermost stops, without --bbox', kilometres, 10)
    .option('--maxzoom <zoom>', 'finest level; each further level doubles the size of the file', zoom, 14)
    .option('--minzoom <zoom>', 'coarsest level (default: the one that shows the whole region)', zoom)
    .option('--out <file>', `output file (default: ${STREETS_FILE}, which the site’s build uses)`)
    .addHelpText(
      'after',
      '\nExample:\n  ./qdn site tiles --from https://build.protomaps.com/20261120.pmtiles\n  ./qdn site tiles --from planet.pmtiles --bbox -98.1,30.0,-97.4,30.6\n\nArchives are listed at https://maps.protomaps.com/builds. Only your region is downloaded.\nRun it once, and again when streets have changed. Then publish the site.',
    )
    .action(async ({ from, bbox, around, maxzoom, minzoom, out }: TilesOptions) => {
      const { makeStreets } = await import('./make-streets.ts');
      const file = out ?? join(repository, STREETS_FILE);
      // The example's places are fictional.
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
};

const addPublishingCommands = (program: Command, site: Command, context: OperatorContext): void => {
  const { environment, repository, print, note, time } = context;
  const within = async (work: (site: typeof import('./publish.ts'), place: SitePlace) => Promise<string>) => {
    const publish = await import('./publish.ts');
    print(
      await publish.inWords(() =>
        work(publish, { where: program.opts<Where>(), surroundings: { environment, repository }, time: time() }),
      ),
    );
  };
  site
    .command('deploy')
    .description('builds and publishes the page atomically')
    .option('--percent <percent>', 'percentage of jobs that get the new version first', percentage, 100)
    .addHelpText('after', '\nExample:\n  ./qdn site deploy --percent 10\n  ./qdn site rollout 50\n  ./qdn site promote')
    .action(({ percent }: { percent: number }) => within((publish, place) => publish.deploySite(place, percent, note)));
  site
    .command('rollout <percent>')
    .description('rolls the new version out to a percentage of jobs')
    .addHelpText('after', '\nA job keeps its version while the percentage grows.\n\nExample:\n  ./qdn site rollout 50')
    .action((percent: string) => within((publish, place) => publish.spreadTo(place, percentage(percent))));
  site
    .command('promote')
    .description('rolls the new version out to all jobs')
    .addHelpText('after', '\nExample:\n  ./qdn site promote')
    .action(() => within((publish, place) => publish.promote(place)));
  site
    .command('rollback')
    .description('withdraws the new version immediately; without one, returns to the previous version')
    .addHelpText('after', '\nExample:\n  ./qdn site rollback')
    .action(() => within((publish, place) => publish.rollBack(place)));
  site
    .command('status')
    .description('shows the live versions of the page, with a link to each')
    .addHelpText('after', '\nExample:\n  ./qdn site status')
    .action(() => within((publish, place) => publish.siteStatus(place)));
  site
    .command('keys')
    .description('gives the edge the current keys of tracking links, and removes revoked links that have expired')
    .addHelpText(
      'after',
      '\nRun it after each change of the secret qdn/tokens, before the new key is used.\n\nExample:\n  ./qdn site keys --stage prod',
    )
    .action(() => within((publish, place) => publish.giveEdgeKeys(place)));
};
