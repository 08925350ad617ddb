/** Kinds of streets, by their spellings. The first one is the usual abbreviation. */
const STREET_KINDS: ReadonlyArray<readonly string[]> = [
  ['ave', 'av', 'avenue'],
  ['st', 'street', 'str'],
  ['rd', 'road'],
  ['dr', 'drive'],
  ['ln', 'lane'],
  ['blvd', 'boulevard', 'blv'],
  ['hwy', 'highway'],
  ['pkwy', 'parkway'],
  ['cir', 'circle'],
  ['ct', 'court'],
  ['pl', 'place'],
  ['ter', 'terrace'],
  ['trl', 'trail'],
  ['cv', 'cove'],
  ['loop'],
  ['way'],
  ['pass'],
  ['run'],
  ['bnd', 'bend'],
];
const USUAL_KIND = new Map(
  STREET_KINDS.flatMap(([usual = '', ...others]) => [usual, ...others].map((one) => [one, usual])),
);
const SIDES = new Set(['n', 's', 'e', 'w', 'north', 'south', 'east', 'west', 'ne', 'nw', 'se', 'sw']);

/** Numbered roads by their abbreviations, as geocoders may know only one of the two. */
const ROADS: ReadonlyArray<readonly [short: string, long: string]> = [
  ['FM', 'Farm to Market Road'],
  ['RM', 'Ranch Road'],
  ['RR', 'Ranch Road'],
  ['CR', 'County Road'],
  ['SH', 'State Highway'],
];

/** Returns the text with the long names of numbered roads; null when it has none. */
export const longRoadNames = (text: string): string | null => {
  const long = ROADS.reduce(
    (all, [short, name]) => all.replace(new RegExp(`\\b${short}\\s*(?=\\d)`, 'i'), `${name} `),
    text,
  );
  return long === text ? null : long;
};

const shortRoadNames = (text: string): string =>
  text
    .replace(/\bfarm (?:to|-) market(?: road| rd)?\b/i, 'FM')
    .replace(/\b(?:county|co) (?:road|rd)\b/i, 'CR')
    .replace(/\branch(?: to market)? (?:road|rd)\b/i, 'RM')
    .replace(/\b(fm|cr|rm|rr|sh)(?=\d)/i, '$1 ');

const UNIT_WORDS = 'ste|suite|apt|apartment|unit|bldg|building|lot|fl|floor|room|rm';
/** Units in an address: `Ste 210`, `Bldg. 2, Apt 3`, `Unit 12-B`, `Suite #B-4`, `#11`. */
const UNITS = new RegExp(
  `[,\\s]{1,5}(?:(?:${UNIT_WORDS})\\.?\\s{1,3}(?:#\\s{0,3}[\\w-]+|(?:[a-z]-?)?\\d+(?:-?[a-z]|-\\d+)?|[a-z])(?![\\w-])|#\\s{0,3}[\\w-]+)`,
  'gi',
);
const FIRST_UNIT = new RegExp(`^((?:${UNIT_WORDS})\\.?\\s{1,3}#?\\s{0,3}[\\w-]{1,20})\\s{0,3},\\s{0,3}(?=\\d)`, 'i');
/** Half of a house number, or a letter behind a hyphen: `4112½`, `4112 1/2`, `4112-1/2`, `4112-A`. Geocoders know the house. */
const PART_OF_HOUSE = /^(\d+)(\s*[½¼¾]|[\s-]+[1-3]\/[2-4]|-[a-z])(?=\s)/i;
/** Two house numbers: `4400-4420`, `88 - 92`. */
const RANGE = /^(\d+)(\s*[-–]\s*)(\d+)(?=\s)/;

/** The text for a geocoder, and what was taken off it for the driver: a unit, or the second number of a range. */
export type Searched = { text: string; unit: string | null; range: string | null };

/** Returns a range of house numbers. `64-03` in Queens and `94-1040` in Hawaii are one number. */
const rangeIn = (address: string): { first: string; whole: string } | null => {
  const [whole = '', first = '', hyphen = '', second = ''] = RANGE.exec(address) ?? [];
  const isOneNumber = hyphen.length === 1 && (first.length !== second.length || Number(second) <= Number(first));
  return whole === '' || isOneNumber ? null : { first, whole };
};

/** Takes units, the part of a house and the end of a range of numbers off an address: geocoders find nothing with them. */
export const searchedText = (typed: string): Searched => {
  const [leading = '', firstUnit] = FIRST_UNIT.exec(typed.trim()) ?? [];
  const address = typed.trim().slice(leading.length);
  const [, , part] = PART_OF_HOUSE.exec(address) ?? [];
  const units = [firstUnit, part?.replace(/^[\s-]+/, ''), ...(address.match(UNITS) ?? [])]
    .filter((unit) => unit !== undefined)
    .map((unit) => unit.replace(/^[,\s]+/, ''));
  const house = address.replace(UNITS, '').replace(PART_OF_HOUSE, '$1');
  const range = rangeIn(house);
  const text = range ? range.first + house.slice(range.whole.length) : house;
  return {
    text: text.trim().replaceAll(/\s+/g, ' '),
    unit: units.length > 0 ? units.join(', ') : null,
    range: range?.whole ?? null,
  };
};

/** An address in parts that can be compared. Names are in lower case, without sides and kinds of streets. */
export type AddressParts = {
  number: string | null;
  names: string[];
  kind: string | null;
  town: string[];
  zip: string | null;
};

const tokens = (text: string): string[] =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((token) => token !== '');

/** Returns the parts of an address. Without a comma, the town begins after the kind of the street. */
export const addressParts = (address: string): AddressParts => {
  const [first = '', ...rest] = shortRoadNames(address).split(',');
  const zip = /(?<!^)\b(\d{5})(?:-\d{4})?\b(?!.*\b\d{5}\b)/.exec(address.trim())?.[1] ?? null;
  const all = tokens(first);
  const number = /^\d+[a-z]?$/.test(all[0] ?? '') ? (all[0] ?? null) : null;
  const words = number === null ? all : all.slice(1);
  const street = words.filter((word) => word !== zip);
  const kindAt = street.findLastIndex((word, i) => i > 0 && USUAL_KIND.has(word) && i < street.length);
  const isWithTown = rest.length === 0 && kindAt > 0;
  const named = isWithTown ? street.slice(0, kindAt + 1) : street;
  const town = [...(isWithTown ? street.slice(kindAt + 1) : []), ...tokens(rest.join(' '))].filter(
    (word) => word !== zip && !/^(tx|texas|us|usa|united|states|\d{5})$/.test(word),
  );
  return {
    number,
    // "Ave H" is "Avenue H": the kind is a part of that name.
    names: named
      .filter((word, i) => !SIDES.has(word) && !(USUAL_KIND.has(word) && i > 0))
      .map((word) => USUAL_KIND.get(word) ?? word),
    kind: USUAL_KIND.get(named.findLast((word, i) => i > 0 && USUAL_KIND.has(word)) ?? '') ?? null,
    town,
    zip,
  };
};

/** Returns the words of a name that tell it from others. */
export const tellingWords = (text: string): string[] =>
  tokens(text).filter((word) => !/^(the|a|to|back|at|job|place|site|address|my|our|el|la|los|las|de)$/.test(word));
