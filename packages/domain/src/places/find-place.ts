import type { StopKind } from '../job.ts';
import { distanceM, type Place } from '../movement/geo.ts';
import type { FoundPlace, Geocoder } from '../ports/geocoder.ts';
import { longRoadNames, type Searched, searchedText, tellingWords } from './address-words.ts';
import { type PlaceAnswer, type PlaceForStop, spokenDistance } from './place-answer.ts';
import { areAmong, compareAddress, type Match } from './same-address.ts';
import { readTypedPlace, type TypedPlace } from './typed-place.ts';

/** A place that the company knows. `name` is that of a saved place, or the job in which it was used. */
export type KnownPlace = Place & { name: string; address: string; kind: StopKind | null };

/** Known places and the geocoder, by which a typed place is found. */
export type PlaceSources = {
  saved: readonly KnownPlace[];
  /** Places of recent jobs, newest first, and those of the customer. */
  used: () => Promise<readonly KnownPlace[]>;
  usedByCustomer: () => Promise<readonly KnownPlace[]>;
  /** Null when the company has none. */
  geocode: Geocoder | null;
  /** The company's yard; null when it has none. */
  near: Place | null;
  /** True for distances in miles, false for kilometres. */
  inMiles: boolean;
};

/** Distance in m from the yard within which the company works: a place farther away is asked about. */
const AREA_M = 100_000;
/** Maximum number of candidates to choose from. */
const MAX_CANDIDATES = 5;

const PIN = 'paste a map pin, like 30.27470, -97.74040';
const ask = (says: string, places: PlaceForStop[] = []): PlaceAnswer => ({ outcome: 'ask', says, places });
const found = (place: PlaceForStop, says: string): PlaceAnswer => ({ outcome: 'found', says, places: [place] });

const fromYard = (place: Place, { near }: PlaceSources): number | null => (near ? distanceM(near, place) : null);
const isInArea = (place: Place, sources: PlaceSources): boolean => (fromYard(place, sources) ?? 0) <= AREA_M;

/** Texts that cannot be a place for a truck, or that no geocoder knows. */
const refusal = (text: string): PlaceAnswer | null => {
  if (/\bp\.?\s*o\.?\s*box\b|\b(?:rr|rural route|hc)\s*\d+\s+box\b/i.test(text))
    return {
      outcome: 'refused',
      says: `A box is where mail goes; a truck cannot find it. Type the road and the number, or ${PIN}.`,
      places: [],
    };
  if (/\b(?:mm|mile\s*marker|mile\s*post|exit)\s*\d+/i.test(text))
    return ask(`Mile markers and exits cannot be looked up. Open the map, press the spot and ${PIN}.`);
  if (/^\d{5}(?:-\d{4})?$/.test(text)) return ask(`${text} is a whole ZIP area. Type street and number, or ${PIN}.`);
  return null;
};

const knownPlace = (place: KnownPlace, source: 'saved' | 'used', sources: PlaceSources): PlaceForStop => ({
  ...{ address: place.address, lat: place.lat, lon: place.lon, quality: null, source, kind: place.kind },
  label: source === 'saved' ? `${place.name}: ${place.address}` : `${place.address} (used in ${place.name})`,
  distanceM: fromYard(place, sources),
});

/** Returns the answer for known places that fit; null for none. */
const amongKnown = (
  text: string,
  fitting: readonly KnownPlace[],
  source: 'saved' | 'used',
  sources: PlaceSources,
): PlaceAnswer | null => {
  const different = fitting.filter((one, i) => fitting.findIndex((other) => distanceM(one, other) < 50) === i);
  const places = different.slice(0, MAX_CANDIDATES).map((place) => knownPlace(place, source, sources));
  const [only, ...others] = places;
  if (!only) return null;
  return others.length === 0
    ? found(only, only.label)
    : ask(`"${text}" fits ${places.length} places that you know.`, places);
};

