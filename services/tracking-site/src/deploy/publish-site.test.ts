import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { publishSite, type Site } from './publish-site.ts';
import { nextRollout, type Rollout } from './rollout.ts';

const site: Site = {
  version: 'index-v3.html',
  files: [
    {
      key: 'track/index-v3.html',
      path: '/b/index.html',
      contentType: 'text/html; charset=utf-8',
      cacheControl: 'max-age=0',
    },
    { key: 'track/assets/page-1a.js', path: '/b/page.js', contentType: 'text/javascript', cacheControl: 'immutable' },
    { key: 'robots.txt', path: '/b/robots.txt', contentType: 'text/plain', cacheControl: 'max-age=60' },
  ],
};

const recorder = (current: Rollout | null, broken?: string) => {
  const steps: string[] = [];
  const step = async (name: string) => {
    if (name === broken) throw new Error(`${name} failed`);
    steps.push(name);
  };
  return {
    steps,
    bucket: { upload: ({ key }: { key: string }) => step(`upload ${key}`) },
    rollout: { read: async () => current, write: (next: Rollout) => step(`rollout ${JSON.stringify(next)}`) },
    invalidate: (paths: readonly string[]) => step(`invalidate ${paths.join(' ')}`),
  };
};

describe('publishing the page', () => {
  test('uploads assets, then the page, then rolls out, then invalidates', async () => {
    const to = recorder({ stable: 'index-v2.html', candidate: null, percent: 0 });
    await publishSite(site, to, 100);
    expect(to.steps).toEqual([
      'upload track/assets/page-1a.js',
      'upload robots.txt',
      'upload track/index-v3.html',
      'rollout {"stable":"index-v3.html","candidate":null,"percent":0}',
      'invalidate /track /track/*',
    ]);
  });

  test.each(['upload robots.txt', 'upload track/index-v3.html'])(
    'rolls nothing out when "%s" fails',
    async (broken) => {
      const to = recorder({ stable: 'index-v2.html', candidate: null, percent: 0 }, broken);
      await expect(publishSite(site, to, 100)).rejects.toThrow(broken);
      expect(to.steps.filter((step) => step.startsWith('rollout'))).toEqual([]);
    },
  );

  test('of the version that is already stable invalidates, and leaves a running roll-out alone', async () => {
    const running = { stable: 'index-v3.html', candidate: 'index-v4.html', percent: 10 };
    const to = recorder(running);
    expect(await publishSite(site, to, 100)).toEqual(running);
    expect(to.steps.at(-1)).toBe('invalidate /track /track/*');
    expect(to.steps.join()).not.toContain('rollout');
  });

  test('refuses a site without its own page, and a percentage that is none', async () => {
    const to = recorder(null);
    await expect(publishSite({ ...site, version: 'index-v9.html' }, to, 100)).rejects.toThrow('track/index-v9.html');
    await expect(publishSite(site, to, Number.NaN)).rejects.toThrow('percentage');
    await expect(publishSite(site, to, 101)).rejects.toThrow('percentage');
    expect(to.steps).toEqual([]);
  });
});

describe('the next roll-out', () => {
  test('of the first version ever is stable, whatever the percentage', () => {
    expect(nextRollout(null, 'index-v2.html', 10)).toEqual({ stable: 'index-v2.html', candidate: null, percent: 0 });
  });

  test('to some is a candidate beside the stable version, and can grow', () => {
    const some = nextRollout({ stable: 'index-v2.html', candidate: null, percent: 0 }, 'index-v3.html', 10);
    expect(some).toEqual({ stable: 'index-v2.html', candidate: 'index-v3.html', percent: 10 });
    expect(nextRollout(some, 'index-v3.html', 50).percent).toBe(50);
    expect(nextRollout(some, 'index-v3.html', 100)).toEqual({ stable: 'index-v3.html', candidate: null, percent: 0 });
  });

  test('always serves a version that was stable before or is being published', () => {
    const version = fc.constantFrom('index-v2.html', 'index-v3.html', 'index-v4.html');
    const rollout = fc.record({
      stable: version,
      candidate: fc.option(version),
      percent: fc.integer({ min: 0, max: 100 }),
    });
    fc.assert(
      fc.property(fc.option(rollout), version, fc.integer({ min: 0, max: 100 }), (current, published, percent) => {
        const next = nextRollout(current, published, percent);
        expect([current?.stable, published]).toContain(next.stable);
        if (next.candidate === null) expect(next.percent === 0 || next === current).toBe(true);
      }),
    );
  });
});
