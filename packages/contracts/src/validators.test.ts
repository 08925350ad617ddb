import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { runs } from '@qdn/test-support/runs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { DATE_TIME } from '../build/generate.ts';
import { explain } from './explain.ts';
import * as schemas from './schemas.ts';
import type { Validate } from './validator.ts';

const generated = new URL('./generated/', import.meta.url);
const stop = { kind: 'drop_off', address: '1100 Congress Ave', lat: 30.27, lon: -97.74, radiusM: 80 };
const contact = { id: 'dana', name: 'Dana', phone: '+15125550171' };
const fix = { lat: 30.2, lon: -97.7, at: '2026-11-23T15:04:05Z', accuracyM: 8, trailerId: 'T1' };
const keys = { current: { kid: 'a', key: 'k'.repeat(43) }, previous: { kid: 'b', key: 'p'.repeat(43) } };

/** Values that follow their schema; the tests break each part of them. */
const samples: Partial<Record<keyof typeof schemas, unknown[]>> = {
  createJob: [
    {
      id: 'QDN-1',
      accountId: 'lopez',
      kind: 'delivery',
      customer: { name: 'Maria', phone: '+15125550111' },
      stops: [stop, { ...stop, kind: 'yard' }],
      trailers: ['T1', 'T2'],
      contacts: [contact],
      scheduledFor: '2026-11-24T09:00:00-06:00',
    },
  ],
  patchJob: [{ status: 'at_site', currentStop: 1, trailers: ['T1'], contacts: [contact], version: 3 }],
  createTrackingLink: [{}, { expiresInHours: 5 }],
  reportLocation: [fix, { fixes: [fix, { ...fix, speedMps: 3, headingDeg: 359 }] }],
  companyFile: [
    {
      name: 'QuickDumpNow',
      phone: '+15125550100',
      textNumber: '+15125550142',
      timeZone: 'America/Chicago',
      contacts: [contact],
    },
  ],
  tokenKeys: [{ track: keys, device: keys, operator: { current: keys.current } }],
  trackClaims: [{ iss: 'qdn', aud: 'track', exp: 1, sub: 'QDN-1', acc: 'lopez', jti: 'abcdefgh' }],
  twilioStatus: [
    { MessageSid: `SM${'0'.repeat(32)}`, AccountSid: `AC${'0'.repeat(32)}`, MessageStatus: 'sent', More: 'x' },
  ],
};

/** Returns the value with one part replaced, removed or added. */
const broken = (value: unknown, at: number, by: unknown): unknown => {
  const places: Array<(root: unknown) => void> = [];
  const root = structuredClone(value);
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    for (const key of Object.keys(part)) {
      places.push(() => Reflect.set(part, key, by));
      places.push(() => Reflect.deleteProperty(part, key));
      visit(Reflect.get(part, key));
    }
    places.push(() => Reflect.set(part, 'extra', by));
  };
  visit(root);
  places[at % places.length]?.(root);
  return root;
};

/** Values that often break schemas, besides any JSON. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>(
    '',
    'QDN-1',
    'x'.repeat(300),
    '+15125550111',
    -1,
    0,
    91,
    1e9,
    0.5,
    [],
    {},
    null,
    true,
    [1, 1],
  ),
  fc.constantFrom<unknown>(
    '2026-02-30T00:00:00Z',
    '2026-11-23',
    '2026-11-23T15:04:05+05:30',
    'delivery',
    '💥'.repeat(81),
  ),
);

describe('a generated validator', () => {
  test.each(Object.entries(samples))(
    '%s decides as ajv itself does, for a value broken anywhere',
    async (name, values) => {
      const { validate }: { validate: Validate<unknown> } = await import(`./generated/${name}.js`);
      const ajv = new Ajv2020({ allErrors: true, useDefaults: true, allowUnionTypes: true });
      ajv.addFormat('date-time', DATE_TIME);
      const reference = ajv.compile({ ...Object.entries(schemas).find(([key]) => key === name)?.[1] });
      for (const value of values) expect(validate(structuredClone(value))).toBe(true);
      fc.assert(
        fc.property(fc.constantFrom(...values), fc.nat(200), odd, (value, at, by) => {
          const [mine, plain] = [broken(value, at, by), broken(value, at, by)];
          expect(validate(mine)).toBe(reference(plain));
          // Both fill in the same defaults.
          expect(mine).toEqual(plain);
          const paths = new Set((reference.errors ?? []).map(({ instancePath }) => instancePath));
          for (const { instancePath } of validate.errors ?? []) expect(paths).toContain(instancePath);
        }),
        { numRuns: runs(400) },
      );
    },
  );

  test('imports nothing, and contains no compiler', () => {
    for (const file of readdirSync(generated).filter((name) => name.endsWith('.js'))) {
      const code = readFileSync(new URL(file, generated), 'utf8');
      expect(code).not.toMatch(/\b(import|require)\b *[({"']|\bnew Function\b|\beval\(/);
    }
  });

  test('fills in the schema’s defaults', async () => {
    const { validate } = await import('@qdn/contracts/validators/createTrackingLink');
    const body: unknown = {};
    expect(validate(body)).toBe(true);
    expect(body).toEqual({ expiresInHours: 72 });
  });

  test('reports every error in words', async () => {
    const { validate } = await import('@qdn/contracts/validators/createJob');
    expect(validate({ id: 'x', accountId: 'a b', kind: 'party', customer: { name: '' }, stops: [], more: 1 })).toBe(
      false,
    );
    const told = (validate.errors ?? []).map((error) => `${error.instancePath} ${explain(error)}`);
    expect(told.toSorted()).toEqual([
      ' must not have the property "more"',
      '/accountId must match ^[A-Za-z0-9_-]{1,32}$',
      '/customer needs the property "phone"',
      '/customer/name must have at least 1 characters',
      '/id must match ^[A-Z]{2,5}-[0-9]{1,9}$',
      '/kind must be one of delivery, exchange, dump_and_return, final_pickup',
      '/stops must have at least 1 items',
    ]);
  });
});

describe('a time on the wire', () => {
  test('is any ISO 8601 time with a T and a zone', () => {
    const day = fc.date({ min: new Date('1600-01-01'), max: new Date('2400-01-01'), noInvalidDate: true });
    fc.assert(fc.property(day, (date) => DATE_TIME.test(date.toISOString())));
    for (const text of ['2026-11-23T15:04:05Z', '2026-11-23T15:04:05.123456+05:30', '2024-02-29T00:00:00-00:00']) {
      expect(DATE_TIME.test(text)).toBe(true);
    }
  });

  test('is never a text that Date.parse rejects, or reads as another day', () => {
    const two = fc.integer({ min: 0, max: 61 }).map((n) => String(n).padStart(2, '0'));
    const text = fc.tuple(fc.constantFrom('1900', '2000', '2023', '2024'), two, two, two, two, two);
    fc.assert(
      fc.property(text, ([year, month, day, hour, minute, second]) => {
        const time = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
        const at = Date.parse(time);
        const isReal = !Number.isNaN(at) && new Date(at).toISOString() === time.replace('Z', '.000Z');
        expect(DATE_TIME.test(time)).toBe(isReal);
      }),
      { numRuns: runs(5000) },
    );
    for (const wrong of ['2026-11-23', '2026-11-23 15:04:05Z', '2026-11-23T15:04:05', '2026-11-23T23:59:60Z', '']) {
      expect(DATE_TIME.test(wrong)).toBe(false);
    }
  });
});
