import { knownAs, numberOf, published, type Rollout, type RolloutStore, versionNamed } from './rollout.ts';

/** One built file: `path` on this disk, `key` in the bucket. */
export type SiteFile = { key: string; path: string; contentType: string; cacheControl: string };
/** A built site. `version` is what its page is called there, as in `track/index-v2.html`; `hash` is of the page's content. */
export type Site = { files: readonly SiteFile[]; version: string; hash: string };

export type SiteBucket = {
  upload(file: SiteFile): Promise<void>;
  /** @returns false when there is an object of that key already; it stays as it is */
  uploadNew(file: SiteFile): Promise<boolean>;
};
/** Makes CloudFront forget what it cached under these paths. */
export type Invalidate = (paths: readonly string[]) => Promise<void>;

/** Maximum number of names taken by publications that were cut off, or that run at the same time. */
const NAMES_TRIED = 50;

/** Uploads the page under the next free name. Its content never changes afterwards: an edge may have kept it. */
const uploadPage = async (bucket: SiteBucket, page: SiteFile, after: number): Promise<string> => {
  for (let number = after + 1; number <= after + NAMES_TRIED; number += 1) {
    const version = versionNamed(number);
    if (await bucket.uploadNew({ ...page, key: `track/${version}` })) return version;
  }
  throw new Error(`track/${versionNamed(after + 1)} and the ${NAMES_TRIED - 1} names after it are taken.`);
};

/**
 * Publishes a built site without a moment in which something names what is not there yet: assets under hashed names, then the widget, then
 * the page under a name of its own, then the roll-out in one write, then CloudFront's memory of the page and the widget. Cut off anywhere, what was live is live.
 * Nothing is deleted: an open page may still need it, and a rollback will.
 *
 * @param percent 0 to 100: the share of jobs that see a new version
 * @param now epoch ms
 * @returns the roll-out in force afterwards
 * @throws RolloutError when the percentage is not valid, or someone else published at the same moment
 */
export const publishSite = async (
  site: Site,
  to: { bucket: SiteBucket; rollout: RolloutStore; invalidate: Invalidate },
  percent: number,
  now: number,
): Promise<Rollout> => {
  const page = site.files.find(({ key }) => key === `track/${site.version}`);
  if (!page) throw new Error(`The built site has no track/${site.version}.`);
  const current = await to.rollout.read();
  // Before anything is uploaded: a percentage that is not valid stops here.
  published(current, site, percent, now);
  // Files that keep their name (the widget, robots.txt) are uploaded after the files that they name.
  const [hashed, named] = [true, false].map((isHashed) =>
    site.files.filter((file) => file !== page && file.cacheControl.includes('immutable') === isHashed),
  );
  for (const files of [hashed, named]) await Promise.all((files ?? []).map((file) => to.bucket.upload(file)));

  const newest = [current?.stable, current?.candidate, current?.previous].map((version) => numberOf(version ?? ''));
  const version = knownAs(current, site.hash) ?? (await uploadPage(to.bucket, page, Math.max(...newest)));
  const next = published(current, { version, hash: site.hash }, percent, now);
  if (next !== current) await to.rollout.write(next);
  await to.invalidate(['/track', '/track/*', '/widget/*']);
  return next;
};
