import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { readCounted } from './counted.ts';
import { billOf, monthOf } from './month.ts';
import { costPage } from './page.ts';
import { PRICES, PRICES_AS_OF, unitUsd } from './prices.ts';
import { cents, money, quantity } from './words.ts';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

describe('docs/cost.md', () => {
  test('matches counts and prices (npm run cost:accept updates it)', () => {
    expect(read('docs/cost.md')).toBe(costPage(readCounted()));
  });
});

test('README.md has the same cost of a month, in whole dollars', () => {
  const { together, twilio, aws } = billOf(monthOf({}), readCounted());
  const dollars = [together, twilio, aws].map((usd) => `$${Math.round(usd)}`);
  const [, ...said] =
    /pays about (\$\d+) a month: (\$\d+) to Twilio, for its texts, and (\$\d+) to AWS/.exec(read('README.md')) ?? [];
  expect(said).toEqual(dollars);
});

describe('the table of prices', () => {
  test('has the price of a text that the alarm uses', () => {
    const { segmentUsd, asOf } = JSON.parse(read('config/sms-price.json'));
    expect(unitUsd('segmentOut') + unitUsd('carrierOut')).toBeCloseTo(Number(segmentUsd), 10);
    expect(asOf).toBe(PRICES_AS_OF);
  });

  test('has a source for each line', () => {
    for (const { source, usd, per } of Object.values(PRICES)) {
      expect(source).toMatch(/^https:\/\/(aws\.amazon\.com|www\.twilio\.com|support\.twilio\.com)\//);
      expect(usd / per).toBeGreaterThan(0);
    }
  });
});

test.each([
  [0, '$0', '-'],
  [12.3456, '$12.35', '$12.35'],
  [1234.5, '$1,234.50', '$1,234.50'],
  [0.1, '$0.10', '$0.10'],
  [0.085, '$0.085', '$0.09'],
  [0.0000126, '$0.0000126', 'under a cent'],
])('%p dollars are written %p, on a bill %p', (usd, exact, onBill) => {
  expect([money(usd), cents(usd)]).toEqual([exact, onBill]);
});

test.each([
  [1_296_000, '1,296,000'],
  [1234.56, '1,235'],
  [0.254, '0.254'],
  [7, '7'],
])('%p is written %p', (count, text) => {
  expect(quantity(count)).toBe(text);
});
