import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Geocoder } from '@qdn/domain';
import { startGeoPlaces } from '@qdn/emulator-aws/geo-places';
import { createGeocoder, type GeocoderConfig } from './create-geocoder.ts';

const YARD = { lat: 30.2211, lon: -97.6972 };
const CONTACT = 'https://track.example';
let server: Server;
let address: string;
let asked: Array<{ url: URL; headers: IncomingHttpHeaders; at: number }>;
let answer: { status: number; body: unknown };
let clock: number;

beforeEach(async () => {
  asked = [];
  clock = 1_800_000_000_000;
  server = createServer((request, response) => {
    asked.push({ url: new URL(request.url ?? '', address), headers: request.headers, at: performance.now() });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const at = server.address();
  address = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`;
});
afterEach(() => void server.close());

const geocoder = (config: GeocoderConfig): Geocoder => {
  const made = createGeocoder(config, CONTACT, () => clock);
  if (!made) throw new Error('No geocoder is configured');
  return made;
};

test('a company without one has no geocoder', () => {
  expect(createGeocoder(null, CONTACT, () => clock)).toBeNull();
});

describe('Nominatim', () => {
  const nominatim = () => geocoder({ engine: 'nominatim', server: `${address}/`, country: 'US' });
  /** As the documentation of `search` shows it, in the format jsonv2. */
  const result = (changes: object) => ({
    ...{
      place_id: 1,
      osm_type: 'node',
      lat: '30.2747',
      lon: '-97.7404',
      category: 'place',
      type: 'house',
      place_rank: 30,
    },
    display_name: '1100, Congress Avenue, Downtown, Austin, Travis County, Texas, 78701, United States',
    address: {
      ...{ house_number: '1100', road: 'Congress Avenue', city: 'Austin', state: 'Texas', 'ISO3166-2-lvl4': 'US-TX' },
      ...{ postcode: '78701', country_code: 'us' },
    },
    ...changes,
  });
  const street = { road: 'Helena Avenue', city: 'Austin', 'ISO3166-2-lvl4': 'US-TX' };

  test('gets the text, the country, the box around the yard, and a name by which its owner knows the caller', async () => {
    answer = { status: 200, body: [] };
    expect(await nominatim()('1100 Congress Ave', YARD)).toEqual([]);
    const [request] = asked;
    expect(request?.url.pathname).toBe('/search');
    expect(Object.fromEntries(request?.url.searchParams ?? [])).toMatchObject({
      ...{ q: '1100 Congress Ave', format: 'jsonv2', addressdetails: '1', countrycodes: 'us', bounded: '0' },
      viewbox: expect.stringMatching(/^-98\.\d+,29\.7211,-97\.\d+,30\.7211$/),
    });
    expect(request?.headers['user-agent']).toBe('QDN-Relay/1 (+https://track.example)');
  });

  test('tells houses, interpolated numbers, streets, businesses and areas apart', async () => {
    answer = {
      status: 200,
      body: [
        result({}),
        result({ osm_type: 'way' }),
        result({ category: 'highway', type: 'residential', address: street }),
        result({ category: 'shop', type: 'doityourself', name: 'The Home Depot' }),
        result({
          category: 'boundary',
          type: 'administrative',
          address: { city: 'Austin', 'ISO3166-2-lvl4': 'US-TX' },
        }),
        { lat: 'x' },
      ],
    };
    expect((await nominatim()('x', null)).map(({ label, kind, quality }) => `${label} | ${kind} | ${quality}`)).toEqual(
      [
        '1100 Congress Avenue, Austin, TX 78701 | house | rooftop',
        '1100 Congress Avenue, Austin, TX 78701 | house | street',
        'Helena Avenue, Austin, TX | street | street',
        'The Home Depot, 1100 Congress Avenue, Austin, TX 78701 | business | street',
        'Austin, TX | area | area',
      ],
    );
  });

  test('makes one request a second at most, one after another, and keeps answers', async () => {
    answer = { status: 200, body: [] };
    const ask = createGeocoder({ engine: 'nominatim', server: address }, CONTACT, Date.now);
    await Promise.all([ask?.('a', null), ask?.('b', null)]);
    await ask?.('A', null);
    expect(asked.map(({ url }) => url.searchParams.get('q'))).toEqual(['a', 'b']);
    expect((asked[1]?.at ?? 0) - (asked[0]?.at ?? 0)).toBeGreaterThan(950);
  });

  test('throws when the server refuses or answers something else, and recovers', async () => {
    const ask = nominatim();
    answer = { status: 429, body: {} };
    await expect(ask('a', null)).rejects.toThrow('answered 429');
    clock += 2000;
    answer = { status: 200, body: { error: 'x' } };
    await expect(ask('a', null)).rejects.toThrow('did not answer with a list');
    clock += 2000;
    answer = { status: 200, body: [] };
    expect(await ask('a', null)).toEqual([]);
  });
});

describe('Photon', () => {
  const feature = (properties: object) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [-97.7404, 30.2747] },
    properties: { countrycode: 'US', city: 'Austin', state: 'Texas', ...properties },
  });

  test('reads its GeoJSON, without results of another country', async () => {
    answer = {
      status: 200,
      body: {
        type: 'FeatureCollection',
        features: [
          feature({ type: 'house', housenumber: '1100', street: 'Congress Avenue', postcode: '78701' }),
          feature({ type: 'street', name: 'Helena Avenue' }),
          feature({ type: 'house', name: 'The Home Depot', street: 'Brodie Lane' }),
          feature({ type: 'city', name: 'Austin' }),
          feature({ type: 'house', housenumber: '1', street: 'Elsewhere', countrycode: 'MX' }),
        ],
      },
    };
    const found = await geocoder({ engine: 'photon', server: address, country: 'US' })('x', YARD);
    expect(found.map(({ label, kind, quality }) => `${label} | ${kind} | ${quality}`)).toEqual([
      '1100 Congress Avenue, Austin, Texas 78701 | house | rooftop',
      'Helena Avenue, Austin, Texas | street | street',
      'The Home Depot, Brodie Lane, Austin, Texas | business | street',
      'Austin, Texas | area | area',
    ]);
    expect(found[0]).toMatchObject({ lat: 30.2747, lon: -97.7404 });
    expect(asked[0]?.url.search).toBe('?q=x&limit=10&lat=30.2211&lon=-97.6972');
  });
});

describe('Amazon Location', () => {
  const ENVIRONMENT = ['AWS_ENDPOINT_URL_GEO_PLACES', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY'];
  let emulator: Awaited<ReturnType<typeof startGeoPlaces>>;
  let before: Array<[string, string | undefined]>;
  beforeAll(async () => {
    emulator = await startGeoPlaces(0);
    before = ENVIRONMENT.map((name) => [name, process.env[name]]);
    Object.assign(process.env, {
      ...{ AWS_ENDPOINT_URL_GEO_PLACES: emulator.endpoint, AWS_REGION: 'us-east-1' },
      ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' },
    });
  });
  afterAll(async () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    await emulator.close();
  });
  const find = async (text: string, near: typeof YARD | null = YARD) =>
    (await geocoder({ engine: 'amazon-location', country: 'US' })(text, near)).map(
      ({ label, kind, quality }) => `${label} | ${kind} | ${quality}`,
    );

  test('finds houses, streets, corners, businesses and areas with signed requests that the emulator accepts', async () => {
    expect(await find('1100 Congress Ave')).toEqual(['1100 Congress Ave, Austin, TX 78701 | house | rooftop']);
    expect(await find('2711 Bluebonnet Ln, Austin')).toEqual(['Bluebonnet Ln, Austin, TX | street | street']);
    expect(await find('Lamar and 6th')).toEqual(['N Lamar Blvd & W 6th St, Austin, TX | corner | street']);
    expect(await find('Home Depot')).toEqual([
      'The Home Depot, Brodie Ln, Sunset Valley, TX | business | street',
      'The Home Depot, S Interstate 35, Austin, TX | business | street',
    ]);
    expect(await find('Pflugerville')).toEqual(['Pflugerville, TX | area | area']);
    expect(await find('nowhere at all')).toEqual([]);
  });

  test('the emulator refuses requests that are not signed, or that AWS would refuse', async () => {
    const post = (body: object, headers = {}) =>
      fetch(`${emulator.endpoint}/v2/geocode`, { method: 'POST', body: JSON.stringify(body), headers });
    expect((await post({ QueryText: 'x' })).status).toBe(403);
    const { GeocodeCommand, GeoPlacesClient, SearchTextCommand } = await import('@aws-sdk/client-geo-places');
    const client = new GeoPlacesClient({});
    const bias = { BiasPosition: [YARD.lon, YARD.lat] };
    for (const send of [
      () => client.send(new GeocodeCommand({ QueryText: '', ...bias })),
      () => client.send(new GeocodeCommand({ QueryText: 'x', MaxResults: 1000 })),
      () => client.send(new GeocodeCommand({ QueryText: 'x', BiasPosition: [YARD.lat, -YARD.lon * 2] })),
      () => client.send(new SearchTextCommand({ QueryText: 'x' })),
    ])
      await expect(send()).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
