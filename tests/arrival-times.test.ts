import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const repository = join(import.meta.dirname, '..');
const printed = execFileSync(process.execPath, ['bench/eta.ts'], { cwd: repository, encoding: 'utf8' }).trim();

test('README.md shows what bench/eta.ts prints', () => {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8');
  const [, shown] = /<!-- node bench\/eta.ts -->\n\n```\n([\s\S]*?)\n```/.exec(readme) ?? [];
  expect(shown).toBe(printed);
});

/** Returns the shares in range of a row of the table, in percent: not taught, and learned. */
const sharesOf = (set: string, stage: string): number[] => {
  const row = printed.split('\n').find((line) => line.startsWith(set) && line.includes(stage)) ?? '';
  return [...row.matchAll(/(\d+) %/g)].map(([, share]) => Number(share));
};

test.each(['setting out', 'half way', 'last 5 minutes'])(
  'ranges that were learned hold about four arrivals in five: %s',
  (stage) => {
    const [, learned = 0] = sharesOf('all', stage);
    expect(learned).toBeGreaterThanOrEqual(73);
    expect(learned).toBeLessThanOrEqual(87);
    // The goal for a slow vehicle with stops, of a new company too.
    for (const share of sharesOf('slow with stops', stage)) expect(share).toBeGreaterThanOrEqual(60);
  },
);

test('a new company’s range is never narrower than a learned one’s when it sets out, over all drives', () => {
  const row = printed.split('\n').find((line) => line.startsWith('all') && line.includes('setting out')) ?? '';
  const [, untaught = 0, learned = 0] = (/% +([\d.]+) \/ ([\d.]+)/.exec(row) ?? []).map(Number);
  expect(learned).toBeGreaterThan(0);
  expect(untaught).toBeGreaterThanOrEqual(learned);
});