/** Looks for a text among saved places by name, then among used ones by name or address. */
const knownAnswer = async (text: string, sources: PlaceSources): Promise<PlaceAnswer | null> => {
  const words = tellingWords(text);
  if (words.length === 0) return null;
  const named = sources.saved.filter(({ name }) => {
    const own = tellingWords(name);
    return areAmong(words, own) && areAmong(own, words);
  });
  const saved = amongKnown(text, named, 'saved', sources);
  if (saved) return saved;
  const hasNumber = /^\d/.test(text);
  const fits = ({ address, name }: KnownPlace): boolean => {
    if (!hasNumber) return areAmong(words, tellingWords(`${name} ${address}`));
    const { street, number, town } = compareAddress(text, address);
    return street && number && town !== false;
  };
  return amongKnown(text, (await sources.used()).filter(fits), 'used', sources);
};

const customerAnswer = async (sources: PlaceSources): Promise<PlaceAnswer> => {
  const places = (await sources.usedByCustomer()).slice(0, 3).map((place) => knownPlace(place, 'used', sources));
  return places.length === 0
    ? ask('There is no earlier place for this customer. Type the address.')
    : ask('Earlier places of this customer:', places);
};

const isOnEarth = ({ lat, lon }: Place): boolean => Math.abs(lat) <= 90 && Math.abs(lon) <= 180;

/** Returns the place that swapped coordinates, or ones that lost a sign, would have in the company's area. */
const slipOf = ({ lat, lon }: Place, sources: PlaceSources): Place | null => {
  if (!sources.near) return isOnEarth({ lat: lon, lon: lat }) ? { lat: lon, lon: lat } : null;
  const ways = [
    { lat, lon: -lon },
    { lat: -lat, lon },
    { lat: lon, lon: lat },
    { lat: lon, lon: -lat },
    { lat: -lon, lon: lat },
  ];
  return ways.find((way) => isOnEarth(way) && isInArea(way, sources)) ?? null;
};

const coordinatesText = ({ lat, lon }: Place): string => `${lat.toFixed(5)}, ${lon.toFixed(5)}`;

const pin = (place: Place, { decimals, name }: TypedPlace, sources: PlaceSources): PlaceForStop => ({
  ...{
    lat: place.lat,
    lon: place.lon,
    address: name ?? coordinatesText(place),
    label: `Pin at ${coordinatesText(place)}`,
  },
  // Two decimals are a kilometre, three a hundred metres.
  quality: decimals <= 2 ? 'area' : decimals === 3 ? 'street' : null,
  ...{ source: 'typed', kind: null, distanceM: fromYard(place, sources) },
});

const typedAnswer = (typed: TypedPlace, isCamera: boolean, sources: PlaceSources): PlaceAnswer => {
  const place = pin(typed, typed, sources);
  if (isOnEarth(typed) && isInArea(typed, sources)) {
    if (isCamera) return ask('The link shows a map, but no spot on it. Its middle is the only place in it.', [place]);
    const rough =
      place.quality === null
        ? ''
        : ` (only ${typed.decimals} decimals: about ${place.quality === 'area' ? '1 km' : '100 m'})`;
    return found(place, `${place.label}${rough}`);
  }
  const meant = slipOf(typed, sources);
  const problem = isOnEarth(typed)
    ? `${coordinatesText(typed)} is ${spokenDistance(fromYard(typed, sources) ?? 0, sources.inMiles)} from your yard.`
    : `A latitude cannot be ${typed.lat}.`;
  if (meant) return ask(`${problem} Did you mean the place below?`, [pin(meant, typed, sources)]);
  return isOnEarth(typed) ? ask(problem, [place]) : ask(`${problem} Write latitude, then longitude.`);
};

/** A found place beside the typed text. */
type Candidate = { place: FoundPlace; match: Match };

const qualityWords = { rooftop: 'exact', street: 'on the street', area: 'an area' } as const;

