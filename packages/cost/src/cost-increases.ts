import { baseUsage, type Counted, SCENARIO_IDS, SCENARIOS } from './counted.ts';
import { dollarsOf, METERS, PRICES, type Price, type Usage, unitUsd } from './prices.ts';
import { money, quantity } from './words.ts';

/** Share by which the cost of a scenario may rise without an explicit acceptance. */
export const TOLERATED = 0.05;

const BILLS: readonly Price['by'][] = ['AWS', 'Twilio'];

/** Returns the units that cost more than before, the most expensive first. */
const increases = (before: Usage, now: Usage, by: Price['by']): string =>
  METERS.filter((meter) => PRICES[meter].by === by)
    .map((meter) => ({
      meter,
      from: before[meter] ?? 0,
      to: now[meter] ?? 0,
      usd: ((now[meter] ?? 0) - (before[meter] ?? 0)) * unitUsd(meter),
    }))
    .filter(({ usd }) => usd > 0)
    .toSorted((a, b) => b.usd - a.usd)
    .slice(0, 3)
    .map(
      ({ meter, from, to, usd }) =>
        `${PRICES[meter].service}, ${PRICES[meter].unit}: ${quantity(from)} → ${quantity(to)} (+${money(usd)})`,
    )
    .join('; ');

/**
 * Returns the cost increases above the tolerance, each as a sentence. The bills of AWS and Twilio are compared separately: a message costs
 * a hundred times more at Twilio than at AWS, so an increase at AWS would not show in the sum.
 */
export const costIncreases = (before: Counted, now: Counted): string[] => {
  const parts = [
    ...SCENARIO_IDS.map((id) => ({
      name: SCENARIOS[id].split(':')[0] ?? id,
      was: before.scenarios[id].usage,
      is: now.scenarios[id].usage,
    })),
    { name: 'an idle month', was: baseUsage(before), is: baseUsage(now) },
  ];
  return parts.flatMap(({ name, was, is }) =>
    BILLS.flatMap((by) => {
      const [from, to] = [dollarsOf(was, by), dollarsOf(is, by)];
      if (to <= from * (1 + TOLERATED) + 1e-12) return [];
      const share = from > 0 ? `${(((to - from) / from) * 100).toFixed(1)} % more expensive` : 'no longer free';
      return [
        `On ${by}’s bill, ${name} is ${share}: ${money(from)} → ${money(to)}. Increases: ${increases(was, is, by)}. If it is worth it, run npm run cost:accept, and give the reason in the commit.`,
      ];
    }),
  );
};
