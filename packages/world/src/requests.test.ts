import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import {
  REQUESTS_DIRECTORY,
  RequestCorpusError,
  type RequestEntry,
  type RequestExpectation,
  readRequests,
} from './index.ts';

const SCHEMA = JSON.parse(readFileSync(new URL('../schema/request.schema.json', import.meta.url), 'utf8'));

const outcomesOf = (expected: RequestExpectation): RequestExpectation[] => [
  expected,
  ...(expected.orElse ? outcomesOf(expected.orElse) : []),
];

describe('the corpus of requests', () => {
  const corpus = readRequests();
  const outcomes = corpus.flatMap(({ id, expect: expected }) =>
    outcomesOf(expected).map((outcome) => ({ id, outcome, statuses: [outcome.status].flat() })),
  );

  test('has at least 120 entries, from every file of the folder', () => {
    const files = readdirSync(REQUESTS_DIRECTORY).filter((name) => name.endsWith('.json'));
    const sizes = files.map((name) => JSON.parse(readFileSync(join(REQUESTS_DIRECTORY, name), 'utf8')).length);
    expect(corpus.length).toBeGreaterThanOrEqual(120);
    expect(corpus).toHaveLength(sizes.reduce((sum, size) => sum + size, 0));
  });

  test('has an entry of every kind and every reason', () => {
    const { entry, expect: expectation } = SCHEMA.$defs;
    expect([...new Set(corpus.map(({ kind }) => kind))].sort()).toEqual(entry.properties.kind.enum);
    const reasons = new Set(outcomes.map(({ outcome }) => outcome.quarantined));
    expect([...reasons].sort()).toEqual([...expectation.properties.quarantined.enum].sort());
  });

  test('has the counts that its page shows', () => {
    const page = readFileSync(join(REQUESTS_DIRECTORY, 'README.md'), 'utf8');
    for (const file of readdirSync(REQUESTS_DIRECTORY).filter((name) => name.endsWith('.json'))) {
      const { length } = JSON.parse(readFileSync(join(REQUESTS_DIRECTORY, file), 'utf8'));
      expect(page).toContain(`| ${file} | ${length} |`);
    }
    expect(page).toContain(`| **all** | **${corpus.length}** |`);
    const alternatives = corpus.filter(({ expect: expected }) => expected.orElse).length;
    expect(page).toContain(`${alternatives} entries have a second result`);
  });

  test('stores nothing and counts nothing where only a refusal is right', () => {
    const refusals = outcomes.filter(({ statuses }) => statuses.every((status) => status >= 400));
    expect(refusals.length).toBeGreaterThan(0);
    for (const { id, outcome } of refusals) {
      expect({ id, fixes: outcome.fixes, counted: outcome.heard === true }).toEqual({ id, fixes: [], counted: false });
    }
  });

  test('lets no fix count without a sign of life', () => {
    for (const { id, outcome } of outcomes.filter(({ outcome: { fixes } }) => fixes.length > 0))
      expect({ id, heard: outcome.heard }).toEqual({ id, heard: true });
  });

  test('has fixes in the order of time and answers that are JSON', () => {
    const secondsAgo = (at: string | readonly string[]): number => {
      const [, amount = '0', unit = 's'] = /^\{now(?:([+-]\d+)([smhd]))?\}$/.exec(String([at].flat()[0])) ?? [];
      return -Number(amount) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd'];
    };
    for (const { id, outcome } of outcomes) {
      const ages = outcome.fixes === 'series' ? [] : outcome.fixes.map(({ at }) => secondsAgo(at));
      expect({ id, ages }).toEqual({ id, ages: [...ages].sort((one, other) => other - one) });
      expect(() => JSON.parse(outcome.answerBody ?? 'null')).not.toThrow();
    }
  });

  test('names no address, no mail and no unit but invented ones', () => {
    const text = JSON.stringify(corpus);
    const hosts = [...text.matchAll(/https?:\/\/([a-z0-9.-]+)/gi)].map(([, host]) => host);
    expect(hosts.filter((host) => !host?.endsWith('.example'))).toEqual([]);
    expect(text).not.toMatch(/[a-z0-9]@[a-z0-9]+\.[a-z]/i);
  });
});

