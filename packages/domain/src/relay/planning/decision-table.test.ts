import { describe, expect, test } from '@jest/globals';
import { decide, decidingRow, decisionTable, decisionTableText } from './decision-table.ts';

const UMBRELLA = decisionTable<{ rains: boolean; windKmh: number }>()({
  title: 'Umbrella',
  conditions: {
    rains: { label: 'it rains', holds: ({ rains }) => rains },
    isStormy: { label: 'the wind is strong', holds: ({ windKmh }) => windKmh > 60 },
  },
  outcomes: { stay: 'stay at home', take: 'take an umbrella', leave: 'leave it' },
  rows: [
    { when: ['rains', 'isStormy'], outcome: 'stay' },
    { when: ['rains'], outcome: 'take' },
    { when: [], outcome: 'leave' },
  ],
});

describe('a decision table', () => {
  test('decides by the first row whose conditions all hold', () => {
    expect(decide(UMBRELLA, { rains: true, windKmh: 80 })).toBe('stay');
    expect(decide(UMBRELLA, { rains: true, windKmh: 10 })).toBe('take');
    expect(decide(UMBRELLA, { rains: false, windKmh: 80 })).toBe('leave');
    expect(decidingRow(UMBRELLA, { rains: true, windKmh: 10 })).toBe(1);
  });

  test('throws when no row decides', () => {
    const incomplete = { ...UMBRELLA, rows: UMBRELLA.rows.slice(0, 2) };
    expect(() => decide(incomplete, { rains: false, windKmh: 0 })).toThrow('"Umbrella" has no row for these facts');
  });

  test('prints its rows in order', () => {
    expect(decisionTableText(UMBRELLA)).toBe(
      [
        '## Umbrella',
        '',
        '| # | When | Then |',
        '| --- | --- | --- |',
        '| 1 | it rains **and** the wind is strong | stay at home |',
        '| 2 | it rains | take an umbrella |',
        '| 3 | otherwise | leave it |',
      ].join('\n'),
    );
  });
});
