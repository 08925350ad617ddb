import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { channels, contrast, LEAST_CONTRAST, PAPER } from '@qdn/company';

/** The section `brand` of config/company.json. Colours as `#rrggbb`; `logo` is a file beside company.json. */
export type BrandConfig = { colour?: string; darkColour?: string; logo?: string };

/** The colours in the style sheets, which a company's own replace. */
const OURS = { light: '#c2410c', dark: '#fb923c' };
const LOGO_TYPES: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

/** Returns the colour mixed with a share of white. */
const lighter = (hex: string, share: number): string =>
  `#${channels(hex)
    .map((channel) =>
      Math.round(channel + (255 - channel) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

/** Returns the colour with the least white that makes it readable in the dark. */
const forTheDark = (colour: string): string => {
  for (let percent = 0; percent < 100; percent += 5) {
    const tried = lighter(colour, percent / 100);
    if (contrast(tried, PAPER.dark) >= LEAST_CONTRAST) return tried;
  }
  return '#ffffff';
};

/** Puts a company's colours, which have been found readable, in place of ours, in style sheets and drawings. */
export const brandColours = ({ colour, darkColour }: BrandConfig): ((text: string) => string) => {
  const light = (colour ?? OURS.light).toLowerCase();
  const dark = (darkColour ?? (colour === undefined ? OURS.dark : forTheDark(light))).toLowerCase();
  return (text) => text.replaceAll(OURS.light, light).replaceAll(OURS.dark, dark);
};

export type Logo = { content: Buffer; extension: string; contentType: string };

/**
 * A company's logo, whose size has been found right.
 * @param path of the file
 */
export const readLogo = async (path: string): Promise<Logo> => {
  const extension = extname(path).toLowerCase();
  return { content: await readFile(path), extension, contentType: LOGO_TYPES[extension] ?? 'image/svg+xml' };
};