const foundPlace = (
  text: string,
  { place, match }: Candidate,
  { unit }: Searched,
  sources: PlaceSources,
): PlaceForStop => ({
  ...{ lat: place.lat, lon: place.lon, quality: place.quality, label: place.label, source: 'geocoder', kind: null },
  // Customers read their own wording, unless it was misspelt.
  address: match.isSpeltAlike ? text : [place.label, unit].filter(Boolean).join(', '),
  distanceM: fromYard(place, sources),
});

const remarks = (text: string, { place, match }: Candidate, { unit, range }: Searched): string => {
  const numberLost = place.kind === 'street' && /^\d/.test(text) && !match.number;
  const said = [
    place.kind === 'corner'
      ? 'a corner, not a house'
      : numberLost
        ? 'the street, but not the number: it may be far off'
        : qualityWords[place.quality],
    ...(match.isSpeltAlike ? [] : [`you typed "${text}"`]),
    ...(range ? [`from ${range}`] : []),
  ].join('; ');
  return `${place.label} (${said})${unit ? `. Kept for the driver: ${unit}` : ''}`;
};

/** True when a place is what was typed: the same street, and the number if the geocoder has it. */
const isTyped = (text: string, { place, match }: Candidate): boolean => {
  if (place.kind === 'corner') {
    return areAmong(
      tellingWords(text).filter((word) => !/^(and|y)$/.test(word)),
      tellingWords(place.label),
    );
  }
  return (
    match.street && (match.number || place.kind === 'street') && (place.kind === 'house' || place.kind === 'street')
  );
};

const far = (candidate: Candidate, text: string, searched: Searched, sources: PlaceSources): PlaceAnswer =>
  ask(
    `${candidate.place.label} is ${spokenDistance(fromYard(candidate.place, sources) ?? 0, sources.inMiles)} from your yard.`,
    [foundPlace(text, candidate, searched, sources)],
  );

const nearestFirst = (candidates: readonly Candidate[], sources: PlaceSources): Candidate[] =>
  candidates.toSorted((a, b) => (fromYard(a.place, sources) ?? 0) - (fromYard(b.place, sources) ?? 0));

/** Names of roads that hold a number, such as `FM 1626` and `US Hwy 290`. */
const NUMBERED_ROAD =
  /\b(?:fm|rm|rr|cr|sh|us|ih|i|hwy|highway|interstate|state|county|ranch|farm|road|rd|route|loop)[\s-]+(?=\d)\d+\w*/gi;

/** True for a text that names a street without a number: the found place is somewhere on it. */
const lacksNumber = (text: string): boolean => {
  const [street = ''] = text.split(',');
  return !/^\d/.test(street) && !/\d/.test(street.replace(NUMBERED_ROAD, ''));
};

/** Picks among places that are what was typed. */
const pick = (
  text: string,
  typed: readonly Candidate[],
  searched: Searched,
  sources: PlaceSources,
): PlaceAnswer | null => {
  const here = typed.filter(({ place }) => isInArea(place, sources));
  const inTown = here.filter(({ match }) => match.town === true);
  const atNumber = (list: readonly Candidate[]) =>
    list.some(({ match }) => match.number) ? list.filter(({ match }) => match.number) : list;
  const best = nearestFirst(atNumber(inTown.length > 0 ? inTown : here), sources);
  const [first, ...others] = best;
  if (!first) return typed[0] ? far(typed[0], text, searched, sources) : null;
  const elsewhere = others.filter(({ place }) => distanceM(place, first.place) > 150);
  const places = best.slice(0, MAX_CANDIDATES).map((one) => foundPlace(text, one, searched, sources));
  if (elsewhere.length > 0) return ask(`"${text}" is in ${places.length} places near you.`, places);
  if (first.match.town === false && !(first.match.number && first.place.kind === 'house'))
    return ask(`"${text}" was found in another town.`, places.slice(0, 1));
  const [place] = places;
  if (place && first.place.kind === 'street' && lacksNumber(text))
    return ask(`"${text}" has no number: the place below is somewhere on the street. Add the number, or ${PIN}.`, [
      place,
    ]);
  return place ? found(place, remarks(text, first, searched)) : null;
};

