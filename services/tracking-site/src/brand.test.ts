import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { brandColours, contrast, readLogo } from './brand.ts';

const css = 'a{color:#c2410c}@media(prefers-color-scheme:dark){a{color:#fb923c}}b{color:#15703f}';

describe('a company’s colours', () => {
  test('take the place of ours, and of nothing else', () => {
    expect(brandColours({})(css)).toBe(css);
    expect(brandColours({ colour: '#1D4ED8', darkColour: '#93C5FD' })(css)).toBe(
      'a{color:#1d4ed8}@media(prefers-color-scheme:dark){a{color:#93c5fd}}b{color:#15703f}',
    );
  });

  test('that cannot be read are refused in a sentence', () => {
    expect(() => brandColours({ colour: '#ffee00' })).toThrow(
      'brand.colour #ffee00 cannot be read on the page (contrast 1.1, it takes 4.5). Choose a darker one.',
    );
    expect(() => brandColours({ darkColour: '#222222' })).toThrow('Choose a lighter one.');
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

  test('contrast is as WCAG has it', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
  });
});

describe('a company’s logo', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'brand-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('is a small picture', async () => {
    const file = join(folder, 'logo.svg');
    await writeFile(file, '<svg/>');
    expect(await readLogo(file)).toMatchObject({ extension: '.svg', contentType: 'image/svg+xml' });
    const large = join(folder, 'large.png');
    await writeFile(large, Buffer.alloc(60_000));
    await expect(readLogo(large)).rejects.toThrow('has 60 KB; 50 are the most');
    await expect(readLogo(join(folder, 'none.png'))).rejects.toThrow('is not there');
    await expect(readLogo(join(folder, 'logo.tiff'))).rejects.toThrow('must be an SVG, PNG or WebP file');
  });
});
