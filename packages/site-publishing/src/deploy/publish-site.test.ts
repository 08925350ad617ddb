import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { publishSite, type Site, type SiteFile } from './publish-site.ts';
import {
  createRolloutStore,
  knownAs,
  promoted,
  published,
  type Rollout,
  RolloutError,
  rolledBack,
  spread,
} from './rollout.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const siteOf = (hash: string): Site => ({
  version: 'index-v2.html',
  hash,
  files: [
    { key: 'track/index-v2.html', path: hash, contentType: 'text/html; charset=utf-8', cacheControl: 'max-age=0' },
    { key: 'widget/v1.js', path: hash, contentType: 'text/javascript', cacheControl: 'max-age=300' },
    { key: `track/assets/${hash}.js`, path: hash, contentType: 'text/javascript', cacheControl: 'immutable' },
  ],
});

/** A bucket and a roll-out that can be broken at a step; what is in the bucket, by key, is the hash it was built with. */
const aPlace = (current: Rollout | null = null) => {
  const steps: string[] = [];
  const objects = new Map<string, string>();
  const state = { rollout: current, brokenAt: Number.POSITIVE_INFINITY };
  const step = (name: string): void => {
    if (steps.length >= state.brokenAt) throw new Error(`cut off before: ${name}`);
    steps.push(name);
  };
  const put = ({ key, path }: SiteFile) => {
    step(`upload ${key}`);
    objects.set(key, path);
  };
  return {
    steps,
    objects,
    state,
    to: {
      bucket: {
        upload: async (file: SiteFile) => put(file),
        uploadNew: async (file: SiteFile) => {
          if (objects.has(file.key)) return false;
          put(file);
          return true;
        },
      },
      rollout: {
        read: async () => state.rollout,
        write: async (next: Rollout) => {
          step(`roll out ${next.stable}${next.candidate ? ` and ${next.candidate} to ${next.percent}` : ''}`);
          state.rollout = next;
        },
      },
      invalidate: async (paths: readonly string[]) => step(`invalidate ${paths.join(' ')}`),
    },
  };
};
const at = (hash: string, version: string, changes: Partial<Rollout> = {}): Rollout => ({
  stable: version,
  candidate: null,
  percent: 0,
  previous: null,
  pages: { [version]: hash },
  changedAt: 0,
  ...changes,
});

describe('publishing the page', () => {
  test('uploads assets, then the widget, which names them, then the page, then rolls out, then invalidates', async () => {
    const { to, steps } = aPlace(at('a', 'index-v2.html'));
    await publishSite(siteOf('b'), to, 100, NOW);
    expect(steps).toEqual([
      'upload track/assets/b.js',
      'upload widget/v1.js',
      'upload track/index-v3.html',
      'roll out index-v3.html',
      'invalidate /track /track/* /widget/*',
    ]);
  });

  test('cut off anywhere, leaves whole what was live, and goes on when it is repeated', async () => {
    for (let brokenAt = 0; brokenAt < 5; brokenAt += 1) {
      const place = aPlace();
      await publishSite(siteOf('a'), place.to, 100, NOW);
      place.state.brokenAt = place.steps.length + brokenAt;
      await expect(publishSite(siteOf('b'), place.to, 100, NOW)).rejects.toThrow('cut off');
      const live = () => {
        const stable = place.state.rollout?.stable ?? '';
        return [place.objects.get(`track/${stable}`), place.state.rollout?.pages[stable]];
      };
      const [page, hash] = live();
      expect(page).toBe(hash);
      expect(place.objects.has(`track/assets/${page}.js`)).toBe(true);
      place.state.brokenAt = Number.POSITIVE_INFINITY;
      await publishSite(siteOf('b'), place.to, 100, NOW);
      expect(live()).toEqual(['b', 'b']);
    }
  });

  test('never writes over a page, whoever published it', async () => {
    const { to, objects } = aPlace(at('a', 'index-v2.html'));
    objects.set('track/index-v3.html', 'of a publication that was cut off');
    expect((await publishSite(siteOf('b'), to, 100, NOW)).stable).toBe('index-v4.html');
    expect(objects.get('track/index-v3.html')).toBe('of a publication that was cut off');
  });

  test('of the page that is live already makes no new version, and leaves a running roll-out alone', async () => {
    const running = at('a', 'index-v3.html', {
      candidate: 'index-v4.html',
      percent: 10,
      pages: { 'index-v3.html': 'a', 'index-v4.html': 'b' },
    });
    const { to, steps } = aPlace(running);
    expect(await publishSite(siteOf('a'), to, 100, NOW)).toEqual(running);
    expect(steps.join()).not.toContain('roll out');
    expect(steps.at(-1)).toBe('invalidate /track /track/* /widget/*');
    expect(await publishSite(siteOf('b'), to, 40, NOW)).toMatchObject({ candidate: 'index-v4.html', percent: 40 });
  });

  test('refuses a site without its own page, and a percentage that is none, before it uploads anything', async () => {
    const { to, steps } = aPlace();
    await expect(publishSite({ ...siteOf('a'), version: 'index-v9.html' }, to, 100, NOW)).rejects.toThrow(
      'track/index-v9.html',
    );
    for (const percent of [Number.NaN, 101, -1, 0.5])
      await expect(publishSite(siteOf('a'), to, percent, NOW)).rejects.toThrow('whole number from 0 to 100');
    expect(steps).toEqual([]);
  });
});

