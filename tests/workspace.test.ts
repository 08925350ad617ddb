import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';

const repository = join(import.meta.dirname, '..');

type Manifest = {
  name: string;
  description?: string;
  exports?: Record<string, string>;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
};

const manifests = new Map(
  globSync('{packages,services}/*/package.json', { cwd: repository }).map(
    (file): [string, Manifest & { file: string }] => {
      const manifest: Manifest = JSON.parse(readFileSync(join(repository, file), 'utf8'));
      return [manifest.name, { ...manifest, file: file.replaceAll('\\', '/') }];
    },
  ),
);

/** Returns the packages of this repository that a package depends on, also for development: pnpm reports cycles over both. */
const neededBy = (name: string): string[] => {
  const { dependencies, devDependencies } = manifests.get(name) ?? {};
  return Object.keys({ ...dependencies, ...devDependencies }).filter((needed) => manifests.has(needed));
};

/** Returns the first cycle in a graph, as names in order; null when there is none. */
const findCycle = (names: Iterable<string>, next: (name: string) => string[]): string[] | null => {
  const finished = new Set<string>();
  const visit = (name: string, path: readonly string[]): string[] | null => {
    if (path.includes(name)) return [...path.slice(path.indexOf(name)), name];
    if (finished.has(name)) return null;
    for (const needed of next(name)) {
      const cycle = visit(needed, [...path, name]);
      if (cycle) return cycle;
    }
    finished.add(name);
    return null;
  };
  for (const name of names) {
    const cycle = visit(name, []);
    if (cycle) return cycle;
  }
  return null;
};

describe('the workspace', () => {
  test('the search finds a cycle', () => {
    const graph: Record<string, string[]> = { a: ['b'], b: ['c', 'd'], c: [], d: ['b'] };
    expect(findCycle(Object.keys(graph), (name) => graph[name] ?? [])).toEqual(['b', 'd', 'b']);
  });

  test('has no cycle', () => {
    expect(manifests.size).toBeGreaterThan(20);
    expect(findCycle(manifests.keys(), neededBy)).toBeNull();
  });

  test('has no package that declares a service', () => {
    const isService = (name: string): boolean => manifests.get(name)?.file.startsWith('services/') ?? false;
    const wrong = [...manifests].filter(([name]) => !isService(name) && neededBy(name).some(isService));
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  test.each(['emulator-aws', 'emulator-carriers', 'emulator-cloudfront', 'cloudformation', 'local-server'])(
    '%s has what a published package needs',
    (folder) => {
      const { description = '', exports = {} } = manifests.get(`@qdn/${folder}`) ?? {};
      expect(description.length).toBeGreaterThan(20);
      expect(Object.keys(exports).length).toBeGreaterThan(0);
      expect(readFileSync(join(repository, 'packages', folder, 'README.md'), 'utf8')).toMatch(
        new RegExp(`^# ${folder}\n`),
      );
    },
  );
});
