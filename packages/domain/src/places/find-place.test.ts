import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { distanceM } from '../movement/geo.ts';
import type { FoundKind, FoundPlace, Geocoder } from '../ports/geocoder.ts';
import { findPlace, type KnownPlace, type PlaceSources } from './find-place.ts';
import { plusCodePlace } from './plus-code.ts';

type GeocoderCase = { label: string; lat: number; lon: number; quality: string };
type Case = {
  id: string;
  typed: string[];
  geocoder: Array<{ query?: string; places: GeocoderCase[] }>;
  expected: { outcome: string; lat?: number; lon?: number; quality?: string };
  alsoFine?: 'ask';
};
/** Places as owners type them, with a geocoder's answers, gathered by someone who had not seen the code. */
const cases: Case[] = JSON.parse(readFileSync(new URL('./testing/addresses.json', import.meta.url), 'utf8'));

const KINDS: Record<string, FoundKind> = {
  rooftop: 'house',
  street: 'street',
  intersection: 'corner',
  poi: 'business',
};
const QUALITIES: Record<string, FoundPlace['quality']> = { rooftop: 'rooftop', area: 'area' };
const toFound = ({ label, lat, lon, quality }: GeocoderCase): FoundPlace => ({
  ...{ label, lat, lon, kind: KINDS[quality] ?? 'area', quality: QUALITIES[quality] ?? 'street' },
});
const comparable = (text: string) => text.toLowerCase().replace('rd ', 'road ');
/** The geocoder of a case. Answers that name a query are for that query alone. */
const geocoderOf =
  ({ geocoder }: Pick<Case, 'geocoder'>): Geocoder =>
  async (text) =>
    geocoder
      .filter(({ query }) => query === undefined || comparable(query) === comparable(text))
      .flatMap(({ places }) => places.map(toFound));

const yard: KnownPlace = { name: 'yard', address: 'Yard', lat: 30.21, lon: -97.7, kind: 'yard' };
const riverside = { name: 'QDN-1031', address: '2200 E Riverside Dr, Austin', lat: 30.24, lon: -97.72, kind: null };
const sources = (changes: Partial<PlaceSources> = {}): PlaceSources => ({
  saved: [yard],
  used: async () => [riverside],
  usedByCustomer: async () => [riverside],
  geocode: null,
  near: { lat: 30.21, lon: -97.7 },
  inMiles: true,
  ...changes,
});
const find = (typed: string, changes: Partial<PlaceSources> = {}) => findPlace(typed, sources(changes), () => {});

