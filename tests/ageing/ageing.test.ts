import { expect, test } from '@jest/globals';
import { ageingTable, compareAges, grown } from './compare.ts';

test('no step of an office reads over 1.2 times as much after three years', async () => {
  const comparisons = await compareAges(1200, 3);
  expect(comparisons.length).toBeGreaterThan(10);
  expect({ grown: grown(comparisons), table: ageingTable(comparisons) }).toMatchObject({ grown: [] });
}, 120_000);
