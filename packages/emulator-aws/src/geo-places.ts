import { createServer } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { close, listen } from '@qdn/local-server/listen';
import { isForThisMachine, readJsonObject } from '@qdn/local-server/local-request';
import { type Context, Hono } from 'hono';
import { BUSINESSES, CORNERS, HOUSES, TOWNS } from './gazetteer.ts';

/*
 * Emulates Amazon Location Service, Places V2: the operations Geocode and SearchText, over a gazetteer of a few dozen places around Austin.
 * It checks requests as the API reference describes them, so that a request that AWS refuses fails here as well. It knows no other place.
 * https://docs.aws.amazon.com/location/latest/APIReference/API_geoplaces_Geocode.html
 */

const words = (text: string): string[] =>
  text
    .toLowerCase()
    .replaceAll(/\bavenue\b/g, 'ave')
    .replaceAll(/\bstreet\b/g, 'st')
    .replaceAll(/\broad\b/g, 'rd')
    .replaceAll(/\bdrive\b/g, 'dr')
    .replaceAll(/\blane\b/g, 'ln')
    .replaceAll(/\bboulevard\b/g, 'blvd')
    .replaceAll(/\bfarm to market rd\b/g, 'fm')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '' && !/^(tx|texas|usa|the)$/.test(word));

/** True when each word of a text is in a place's, apart from sides and kinds of streets. */
const has = (place: string, text: readonly string[]): boolean => {
  const own = words(place);
  return text.every((word) => own.includes(word));
};

type Item = { PlaceId: string; PlaceType: string; Title: string; Address: object; Position: [number, number] };

const region = { Country: { Code2: 'US', Code3: 'USA', Name: 'United States' }, Region: { Code: 'TX', Name: 'Texas' } };
const item = (PlaceType: string, Title: string, address: object, lat: number, lon: number): Item => ({
  ...{ PlaceId: Buffer.from(`${PlaceType}|${Title}`).toString('base64url'), PlaceType, Title },
  Address: { Label: `${Title}, United States`, ...region, ...address },
  Position: [lon, lat],
});

const houses = (text: readonly string[]): Item[] =>
  HOUSES.filter(
    ([number, street, town, zip]) => text[0] === number && has(`${number} ${street} ${town} ${zip}`, text),
  ).map(([AddressNumber, Street, Locality, PostalCode, lat, lon]) =>
    item(
      'PointAddress',
      `${AddressNumber} ${Street}, ${Locality}, TX ${PostalCode}`,
      { AddressNumber, Street, Locality, PostalCode },
      lat,
      lon,
    ),
  );

/** Returns the streets of the houses, each in the middle of those, for a text whose number is not among them. */
const streets = (text: readonly string[]): Item[] => {
  const named = /^\d+$/.test(text[0] ?? '') ? text.slice(1) : text;
  if (named.length === 0) return [];
  return [...Map.groupBy(HOUSES, ([, street, town]) => `${street}, ${town}`)]
    .filter(([name]) => has(name, named) && named.some((word) => !TOWNS.some(([town]) => town.toLowerCase() === word)))
    .map(([name, own]) => {
      const mean = (of: (house: (typeof HOUSES)[number]) => number) =>
        own.reduce((sum, one) => sum + of(one), 0) / own.length;
      const [Street = '', Locality = ''] = name.split(', ');
      return item(
        'Street',
        `${name}, TX`,
        { Street, Locality },
        mean(([, , , , lat]) => lat),
        mean(([, , , , , lon]) => lon),
      );
    });
};

const corners = (text: readonly string[]): Item[] =>
  CORNERS.filter(([one, other, town]) => {
    const named = text.filter((word) => word !== 'and');
    return text.includes('and') && has(`${one} ${other} ${town}`, named);
  }).map(([one, other, Locality, lat, lon]) =>
    item('Intersection', `${one} & ${other}, ${Locality}, TX`, { Intersection: [one, other], Locality }, lat, lon),
  );

const towns = (text: readonly string[]): Item[] =>
  TOWNS.filter(([name]) => text.includes(name.toLowerCase())).map(([Locality, lat, lon]) =>
    item('Locality', `${Locality}, TX`, { Locality }, lat, lon),
  );

const businesses = (text: readonly string[]): Item[] =>
  BUSINESSES.filter(([name]) => words(name).every((word) => text.includes(word))).map(
    ([name, Street, Locality, lat, lon]) => item('PointOfInterest', name, { Street, Locality }, lat, lon),
  );