describe('findPlace', () => {
  test.each([
    ['Congress Ave', 'Congress Avenue, Austin, TX', 'ask'],
    ['FM 1626, Manchaca', 'FM 1626, Manchaca, TX', 'ask'],
    ['12345 FM 1626, Manchaca', 'FM 1626, Manchaca, TX', 'found'],
  ])('a street without a number is asked about, with the place as a candidate: "%s"', async (typed, label, outcome) => {
    const geocode: Geocoder = async () => [toFound({ label, lat: 30.2, lon: -97.75, quality: 'street' })];
    const answer = await find(typed, { geocode });
    expect(answer).toMatchObject({ outcome, places: [{ lat: 30.2, lon: -97.75 }] });
    if (outcome === 'ask') expect(answer.says).toMatch(/has no number/);
  });

  test.each(cases.flatMap(({ typed, ...rest }) => typed.map((one) => ({ one, ...rest }))))(
    '$id: "$one"',
    async ({ one, id, geocoder, expected, alsoFine }) => {
      const { outcome, places } = await find(one, { geocode: geocoderOf({ geocoder }) });
      if (alsoFine === undefined || outcome !== 'ask') expect(outcome).toBe(expected.outcome);
      const [place] = places;
      if (outcome !== 'found' || !place) return;
      // 20 m: degrees, minutes and whole seconds are not finer.
      if (expected.lat !== undefined && expected.lon !== undefined)
        expect(distanceM(place, { lat: expected.lat, lon: expected.lon })).toBeLessThan(20);
      if (expected.quality !== undefined)
        expect({ id, quality: place.quality }).toEqual({ id, quality: expected.quality });
    },
  );

  const answersOf = (id: string) => ({ geocode: geocoderOf(cases.find((one) => one.id === id) ?? { geocoder: [] }) });

  test('offers the nearest of several towns first, and those with all typed words before others', async () => {
    const labels = async (typed: string, id: string) =>
      (await find(typed, answersOf(id))).places.map(({ label }) => label);
    expect(await labels('512 Main St', 'two-in-area')).toEqual([
      '512 Main St, Buda, TX',
      '512 Main St, Bastrop, TX',
      '512 Main St, Georgetown, TX',
    ]);
    expect((await labels('Home Depot Brodie', 'business-name'))[0]).toBe(
      'The Home Depot, Brodie Ln, Sunset Valley, TX',
    );
    expect((await find('512 Main St, Bastrop', answersOf('two-in-area'))).says).toBe(
      '512 Main St, Bastrop, TX (exact)',
    );
  });

  test('keeps the customer’s wording with the unit, and takes the found one when it was misspelt', async () => {
    const address = async (typed: string, id: string) => (await find(typed, answersOf(id))).places[0]?.address;
    expect(await address('9500 Arboretum Blvd Ste 210, Austin', 'suite')).toBe('9500 Arboretum Blvd Ste 210, Austin');
    expect(await address('1100 Congres Av Autsin', 'misspelt')).toBe('1100 Congress Ave, Austin, TX 78701');
  });

  test('asks about a place far from the yard, with the distance', async () => {
    const { outcome, says } = await find('1100 Congress St, Portland ME', answersOf('out-of-area-or-down'));
    expect({ outcome, says }).toEqual({
      outcome: 'ask',
      says: '1100 Congress St, Portland, ME is 1,764 mi from your yard.',
    });
  });

  test('does not ask the geocoder about a place that was used before, or that is written out', async () => {
    const geocode = async () => {
      throw new Error('asked');
    };
    for (const typed of ['2200 E Riverside Drive', 'yard', '30.2747, -97.7404', '862477F5+VR', 'same as last time'])
      expect((await find(typed, { geocode })).says).not.toContain('does not answer');
  });

  test('asks when the geocoder does not answer or is missing, and says what else to type', async () => {
    const errors: unknown[] = [];
    const geocode = async () => {
      throw new Error('down');
    };
    const down = await findPlace('1100 Congress Ave', sources({ geocode }), (error) => errors.push(error));
    expect(down).toMatchObject({ outcome: 'ask', says: expect.stringContaining('paste a map pin'), places: [] });
    expect(errors).toHaveLength(1);
    expect(await find('1100 Congress Ave')).toMatchObject({
      outcome: 'ask',
      says: expect.stringContaining('no geocoder'),
    });
  });

  test('asks when two used places fit, and never takes another customer’s place as the last one', async () => {
    const other = { ...riverside, address: '900 W Riverside Dr', lat: 30.26, lon: -97.75 };
    expect(await find('riverside', { used: async () => [riverside, other] })).toMatchObject({
      outcome: 'ask',
      places: { length: 2 },
    });
    expect(await find('same as last time', { usedByCustomer: async () => [] })).toMatchObject({
      outcome: 'ask',
      places: [],
    });
  });

  test('a link that only shows a map is asked about; one of another host is never read', async () => {
    const camera = await find('https://www.google.com/maps/@30.2701,-97.7502,17z');
    expect(camera).toMatchObject({ outcome: 'ask', places: [{ lat: 30.2701, lon: -97.7502 }] });
    for (const link of [
      'https://evil.example/maps/@30.27,-97.75,17z',
      'https://maps.google.com.evil.example/?q=30.2,-97.7',
    ])
      expect(await find(link)).toMatchObject({ outcome: 'ask', places: [] });
    expect(await find('https://maps.apple.com/?ll=30.2747,-97.7404')).toMatchObject({ outcome: 'found' });
  });

  test('whatever is typed and found, a place that is taken is in the company’s area', async () => {
    const place = fc.record({
      label: fc.constantFrom(
        '12 Oak St, Austin, TX',
        'Oak St, Austin, TX',
        '12 Oak Ln, Buda, TX',
        'Austin, TX',
        '12 Elm St',
      ),
      lat: fc.double({ min: -90, max: 90, noNaN: true }),
      lon: fc.double({ min: -180, max: 180, noNaN: true }),
      quality: fc.constantFrom('rooftop', 'street', 'intersection', 'poi', 'area'),
    });
    const typed = fc.oneof(
      fc.string(),
      fc.constantFrom('12 Oak St', '12 Oak', 'Oak and Elm', '12 Oak St, Buda', '12 Elm'),
    );
    await fc.assert(
      fc.asyncProperty(typed, fc.array(place, { maxLength: 4 }), async (text, places) => {
        const answer = await find(text, { geocode: geocoderOf({ geocoder: [{ places }] }) });
        if (answer.outcome !== 'found') return;
        expect(answer.places).toHaveLength(1);
        expect(answer.places[0]?.distanceM).toBeLessThanOrEqual(100_000);
      }),
      { numRuns: runs(300) },
    );
  });
});

describe('plus codes', () => {
  // Pairs of the project's own test data: https://github.com/google/open-location-code/tree/main/test_data
  test.each([
    ['8FVC2222+22', 47.0000625, 8.0000625],
    ['7FG49Q00+', null, null],
    ['8FVC2222+22GCCCC', 47.0000625, 8.0000625],
    ['4VCPPQGP+Q9', -41.2730625, 174.7859375],
  ])('%s', (code, lat, lon) => {
    const place = plusCodePlace(code, null);
    if (lat === null || lon === null) expect(place).toBeNull();
    else expect(distanceM(place ?? { lat: 0, lon: 0 }, { lat, lon })).toBeLessThan(1);
  });

  test('a short code is the one nearest to its reference', () => {
    const near = { lat: 51.3701125, lon: -1.217765625 };
    expect(distanceM(plusCodePlace('CJ+2VX', { lat: 51.3708675, lon: -1.217765625 }) ?? near, near)).toBeLessThan(2);
    expect(plusCodePlace('77F5+VR', null)).toBeNull();
  });
});
