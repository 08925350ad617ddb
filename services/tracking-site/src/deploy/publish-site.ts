import { nextRollout, type Rollout, type RolloutStore } from './rollout.ts';

/** One built file: `path` on this disk, `key` in the bucket. */
export type SiteFile = { key: string; path: string; contentType: string; cacheControl: string };
/** A built site. `version` is the page's own file, as in `track/index-v2.html`. */
export type Site = { files: readonly SiteFile[]; version: string };

export type SiteBucket = { upload(file: SiteFile): Promise<void> };
/** Makes CloudFront forget what it cached under these paths. */
export type Invalidate = (paths: readonly string[]) => Promise<void>;

/**
 * Publishes a built site without a moment in which a page names something that is not there yet: assets under hashed names,
 * then pages, then the roll-out, then CloudFront's memory of `/track/*`. Nothing is deleted: an open page may still need it.
 *
 * @param percent 0 to 100: the share of jobs that see a new version
 * @returns the roll-out in force afterwards
 */
export const publishSite = async (
  site: Site,
  to: { bucket: SiteBucket; rollout: RolloutStore; invalidate: Invalidate },
  percent: number,
): Promise<Rollout> => {
  if (!Number.isInteger(percent) || percent < 0 || percent > 100) {
    throw new Error(`The roll-out takes a whole percentage from 0 to 100, not ${percent}.`);
  }
  if (!site.files.some(({ key }) => key === `track/${site.version}`)) {
    throw new Error(`The built site has no track/${site.version}.`);
  }
  const isPage = ({ contentType }: SiteFile) => contentType.startsWith('text/html');
  await Promise.all(site.files.filter((file) => !isPage(file)).map((file) => to.bucket.upload(file)));
  await Promise.all(site.files.filter(isPage).map((file) => to.bucket.upload(file)));

  const current = await to.rollout.read();
  const next = nextRollout(current, site.version, percent);
  if (next !== current) await to.rollout.write(next);
  await to.invalidate(['/track', '/track/*']);
  return next;
};