/** Members of both requests, each with its check. */
const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  QueryText: (value) => typeof value === 'string' && value.length >= 1 && value.length <= 200,
  MaxResults: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 100,
  BiasPosition: (value) =>
    Array.isArray(value) && value.length === 2 && Math.abs(Number(value[0])) <= 180 && Math.abs(Number(value[1])) <= 90,
  Filter: (value) => typeof value === 'object' && value !== null,
  Language: (value) => typeof value === 'string' && value.length >= 2 && value.length <= 35,
  PoliticalView: (value) => typeof value === 'string' && /^([A-Z]{2}|[A-Z]{3})$/.test(value),
  IntendedUse: (value) => value === 'SingleUse' || value === 'Storage',
};
const FEATURES: Readonly<Record<string, readonly string[]>> = {
  geocode: ['TimeZone', 'Access', 'SecondaryAddresses', 'Intersections'],
  'search-text': ['TimeZone', 'Phonemes', 'Access', 'Contact'],
};
const COUNTRY = /^([A-Z]{2}|[A-Z]{3})$/;

/** Returns the mistake in a request, or null. */
const mistakeIn = (operation: string, body: Readonly<Record<string, unknown>>): string | null => {
  for (const [name, value] of Object.entries(body)) {
    if (name === 'AdditionalFeatures') {
      const known = FEATURES[operation] ?? [];
      if (!Array.isArray(value) || !value.every((one) => known.includes(String(one)))) return `${name} is not valid`;
    } else if (!MEMBERS[name]?.(value)) return `${name} is not valid`;
  }
  const { IncludeCountries: countries } = Object(body['Filter']);
  if (countries !== undefined && !(Array.isArray(countries) && countries.every((one) => COUNTRY.test(String(one)))))
    return 'Filter.IncludeCountries is not valid';
  if (body['QueryText'] === undefined) return 'QueryText is missing';
  // A text search needs a place: https://docs.aws.amazon.com/location/latest/APIReference/API_geoplaces_SearchText.html
  const hasPlace =
    body['BiasPosition'] !== undefined || Object(body['Filter']).Circle || Object(body['Filter']).BoundingBox;
  return operation === 'search-text' && !hasPlace
    ? 'One of BiasPosition, Filter.BoundingBox and Filter.Circle is needed'
    : null;
};

const resultsOf = (operation: string, body: Readonly<Record<string, unknown>>): Item[] => {
  const { IncludeCountries: countries } = Object(body['Filter']);
  if (Array.isArray(countries) && !countries.some((one) => one === 'US' || one === 'USA')) return [];
  const text = words(String(body['QueryText']).replaceAll('&', ' and '));
  const found = houses(text);
  if (operation === 'search-text') return [...businesses(text), ...found];
  const features: unknown[] = Array.isArray(body['AdditionalFeatures']) ? body['AdditionalFeatures'] : [];
  const exact = [...(features.includes('Intersections') ? corners(text) : []), ...found];
  const near = exact.length > 0 ? exact : streets(text);
  return near.length > 0 ? near : towns(text);
};

type Env = { Bindings: HttpBindings };

/** True for a request that is signed for this service: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-authentication-methods.html */
const isSigned = (c: Context<Env>): boolean =>
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[a-z0-9-]+\/geo-places\/aws4_request, SignedHeaders=[^,]*\bhost\b[^,]*, Signature=[0-9a-f]{64}$/.test(
    c.req.header('authorization') ?? '',
  );

const failure = (c: Context<Env>, status: 400 | 403, type: string, Message: string): Response =>
  c.json({ Message, ...(status === 400 ? { Reason: 'Other', FieldList: [] } : {}) }, status, {
    'x-amzn-errortype': type,
  });

/**
 * Starts the emulator. @param port 0 chooses a free one
 * @throws StartError when the port is taken
 */
export const startGeoPlaces = async (port: number) => {
  const api = new Hono<Env>();
  api.post('/v2/:operation{geocode|search-text}', async (c) => {
    if (!isForThisMachine(c.env.incoming))
      return failure(c, 403, 'AccessDeniedException', 'only local host names are served');
    if (!isSigned(c)) return failure(c, 403, 'AccessDeniedException', 'the request is not signed for geo-places');
    const operation = c.req.param('operation');
    const body = await readJsonObject(c.env.incoming);
    const mistake = mistakeIn(operation, body);
    if (mistake) return failure(c, 400, 'ValidationException', mistake);
    return c.json({ ResultItems: resultsOf(operation, body).slice(0, Number(body['MaxResults'] ?? 20)) }, 200, {
      'x-amz-geo-pricing-bucket': body['IntendedUse'] === 'Storage' ? 'Stored' : 'Core',
    });
  });
  const server = createServer(getRequestListener(api.fetch, { overrideGlobalObjects: false }));
  const bound = await listen(server, port, 'the geocoder');
  return { endpoint: `http://127.0.0.1:${bound}`, close: () => close(server) };
};
