import { Buffer } from 'node:buffer';
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { expandRequest, type RequestEntry, type RequestTemplate, readRequests } from './index.ts';
import { sealOwnTracks } from './secretbox.ts';

const NOW = Date.UTC(2026, 10, 30, 18, 0, 0);
const ADDRESS = { trailer: 'T1', token: 'dt-1', otherTrailer: 'T2', otherToken: 'dt-2', hubToken: 'hub' };

const entry = (request: Partial<RequestTemplate>, change: Partial<RequestEntry> = {}): RequestEntry => ({
  id: 'curl-001',
  client: 'curl',
  kind: 'usual',
  source: { kind: 'manual', note: 'documented fields' },
  request: { method: 'POST', path: '/', headers: {}, ...request },
  expect: { status: 200, fixes: [], heard: true, standing: null, quarantined: null, why: 'A test.' },
  ...change,
});
const pathOf = (path: string, now = NOW): string => expandRequest(entry({ path }), ADDRESS, now).request.path;
const bodyOf = (request: Partial<RequestTemplate>) => expandRequest(entry(request), ADDRESS, NOW).request.body;

describe('expandRequest', () => {
  test.each([
    ['{now}', '1796061600000'],
    ['{now-30s}', '1796061570000'],
    ['{now+2m}', '1796061720000'],
    ['{nowSeconds-1h}', '1796058000'],
    ['{nowSecondsDecimal}', '1796061600.000'],
    ['{nowSecondsExponent}', '1.796061600e9'],
    ['{nowMicros}', '1796061600000000'],
    ['{nowIso}', '2026-11-30T18:00:00.000Z'],
    ['{nowIso+02:00}', '2026-11-30T20:00:00.000+02:00'],
    ['{nowIso-30s-06:00}', '2026-11-30T11:59:30.000-06:00'],
    ['{nowIsoSeconds-0700}', '2026-11-30T11:00:00-0700'],
    ['{nowIso-7168d}', '2007-04-16T18:00:00.000Z'],
    ['{nowDateTime}', '2026-11-30 18:00:00'],
    ['{nowDateTime-06:00}', '2026-11-30 12:00:00'],
    ['{nowUs-06:00}', '11/30/2026 12:00:00 PM'],
    ['{nowHttp}', 'Mon, 30 Nov 2026 18:00:00 GMT'],
    ['{nowNmeaTime}', '180000.000'],
    ['{nowNmeaDate}', '301126'],
    ['{nowCompact}', '20261130180000.000'],
    ['{nowCompactDate}', '20261130'],
  ])('writes the time %s as %s', (placeholder, text) => {
    expect(pathOf(`/?t=${placeholder}`)).toBe(`/?t=${text}`);
  });

  test('fills IDs, tokens and credentials in path, headers and body', () => {
    const { request } = expandRequest(
      entry({
        path: '/{trailer}/{trailerLower}/{token}/{otherTrailer}/{otherToken}/{hubToken}{hubPath}',
        headers: { authorization: 'Basic {basic:driver}', 'x-user': '{basicUser}' },
        body: 'token={token}',
      }),
      ADDRESS,
      NOW,
    );
    expect(request).toEqual({
      method: 'POST',
      path: '/T1/t1/dt-1/T2/dt-2/hub/api/trailers/hub/location',
      headers: {
        authorization: `Basic ${Buffer.from('driver:dt-1').toString('base64')}`,
        'x-user': Buffer.from('dt-1:').toString('base64'),
      },
      body: 'token=dt-1',
    });
    expect(expandRequest(entry({ path: '{hubPath}' }), { ...ADDRESS, hubPath: '/api/hub' }, NOW).request.path).toBe(
      '/api/hub',
    );
  });

  test('leaves braces that are not placeholders, as a client sends them', () => {
    const text = '/?lat={latitude}&t={fixTime}&a={}&b={nowhere}&c={now-5x}&d={constructor}&e={"lat":{"x":1}}';
    expect(pathOf(text)).toBe(text);
  });

  test('escapes values and adds checksums round the placeholders within', () => {
    expect(pathOf('/?t={url:{nowIso+02:00}}')).toBe('/?t=2026-11-30T20%3A00%3A00.000%2B02%3A00');
    // Example of the Traccar Client protocol.
    expect(pathOf('/?{nmea:GPRMC,225446,A,4916.45,N,12311.12,W,000.5,054.7,191194,020.3,E}')).toBe(
      '/?$GPRMC,225446,A,4916.45,N,12311.12,W,000.5,054.7,191194,020.3,E*68',
    );
  });

  const series = {
    ...{ count: 3, everySeconds: 10, endsSecondsAgo: 5 },
    ...{ from: { lat: 30, lon: -97 }, to: { lat: 30.2, lon: -97.1 } },
    item: '[{lat},{lon},{nowSeconds}]',
  };
  const points = ['[30,-97,1796061575]', '[30.1,-97.05,1796061585]', '[30.2,-97.1,1796061595]'];

  test('writes a series with the time of each point, and expects its points in the order of time', () => {
    expect(bodyOf({ body: '{"p":[{series}]}', series })).toBe(`{"p":[${points.join(',')}]}`);
    expect(bodyOf({ body: '{series}', series: { ...series, newestFirst: true } })).toBe(
      [...points].reverse().join(','),
    );
    const expected = { ...entry({}).expect, fixes: 'series' as const };
    const expanded = expandRequest(entry({ body: '{series}', series }, { expect: expected }), ADDRESS, NOW);
    expect(expanded.outcomes).toEqual([
      expect.objectContaining({
        fixes: [
          { lat: 30, lon: -97, at: [NOW - 25_000] },
          { lat: 30.1, lon: -97.05, at: [NOW - 15_000] },
          { lat: 30.2, lon: -97.1, at: [NOW - 5000] },
        ],
      }),
    ]);
  });

  test.each<[NonNullable<RequestTemplate['encoding']>, (bytes: Uint8Array) => string]>([
    ['br', (bytes) => brotliDecompressSync(bytes).toString()],
    ['deflate', (bytes) => inflateSync(bytes).toString()],
    ['deflate-raw', (bytes) => inflateRawSync(bytes).toString()],
    ['gzip', (bytes) => gunzipSync(bytes).toString()],
    ['latin1', (bytes) => Buffer.from(bytes).toString('latin1')],
    ['utf-16le', (bytes) => Buffer.from(bytes).toString('utf16le')],
  ])('encodes the body as %s', (encoding, decode) => {
    const body = bodyOf({ body: '{"name":"Muñoz","t":{nowSeconds}}', encoding });
    expect(body).toBeInstanceOf(Uint8Array);
    expect(decode(body as Uint8Array)).toBe('{"name":"Muñoz","t":1796061600}');
  });

  test('encrypts the filled body', () => {
    const seal = { key: 'mysecreTpass01', nonce: '000102030405060708090a0b0c0d0e0f1011121314151617' };
    expect(bodyOf({ body: '{"_type":"location","tst":{nowSeconds-5s}}', seal })).toBe(
      sealOwnTracks('{"_type":"location","tst":1796061595}', seal),
    );
  });

  test('returns earlier requests at their own times, and both results', () => {
    const request: RequestTemplate = { method: 'GET', path: '/?t={nowSeconds}', headers: {} };
    const { expect: expected } = entry({});
    const fixes = [{ lat: 30, lon: -97, at: ['{now-5s}', '{now}'], speedMps: null }];
    const { earlier, outcomes } = expandRequest(
      entry(request, {
        given: { earlier: [{ secondsBefore: 60, request }] },
        expect: { ...expected, fixes, orElse: { ...expected, status: [400, 415], heard: null, why: 'Refused.' } },
      }),
      ADDRESS,
      NOW,
    );
    expect(earlier).toEqual([{ at: NOW - 60_000, request: { method: 'GET', path: '/?t=1796061540', headers: {} } }]);
    expect(outcomes).toEqual([
      expect.objectContaining({
        ...{ statuses: [200], heard: true },
        fixes: [{ lat: 30, lon: -97, at: [NOW - 5000, NOW], speedMps: null }],
      }),
      expect.objectContaining({ statuses: [400, 415], heard: null, fixes: [], why: 'Refused.' }),
    ]);
  });

  test('refuses another time than the fixed one', () => {
    const fixed = entry({}, { given: { now: new Date(NOW).toISOString() } });
    expect(() => expandRequest(fixed, ADDRESS, NOW)).not.toThrow();
    expect(() => expandRequest(fixed, ADDRESS, NOW + 1)).toThrow(
      'curl-001 can only be played at 2026-11-30T18:00:00.000Z. Set the clock to that time.',
    );
  });

  test('fills all placeholders of the corpus', () => {
    for (const each of readRequests()) {
      const now = Date.parse(each.given?.now ?? '2026-11-30T18:00:00Z');
      const { request, earlier, outcomes } = expandRequest(each, ADDRESS, now);
      for (const { path, headers, body } of [request, ...earlier.map((before) => before.request)]) {
        const text = `${path}${JSON.stringify(headers)}${typeof body === 'string' ? body : ''}`;
        expect({ id: each.id, left: text.match(/\{(?:now|basic|url|nmea|series|trailer|[a-z]*[tT]oken|hub)/) }).toEqual(
          {
            id: each.id,
            left: null,
          },
        );
      }
      for (const { at } of outcomes.flatMap(({ fixes }) => fixes)) expect(at.every(Number.isSafeInteger)).toBe(true);
    }
  });
});

describe('sealOwnTracks', () => {
  const dataOf = (text: string, key: string, nonce: string): string =>
    JSON.parse(sealOwnTracks(text, { key, nonce })).data;

  // Made with crypto_secretbox of libsodium (PyNaCl 1.6.2).
  test.each([
    [
      '{"_type":"location","tst":1796061595}',
      'mysecreTpass01',
      '000102030405060708090a0b0c0d0e0f1011121314151617',
      'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXr9IJ+n+l6wqVHEEozz8a1dv2hFEi673vdntViQ9cMNc1+D0+ozLmujPh0XBVywi4zHJPuVc=',
    ],
    ['', 'k', '00'.repeat(24), 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA/WjWfzxycj+3C4kWAKAE2Q=='],
  ])('encrypts %j as libsodium does', (text, key, nonce, data) => {
    expect(dataOf(text, key, nonce)).toBe(data);
  });

  test('encrypts more than one block as libsodium does', () => {
    const data = dataOf('x'.repeat(1000), '0123456789abcdefghijklmnopqrstuv', 'ff'.repeat(24));
    expect(data.slice(-60)).toBe('c4JqO7eG/r3LcXmiDYi1RzhmBTY3M2dS8bU7+ecTygBaCSI+pACP835UOVA=');
  });

  test('agrees with the sample of the corpus that libsodium made', () => {
    const [sample, ...others] = readRequests().filter(({ given }) => given?.now !== undefined);
    expect(others).toEqual([]);
    const { data } = JSON.parse(sample?.request.body ?? '{}');
    const nonce = Buffer.from(data, 'base64').subarray(0, 24).toString('hex');
    const tst = Date.parse(sample?.given?.now ?? '') / 1000 - 5;
    const position = { acc: 8, batt: 87, cog: 270, lat: 30.2672, lon: -97.7431, tid: 'dr', tst, vel: 45, t: 't' };
    expect(dataOf(JSON.stringify({ _type: 'location', ...position }), 'mysecreTpass01', nonce)).toBe(data);
  });
});