const hasWords = (text: string, { place }: Candidate): boolean =>
  areAmong(tellingWords(text), tellingWords(place.label));

/** Judges what a geocoder has found. */
const geocodedAnswer = (
  text: string,
  places: readonly FoundPlace[],
  searched: Searched,
  sources: PlaceSources,
): PlaceAnswer => {
  const candidates = places.map((place) => ({ place, match: compareAddress(searched.text, place.label) }));
  const picked = pick(
    text,
    candidates.filter((one) => isTyped(searched.text, one)),
    searched,
    sources,
  );
  if (picked) return picked;
  const unlike = (one: Candidate): Candidate => ({ ...one, match: { ...one.match, isSpeltAlike: false } });
  const offered = (kind: FoundPlace['kind']) =>
    nearestFirst(
      candidates.filter(({ place }) => place.kind === kind && isInArea(place, sources)),
      sources,
    )
      // Those with all words of the text come first: "Home Depot Brodie".
      .toSorted((one, other) => Number(hasWords(text, other)) - Number(hasWords(text, one)))
      .slice(0, MAX_CANDIDATES)
      .map((one) => foundPlace(text, unlike(one), searched, sources));
  const businesses = offered('business');
  if (businesses.length > 0)
    return ask(
      `"${text}" is the name of ${businesses.length === 1 ? 'a place' : `${businesses.length} places`} near you.`,
      businesses,
    );
  const houses = offered('house');
  if (houses.length > 0) return ask(`"${text}" was not found. The nearest match is another street.`, houses);
  const distant = candidates.find(({ place }) => place.kind === 'house');
  if (distant) return far(unlike(distant), text, searched, sources);
  const [area] = candidates.filter(({ place }) => place.kind === 'area');
  if (area)
    return ask(`Only the area ${area.place.label} was found, which is not a place. Type street and number, or ${PIN}.`);
  return ask(`"${text}" was not found. It may be a new street. Type it in another way, or ${PIN}.`);
};

/** Asks the geocoder, again with the long names of roads when it knows none of the short ones. */
const lookUp = async (text: string, geocode: Geocoder, near: Place | null): Promise<FoundPlace[]> => {
  const first = await geocode(text, near);
  const long = longRoadNames(text);
  return first.length > 0 || long === null ? first : geocode(long, near);
};

/**
 * Finds a typed place: one that is written out, a saved one, one used before, then by the geocoder. An answer is only taken when it is what
 * was typed and is in the company's area; all else is asked about.
 * @param geocoderFailed called with the error of a geocoder that did not answer
 */
export const findPlace = async (
  typed: string,
  sources: PlaceSources,
  geocoderFailed: (error: unknown) => void,
): Promise<PlaceAnswer> => {
  const text = typed.trim().replaceAll(/\s+/g, ' ');
  const written = readTypedPlace(text, sources.near);
  if (written)
    return 'unreadable' in written ? ask(written.unreadable) : typedAnswer(written.place, written.isCamera, sources);
  const refused = refusal(text);
  if (refused) return refused;
  if (
    /^(?:the )?(?:same|usual)(?: place| address| one)?(?: as)?(?: last time| before| always)?$|^last time$/i.test(text)
  )
    return customerAnswer(sources);
  const known = await knownAnswer(text, sources);
  if (known) return known;
  if (!sources.geocode)
    return ask(
      `"${text}" is not a place that you know, and the company has no geocoder. ${PIN.charAt(0).toUpperCase()}${PIN.slice(1)}.`,
    );
  const searched = searchedText(text);
  try {
    return geocodedAnswer(text, await lookUp(searched.text, sources.geocode, sources.near), searched, sources);
  } catch (error) {
    geocoderFailed(error);
    return ask(`The address look-up does not answer. Try again, or ${PIN}.`);
  }
};
