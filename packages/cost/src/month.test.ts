import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readCounted } from './counted.ts';
import { billOf, monthOf } from './month.ts';
import { dollarsOf } from './prices.ts';

const counted = readCounted();
const amount = fc.integer({ min: 0, max: 100_000 });
const months = fc
  .record({
    trailers: fc.integer({ min: 0, max: 500 }),
    jobs: amount,
    messages: amount,
    answers: amount,
    notices: amount,
    viewerHours: amount,
  })
  .map(monthOf);

describe('a month’s bill', () => {
  test('is the sum of its lines, by item and by biller', () => {
    fc.assert(
      fc.property(months, (month) => {
        const { lines, aws, twilio, together, free, toPay } = billOf(month, counted);
        expect(lines.reduce((sum, { dollars }) => sum + dollars, 0)).toBeCloseTo(together, 6);
        expect(aws + twilio).toBeCloseTo(together, 6);
        expect(toPay).toBeCloseTo(together - free, 6);
        expect(free).toBeLessThanOrEqual(aws + 1e-9);
      }),
    );
  });

  test('has the same cost for each message, at any number', () => {
    fc.assert(
      fc.property(months, fc.integer({ min: 1, max: 1000 }), (month, more) => {
        const each = dollarsOf(counted.scenarios['relayed-text'].usage);
        const larger = billOf({ ...month, messages: month.messages + more }, counted);
        expect(larger.together - billOf(month, counted).together).toBeCloseTo(each * more, 6);
      }),
    );
  });

  test('is for a company with four trailers by default', () => {
    expect(monthOf({})).toMatchObject({
      trailers: 4,
      jobs: 132,
      messages: 264,
      answers: 132,
      viewerHours: 66,
      notices: 0,
    });
    expect(monthOf({ trailers: 8 })).toMatchObject({ jobs: 264, messages: 528 });
    expect(monthOf({ trailers: 8, messages: 0 })).toMatchObject({ jobs: 264, messages: 0, answers: 0 });
  });
});
