import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSite } from '@qdn/site-publishing/build';
import {
  type ConnectedSite,
  connectLocal,
  connectStack,
  giveKeys,
  type LocalSite,
  promoted,
  publishSite,
  type Rollout,
  RolloutError,
  rolledBack,
  spread,
  sweepRevoked,
} from '@qdn/site-publishing/deploy';
import { CommandError } from '../connection.ts';
import { awsInWords, regionOf, stackOf, type Where } from '../deployed.ts';
import type { Surroundings } from '../surroundings.ts';
import type { LocalTime } from '../times/local-time.ts';

export type SitePlace = {
  where: Where;
  surroundings: Pick<Surroundings, 'environment' | 'repository'>;
  time: LocalTime;
};

const connect = async ({ where, surroundings }: SitePlace): Promise<ConnectedSite> => {
  const { environment, repository } = surroundings;
  if (where.stage !== undefined)
    return connectStack({ region: regionOf(where, environment) }, stackOf('tracking-site', where.stage), 'qdn/tokens');
  const file = join(repository, '.local', 'local.json');
  const { site }: { site?: LocalSite } = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  if (!site)
    throw new CommandError(
      'The local system is not running. Start it with: npm start. Or name a deployed site: --stage prod',
    );
  return connectLocal(site);
};

/** `3` of `index-v3.html`: what a tester pins. */
const pinOf = (version: string): string => /v(\d+)/.exec(version)?.[1] ?? version;

/** Returns one line per version with its share of jobs. */
export const rolloutReport = (rollout: Rollout | null, publicUrl: string, time: LocalTime): string => {
  if (!rollout) return 'No page has been published yet. Publish it with: ./qdn site deploy';
  const { stable, candidate, percent, previous, changedAt } = rollout;
  const look = (version: string) => `open it: ${publicUrl}/track?v=${pinOf(version)}&job_id=TOKEN`;
  const lines = [
    [
      stable,
      `${candidate ? 100 - percent : 100} % of jobs${changedAt > 0 ? `, changed ${time.minute(changedAt)}` : ''}`,
    ],
    ...(candidate ? [[candidate, `${percent} % of jobs, new; ${look(candidate)}`]] : []),
    ...(previous && previous !== candidate
      ? [[previous, `previous; ${candidate ? '' : './qdn site rollback returns to it; '}${look(previous)}`]]
      : []),
  ];
  const width = Math.max(...lines.map(([version = '']) => version.length));
  return lines.map(([version = '', what]) => `${version.padEnd(width)}  ${what}`).join('\n');
};

/** Builds and publishes the page. @returns the report */
export const deploySite = async (place: SitePlace, percent: number, note: (text: string) => void): Promise<string> => {
  const site = await connect(place);
  if (!(await giveKeys(site)))
    note(
      'The secret qdn/tokens does not exist yet, so the edge answers 503 to tracking links. Create it with: ./qdn secrets push',
    );
  await sweepRevoked(site, Date.now());
  const folder = await mkdtemp(join(tmpdir(), 'tracking-site-'));
  try {
    note('Building the page');
    const built = await buildSite(folder);
    note(`Publishing ${built.files.length} files`);
    return rolloutReport(await publishSite(built, site.to, percent, Date.now()), site.publicUrl, place.time);
  } finally {
    await rm(folder, { recursive: true });
  }
};

const change = async (place: SitePlace, to: (current: Rollout | null) => Rollout): Promise<string> => {
  const site = await connect(place);
  const next = to(await site.to.rollout.read());
  await site.to.rollout.write(next);
  return rolloutReport(next, site.publicUrl, place.time);
};

export const spreadTo = (place: SitePlace, percent: number): Promise<string> =>
  change(place, (current) => spread(current, percent, Date.now()));
export const promote = (place: SitePlace): Promise<string> => change(place, (current) => promoted(current, Date.now()));
export const rollBack = (place: SitePlace): Promise<string> =>
  change(place, (current) => rolledBack(current, Date.now()));

export const siteStatus = async (place: SitePlace): Promise<string> => {
  const site = await connect(place);
  return rolloutReport(await site.to.rollout.read(), site.publicUrl, place.time);
};

export const giveEdgeKeys = async (place: SitePlace): Promise<string> => {
  const site = await connect(place);
  if (!(await giveKeys(site)))
    throw new CommandError('The secret qdn/tokens does not exist yet. Create it with: ./qdn secrets push');
  const { left, forgotten } = await sweepRevoked(site, Date.now());
  return `The edge has the keys of tracking links. Revoked links: ${left} kept, ${forgotten} expired and removed.`;
};

/** Runs `work`, and explains errors that the user can act on. */
export const inWords = async (work: () => Promise<string>): Promise<string> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RolloutError) throw new CommandError(error.message);
    if (!(error instanceof Error)) throw error;
    const code = 'code' in error ? String(error.code) : '';
    if (/ECONNREFUSED|ENOTFOUND|ETIMEDOUT|TimeoutError/.test(`${code} ${error.name}`))
      throw new CommandError('The site does not answer. Check that it is running.');
    if (/does not exist|has no output/.test(error.message))
      throw new CommandError(
        `${error.message} Check that tracking-site is deployed there, or choose another --stage or --region.`,
      );
    const words = awsInWords(error);
    if (words !== null) throw new CommandError(words, { cause: error });
    throw error;
  }
};