describe('a roll-out', () => {
  const first = published(null, { version: 'index-v2.html', hash: 'a' }, 10, NOW);
  const some = published(first, { version: 'index-v3.html', hash: 'b' }, 10, NOW);

  test('of the first version ever is to everyone, whatever the percentage', () => {
    expect(first).toEqual(at('a', 'index-v2.html', { changedAt: NOW }));
  });

  test('goes to some, to more, to all, and back', () => {
    expect(some).toMatchObject({ stable: 'index-v2.html', candidate: 'index-v3.html', percent: 10 });
    expect(spread(some, 50, NOW).percent).toBe(50);
    const all = promoted(spread(some, 50, NOW), NOW);
    expect(all).toMatchObject({ stable: 'index-v3.html', candidate: null, percent: 0, previous: 'index-v2.html' });
    const back = rolledBack(all, NOW);
    expect(back).toMatchObject({ stable: 'index-v2.html', previous: 'index-v3.html' });
    expect(rolledBack(back, NOW).stable).toBe('index-v3.html');
    expect(rolledBack(some, NOW)).toMatchObject({ stable: 'index-v2.html', candidate: null, percent: 0 });
  });

  test('says what to do where there is nothing to roll', () => {
    expect(() => spread(first, 10, NOW)).toThrow('./qdn site deploy --percent 10');
    expect(() => promoted(null, NOW)).toThrow('./qdn site deploy');
    expect(() => rolledBack(first, NOW)).toThrow('There is no earlier one');
    expect(() => rolledBack(null, NOW)).toThrow(RolloutError);
    expect(() => spread(some, 101, NOW)).toThrow('whole number from 0 to 100');
  });

  test('whatever is done to it, serves pages that were published, and fits the store', () => {
    type Act = { do: 'publish' | 'spread' | 'promote' | 'back'; percent: number };
    const act: fc.Arbitrary<Act> = fc.record({
      do: fc.constantFrom('publish', 'spread', 'promote', 'back'),
      percent: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(fc.array(act, { maxLength: 40 }), (acts) => {
        let rollout: Rollout | null = null;
        const pages = new Map<string, string>();
        for (const [i, one] of acts.entries()) {
          try {
            if (one.do === 'publish') {
              const page = { version: `index-v${i + 2}.html`, hash: `${i}`.padStart(10, 'h') };
              pages.set(page.version, page.hash);
              rollout = published(rollout, page, one.percent, NOW);
            } else if (one.do === 'spread') rollout = spread(rollout, one.percent, NOW);
            else rollout = one.do === 'promote' ? promoted(rollout, NOW) : rolledBack(rollout, NOW);
          } catch (error) {
            expect(error).toBeInstanceOf(RolloutError);
          }
          if (!rollout) continue;
          const { stable, candidate, previous } = rollout;
          for (const version of [stable, candidate, previous]) {
            if (version !== null) expect(rollout.pages[version]).toBe(pages.get(version));
          }
          if (candidate === null) expect(rollout.percent).toBe(0);
          expect(knownAs(rollout, pages.get(stable) ?? '')).toBe(stable);
          expect(JSON.stringify(rollout).length).toBeLessThan(1024);
        }
      }),
    );
  });
});

describe('the store of the roll-out', () => {
  const keyValues = (value: string | null) => {
    const state = { value };
    return {
      state,
      get: async () => state.value,
      put: async () => {},
      replace: async (_: string, next: string, seen: string | null) => {
        if (seen !== state.value) return false;
        state.value = next;
        return true;
      },
      list: async () => [],
      delete: async () => {},
    };
  };

  test('reads what an earlier publication wrote, with less in it', async () => {
    const store = createRolloutStore(keyValues('{"stable":"index-v2.html","candidate":null,"percent":0}'));
    expect(await store.read()).toEqual(at('', 'index-v2.html', { pages: {} }));
  });

  test('refuses to write over a change that someone else has made meanwhile', async () => {
    const values = keyValues(null);
    const [one, two] = [createRolloutStore(values), createRolloutStore(values)];
    await Promise.all([one.read(), two.read()]);
    await one.write(at('a', 'index-v2.html'));
    await expect(two.write(at('b', 'index-v3.html'))).rejects.toThrow('at the same moment');
    expect(values.state.value).toContain('index-v2.html');
  });

  test('refuses a value that is not a roll-out', async () => {
    await expect(createRolloutStore(keyValues('[]')).read()).rejects.toThrow('is not valid');
  });
});
