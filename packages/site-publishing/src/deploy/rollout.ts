/** The edge's KeyValueStore: what is written is at every edge location within seconds. */
export type KeyValues = {
  get(key: string): Promise<string | null>;
  put(key: string, value: string): Promise<void>;
  /** Writes only where the key still has that value. @returns whether it was written */
  replace(key: string, value: string, seen: string | null): Promise<boolean>;
  list(): Promise<Array<{ key: string; value: string }>>;
  delete(key: string): Promise<void>;
};

/**
 * Which version of the page the edge serves, to what percentage of jobs the next one, and which one a rollback goes to. `pages` has
 * what each of them is made of, `changedAt` is epoch ms.
 */
export type Rollout = {
  stable: string;
  candidate: string | null;
  percent: number;
  previous: string | null;
  pages: Readonly<Record<string, string>>;
  changedAt: number;
};
export type RolloutStore = {
  read(): Promise<Rollout | null>;
  /** Replaces what was read last. @throws RolloutError when someone else has meanwhile */
  write(rollout: Rollout): Promise<void>;
};

/** The request does not fit the roll-out as it is. The message is for the person at the terminal. */
export class RolloutError extends Error {}

/** A built page: its name on the site, as in `track/index-v2.html`, and a hash of its content. */
export type PageVersion = { version: string; hash: string };

const VERSION = /^index-v([0-9]{1,6})\.html$/;
/** `3` of `index-v3.html`; 1 of any other text, so that the first version is 2. */
export const numberOf = (version: string): number => Number(VERSION.exec(version)?.[1] ?? 1);
export const versionNamed = (number: number): string => `index-v${number}.html`;

const checked = (percent: number): number => {
  if (!Number.isInteger(percent) || percent < 0 || percent > 100)
    throw new RolloutError(`The percentage is a whole number from 0 to 100, not ${percent}.`);
  return percent;
};

/** Only what the edge may serve is worth remembering: the store's values are a kilobyte at most. */
const withPages = (rollout: Rollout, pages: Rollout['pages']): Rollout => {
  const named = [rollout.stable, rollout.candidate, rollout.previous];
  return {
    ...rollout,
    pages: Object.fromEntries(Object.entries(pages).filter(([version]) => named.includes(version))),
  };
};

/** The version in force that is made of the same page, or null: publishing it again does not make a new version. */
export const knownAs = (current: Rollout | null, hash: string): string | null =>
  [current?.stable, current?.candidate].find((version) => version && current?.pages[version] === hash) ?? null;

/**
 * The roll-out after a page has been published to `percent` of the jobs. Publishing the stable version again changes nothing; the
 * very first version is stable at once.
 * @param now epoch ms
 * @throws RolloutError when the percentage is none
 */
export const published = (current: Rollout | null, page: PageVersion, percent: number, now: number): Rollout => {
  checked(percent);
  if (current?.stable === page.version) return current;
  const pages = { ...current?.pages, [page.version]: page.hash };
  if (current === null || percent === 100) {
    const previous = current?.stable ?? null;
    const next = { stable: page.version, candidate: null, percent: 0, previous, pages, changedAt: now };
    return withPages(next, pages);
  }
  return withPages({ ...current, candidate: page.version, percent, changedAt: now }, pages);
};

const candidateOf = (current: Rollout | null): { rollout: Rollout; candidate: string } => {
  if (!current) throw new RolloutError('No page has been published yet. Publish it with: ./qdn site deploy');
  if (current.candidate === null)
    throw new RolloutError(
      `There is no new version beside ${current.stable}. Publish one for a percentage of jobs first: ./qdn site deploy --percent 10`,
    );
  return { rollout: current, candidate: current.candidate };
};

/** The candidate to another share of the jobs. */
export const spread = (current: Rollout | null, percent: number, now: number): Rollout => {
  const { rollout } = candidateOf(current);
  return { ...rollout, percent: checked(percent), changedAt: now };
};

/** The candidate for everyone. */
export const promoted = (current: Rollout | null, now: number): Rollout => {
  const { rollout, candidate } = candidateOf(current);
  const next = { ...rollout, stable: candidate, candidate: null, percent: 0, previous: rollout.stable, changedAt: now };
  return withPages(next, rollout.pages);
};

/** Takes the candidate back from those who have it; without one, everyone gets what was stable before. */
export const rolledBack = (current: Rollout | null, now: number): Rollout => {
  if (!current) throw new RolloutError('No page has been published yet, so there is no version to return to.');
  if (current.candidate !== null) {
    return withPages({ ...current, candidate: null, percent: 0, changedAt: now }, current.pages);
  }
  if (current.previous === null)
    throw new RolloutError(`${current.stable} is the first version. There is no earlier one.`);
  // A second rollback returns to the version that this one leaves.
  return { ...current, stable: current.previous, previous: current.stable, changedAt: now };
};

const parseRollout = (text: string): Rollout => {
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'stable' in value && typeof value.stable === 'string') {
    const field = (name: string): unknown => Reflect.get(value, name);
    const version = (name: string): string | null => {
      const found = field(name);
      return typeof found === 'string' ? found : null;
    };
    const amount = (name: string): number => Number(field(name) ?? 0) || 0;
    const pages = field('pages');
    return {
      stable: value.stable,
      candidate: version('candidate'),
      percent: amount('percent'),
      previous: version('previous'),
      pages:
        typeof pages === 'object' && pages !== null
          ? Object.fromEntries(Object.entries(pages).map(([name, hash]) => [name, String(hash)]))
          : {},
      changedAt: amount('changedAt'),
    };
  }
  throw new Error(`The value "rollout" of the KeyValueStore is not valid: ${text}`);
};

const KEY = 'rollout';

/** The roll-out as the edge's function reads it, under the key `rollout`: one write changes what everyone gets. */
export const createRolloutStore = (keyValues: KeyValues): RolloutStore => {
  let text: string | null = null;
  return {
    read: async () => {
      text = await keyValues.get(KEY);
      return text === null ? null : parseRollout(text);
    },
    write: async (rollout) => {
      if (!(await keyValues.replace(KEY, JSON.stringify(rollout), text)))
        throw new RolloutError(
          'Another operator changed the rollout at the same moment. Check it with: ./qdn site status',
        );
    },
  };
};
