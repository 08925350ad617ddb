import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';

/** The section `brand` of config/company.json. Colours as `#rrggbb`; `logo` is a file beside company.json. */
export type BrandConfig = { colour?: string; darkColour?: string; logo?: string };

/** What the style sheets have, to be replaced by a company's own. */
const OURS = { light: '#c2410c', dark: '#fb923c' };
/** What the colour is read on: the page's paper, by day and in the dark. */
const PAPER = { light: '#faf8f5', dark: '#161412' };
/** WCAG 2.2, 1.4.3: the arrival time is set in this colour. */
const LEAST_CONTRAST = 4.5;
const MAX_LOGO_BYTES = 50_000;
const LOGO_TYPES: Readonly<Record<string, string>> = {
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
};

const channels = (hex: string): number[] => [1, 3, 5].map((start) => Number.parseInt(hex.slice(start, start + 2), 16));

/** Relative luminance, 0 to 1. https://www.w3.org/TR/WCAG22/#dfn-relative-luminance */
const luminance = (hex: string): number => {
  const [r = 0, g = 0, b = 0] = channels(hex).map((channel) => {
    const share = channel / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};

/** Contrast of two colours, 1 to 21. https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export const contrast = (a: string, b: string): number => {
  const [dark = 0, light = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
};

/** The colour with so much white in it. */
const lighter = (hex: string, share: number): string =>
  `#${channels(hex)
    .map((channel) =>
      Math.round(channel + (255 - channel) * share)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`;

/** As little white as makes it readable in the dark. */
const forTheDark = (colour: string): string => {
  for (let percent = 0; percent < 100; percent += 5) {
    const tried = lighter(colour, percent / 100);
    if (contrast(tried, PAPER.dark) >= LEAST_CONTRAST) return tried;
  }
  return '#ffffff';
};

const readable = (name: string, colour: string, paper: string, advice: string): string => {
  const ratio = contrast(colour, paper);
  if (ratio >= LEAST_CONTRAST) return colour.toLowerCase();
  throw new Error(
    `config/company.json: brand.${name} ${colour} cannot be read on the page (contrast ${ratio.toFixed(1)}, it takes ${LEAST_CONTRAST}). Choose a ${advice} one.`,
  );
};

/**
 * Puts a company's colours in place of ours, in style sheets and drawings.
 * @throws Error with a sentence when one could not be read
 */
export const brandColours = ({ colour, darkColour }: BrandConfig): ((text: string) => string) => {
  const light = colour === undefined ? OURS.light : readable('colour', colour, PAPER.light, 'darker');
  const own = colour === undefined ? OURS.dark : forTheDark(light);
  const dark = darkColour === undefined ? own : readable('darkColour', darkColour, PAPER.dark, 'lighter');
  return (text) => text.replaceAll(OURS.light, light).replaceAll(OURS.dark, dark);
};

export type Logo = { content: Buffer; extension: string; contentType: string };

/**
 * A company's logo.
 * @param path of the file
 * @throws Error with a sentence when it is missing, too large, or no picture for the web
 */
export const readLogo = async (path: string): Promise<Logo> => {
  const extension = extname(path).toLowerCase();
  const contentType = LOGO_TYPES[extension];
  if (!contentType) throw new Error(`config/company.json: brand.logo ${path} must be an SVG, PNG or WebP file.`);
  const content = await readFile(path).catch(() => null);
  if (!content)
    throw new Error(`config/company.json: brand.logo ${path} is not there. Its place is beside company.json.`);
  if (content.length > MAX_LOGO_BYTES)
    throw new Error(
      `config/company.json: brand.logo has ${Math.ceil(content.length / 1000)} KB; ${MAX_LOGO_BYTES / 1000} are the most. Every customer's phone loads it: 96 pixels high are enough.`,
    );
  return { content, extension, contentType };
};
