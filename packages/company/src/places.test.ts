import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { checkCompany } from './check.ts';
import type { CompanyFile } from './company-file.ts';
import { functionsJson, placesJson } from './for-functions.ts';
import { readPlaces } from './packaged-company.ts';

const text = readFileSync(new URL('../../../config/company.example.json', import.meta.url), 'utf8');
const example: CompanyFile = JSON.parse(text);
const withGeocoder = (geocoder: object): string[] => checkCompany(JSON.stringify({ ...example, geocoder }));

describe('the places of a company', () => {
  test('reach their function with the geocoder, and no other function gets them', () => {
    expect(readPlaces(placesJson(example))).toEqual({
      saved: [
        ['yard', 'yard', 'QuickDumpNow yard, 6400 Burleson Rd', 30.2211, -97.6972],
        ['landfill', 'dump_site', 'Landfill, 9500 Giles Ln', 30.3345, -97.6281],
      ],
      geocoder: { engine: 'amazon-location', country: 'US' },
    });
    expect(functionsJson(example)).not.toContain('geocoder');
  });

  test('without a setting have Amazon Location, and with "none" no geocoder', () => {
    const { geocoder: _, ...plain } = example;
    expect(readPlaces(placesJson(plain)).geocoder).toEqual({ engine: 'amazon-location' });
    expect(readPlaces(placesJson({ ...example, geocoder: { engine: 'none' } })).geocoder).toBeNull();
  });

  test('are the first that fit when there are too many', () => {
    const stops = Array.from({ length: 100 }, (_, i) => ({
      ...{
        id: `site-${i}`,
        kind: 'dump_site' as const,
        address: `${i} Some Long Road Name, Austin`,
        lat: 30.3,
        lon: -97.7,
      },
    }));
    const json = placesJson({ ...example, stops });
    const { saved } = readPlaces(json);
    expect(Buffer.byteLength(json)).toBeLessThanOrEqual(800);
    expect(saved.length).toBeGreaterThan(8);
    expect(saved.map(([id]) => id)).toEqual(stops.slice(0, saved.length).map(({ id }) => id));
  });

  test.each([
    [{ engine: 'nominatim' }, 'geocoder.server is missing: the address of your nominatim server.'],
    [
      { engine: 'none', server: 'https://x.example' },
      'geocoder.server is only for "nominatim" and "photon". Remove it.',
    ],
    [
      { engine: 'photon', server: 'https://x.example', country: 'us' },
      'geocoder.country "us" is not a country; write "US".',
    ],
  ])('%j is refused in a sentence', (geocoder, sentence) => {
    expect(withGeocoder(geocoder).join()).toContain(sentence);
  });
});
