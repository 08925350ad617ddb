import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { contrast } from '@qdn/company';
import fc from 'fast-check';
import { brandColours, readLogo } from './brand.ts';

const css = 'a{color:#c2410c}@media(prefers-color-scheme:dark){a{color:#fb923c}}b{color:#15703f}';

describe('a company’s colours', () => {
  test('take the place of ours, and of nothing else', () => {
    expect(brandColours({})(css)).toBe(css);
    expect(brandColours({ colour: '#1D4ED8', darkColour: '#93C5FD' })(css)).toBe(
      'a{color:#1d4ed8}@media(prefers-color-scheme:dark){a{color:#93c5fd}}b{color:#15703f}',
    );
  });

  test('can always be read, by day and in the dark', () => {
    const hex = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
    fc.assert(
      fc.property(hex, (colour) => {
        fc.pre(contrast(colour, '#faf8f5') >= 4.5);
        const [, light = '', dark = ''] = /color:(#\w+)\}.*?color:(#\w+)\}/.exec(brandColours({ colour })(css)) ?? [];
        expect(contrast(light, '#faf8f5')).toBeGreaterThanOrEqual(4.5);
        expect(contrast(dark, '#161412')).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });
});

describe('a company’s logo', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'brand-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is a picture for the web', async () => {
    const file = join(folder, 'logo.svg');
    await writeFile(file, '<svg/>');
    expect(await readLogo(file)).toMatchObject({ extension: '.svg', contentType: 'image/svg+xml' });
  });
});
