import { describe, expect, test } from '@jest/globals';
import { storedJob } from '@qdn/contracts/stored';
import { aJob } from '@qdn/domain/testing';
import { runs } from '@qdn/test-support/runs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { fromItem, toItem } from './job-item.ts';

const job = aJob({
  history: [
    { status: 'scheduled', at: 1, by: 'operator', reason: 'created' },
    { status: 'in_transit', at: 2, by: 'fixes', reason: 'set out', stop: 0 },
  ],
  notices: [{ what: 'on-the-way', stop: 0, at: 3, promised: null }],
});

/** Returns the value with one place replaced, removed or added. */
const broken = (value: object, at: number, by: unknown): unknown => {
  const root = structuredClone(value);
  const changes: Array<() => void> = [];
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    for (const key of Object.keys(part)) {
      changes.push(
        () => Reflect.set(part, key, by),
        () => (Array.isArray(part) ? part.splice(Number(key), 1) : Reflect.deleteProperty(part, key)),
      );
      visit(Reflect.get(part, key));
    }
    if (!Array.isArray(part)) changes.push(() => Reflect.set(part, 'extra', by));
  };
  visit(root);
  changes[at % changes.length]?.();
  return root;
};

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>('', 'QDN-1', '+15125550111', 'delivery', 'completed', -1, 0.5, [], {}, null, true),
);

describe('a stored item', () => {
  const ajv = new Ajv2020({ useDefaults: true, removeAdditional: true, allowUnionTypes: true });
  const reference = ajv.compile(storedJob);

  test('is read as written, without the keys of the table', () => {
    expect(fromItem(toItem(job))).toEqual(job);
  });

  test('is accepted and read like ajv does, after any change', () => {
    fc.assert(
      fc.property(fc.nat(400), odd, (at, by) => {
        const [mine, theirs] = [broken(toItem(job), at, by), broken(toItem(job), at, by)];
        if (reference(theirs)) expect(fromItem(mine)).toEqual(theirs);
        else expect(() => fromItem(mine)).toThrow('An item of qdn-jobs is not a job: ');
      }),
      { numRuns: runs(600) },
    );
  });

  test.each([
    ['status', { status: 'lost' }],
    ['customer.phone', { customer: { name: 'Maria', phone: '555' } }],
    ['customer.name', { customer: { phone: '+15125550111' } }],
    ['trailers.0', { trailers: [7] }],
    ['version', { version: undefined }],
  ])('names the wrong attribute: %s', (attribute, change) => {
    expect(() => fromItem({ ...toItem(job), ...change })).toThrow(`An item of qdn-jobs is not a job: ${attribute}`);
  });
});