describe('readRequests', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'requests-'));
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const write = (file: string, content: unknown) => writeFileSync(join(directory, file), JSON.stringify(content));
  const valid = (change: object = {}): RequestEntry => ({
    id: 'curl-001',
    client: 'curl',
    kind: 'usual',
    source: { kind: 'manual', note: 'documented fields' },
    request: { method: 'POST', path: '/api/trailers/{trailer}/location', headers: {}, body: '{"lat":30,"lon":-97}' },
    expect: {
      status: 200,
      fixes: [{ lat: 30, lon: -97, at: '{now-5s}' }],
      heard: true,
      standing: null,
      quarantined: null,
      why: 'A position.',
    },
    ...change,
  });
  const { source, request, expect: expected } = valid();
  const other = valid({ id: 'curl-002', request: { ...request, body: '{}' } });
  const series = {
    ...{ count: 3, everySeconds: 1, endsSecondsAgo: 0, from: { lat: 30, lon: -97 }, to: { lat: 31, lon: -97 } },
    item: '[{lat},{lon}]',
  };
  const required: (keyof RequestEntry)[] = ['id', 'client', 'kind', 'source', 'request', 'expect'];

  test('returns the entries in the order of the files', () => {
    write('b.json', [valid()]);
    write('a.json', [other]);
    writeFileSync(join(directory, 'README.md'), '# Requests');
    expect(readRequests(directory)).toEqual([other, valid()]);
  });

  test.each(required)('refuses an entry without %s', (key) => {
    write('a.json', [other, Object.fromEntries(Object.entries(valid()).filter(([name]) => name !== key))]);
    const id = key === 'id' ? 'without an ID' : 'curl-001';
    expect(() => readRequests(directory)).toThrow(`a.json: entry 2 (${id}), /: must have required property '${key}'`);
  });

  test.each<[string, object]>([
    ['/id', { id: 'Curl 1' }],
    ['/client', { client: '' }],
    ['/kind', { kind: 'strange' }],
    ['/source/kind', { source: { ...source, kind: 'rumour' } }],
    ['/source', { source: { ...source, url: 'https://forum.example' } }],
    ['/given', { given: {} }],
    ['/given/units/1', { given: { units: { 1: 'T1' } } }],
    ['/given/ownTracksKey', { given: { ownTracksKey: 'x'.repeat(33) } }],
    ['/given/now', { given: { now: '2026-11-30' } }],
    ['/given/earlier/0/secondsBefore', { given: { earlier: [{ secondsBefore: 0, request }] } }],
    ['/request/method', { request: { ...request, method: 'PATCH' } }],
    ['/request/path', { request: { ...request, path: 'api/trailers' } }],
    ['/request/headers', { request: { ...request, headers: { Authorization: 'x' } } }],
    ['/request/encoding', { request: { ...request, encoding: 'zip' } }],
    ['/request/seal/nonce', { request: { ...request, seal: { key: 'k', nonce: '00' } } }],
    ['/request/series/count', { request: { ...request, series: { ...series, count: 1 } } }],
    ['/expect/status', { expect: { ...expected, status: 500 } }],
    ['/expect/fixes', { expect: { ...expected, fixes: 'all' } }],
    ['/expect/fixes/0/lat', { expect: { ...expected, fixes: [{ lat: 91, lon: 0, at: '{now}' }] } }],
    ['/expect/fixes/0/at', { expect: { ...expected, fixes: [{ lat: 1, lon: 0, at: '{nowIso}' }] } }],
    ['/expect/fixes/0/accuracyM', { expect: { ...expected, fixes: [{ lat: 1, lon: 0, at: '{now}', accuracyM: 0 }] } }],
    ['/expect/heard', { expect: { ...expected, heard: 'yes' } }],
    ['/expect/standing', { expect: { ...expected, standing: 0 } }],
    ['/expect/quarantined', { expect: { ...expected, quarantined: 'odd' } }],
    ['/expect/why', { expect: { ...expected, why: '' } }],
    ['/expect/orElse/status', { expect: { ...expected, orElse: { ...expected, status: 503 } } }],
    ['/', { comment: 'unchecked' }],
  ])('names the place %s of the mutant %j', (place, change) => {
    write('good.json', [other]);
    write('mutants.json', [valid(change)]);
    const id = 'id' in change ? change.id : 'curl-001';
    expect(() => readRequests(directory)).toThrow(RequestCorpusError);
    expect(() => readRequests(directory)).toThrow(`mutants.json: entry 1 (${id}), ${place}: `);
  });

  test('refuses an ID and a request that another file has', () => {
    write('a.json', [valid()]);
    write('b.json', [{ ...other, id: 'curl-001' }]);
    expect(() => readRequests(directory)).toThrow(
      'b.json: entry curl-001, /id: the ID is already in use by a.json: entry curl-001',
    );
    write('b.json', [{ ...other, request: Object.fromEntries(Object.entries(request).reverse()) }]);
    expect(() => readRequests(directory)).toThrow(
      'b.json: entry curl-002, /request: the same request in the same situation as a.json: entry curl-001',
    );
  });

  test('takes the same request in another situation', () => {
    const again = valid({ id: 'curl-002', given: { ownTracksKey: 'secret' } });
    write('a.json', [valid(), again]);
    expect(readRequests(directory)).toEqual([valid(), again]);
  });

  test('refuses a series without its place in the body, a place without a series, and fixes of no series', () => {
    const place = '/request/series: the body needs {series} once where there is a series, and only there';
    write('a.json', [valid({ request: { ...request, series } })]);
    expect(() => readRequests(directory)).toThrow(`a.json: entry curl-001, ${place}`);
    write('a.json', [valid({ request: { ...request, body: '[{series}]' } })]);
    expect(() => readRequests(directory)).toThrow(`a.json: entry curl-001, ${place}`);
    write('a.json', [valid({ request: { ...request, series, body: '{series}{series}' } })]);
    expect(() => readRequests(directory)).toThrow(`a.json: entry curl-001, ${place}`);
    write('a.json', [valid({ expect: { ...expected, fixes: 'series' } })]);
    expect(() => readRequests(directory)).toThrow('a.json: entry curl-001, /expect/fixes: the request has no series');
  });
});
