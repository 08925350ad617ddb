import { baseUsage, type Counted, SCENARIO_IDS, SCENARIOS } from './counted.ts';
import { dollarsOf, METERS, PRICES, type Price, type Usage, unitUsd } from './prices.ts';
import { money, quantity } from './words.ts';

/** By so much a change may make a scenario dearer without anybody saying so. */
export const TOLERATED = 0.05;

const BILLS: readonly Price['by'][] = ['AWS', 'Twilio'];

/** The pieces that cost more than before, the dearest first. */
const whatRose = (before: Usage, now: Usage, by: Price['by']): string =>
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
 * What has become dearer by more than is tolerated, each as a sentence. AWS's part and Twilio's are looked at one by one: a text costs
 * a hundred times what AWS takes for it, so that in their sum nothing on AWS would ever show.
 */
export const dearer = (before: Counted, now: Counted): string[] => {
  const parts = [
    ...SCENARIO_IDS.map((id) => ({
      name: SCENARIOS[id].split(':')[0] ?? id,
      was: before.scenarios[id].usage,
      is: now.scenarios[id].usage,
    })),
    { name: 'a month in which nothing happens', was: baseUsage(before), is: baseUsage(now) },
  ];
  return parts.flatMap(({ name, was, is }) =>
    BILLS.flatMap((by) => {
      const [from, to] = [dollarsOf(was, by), dollarsOf(is, by)];
      if (to <= from * (1 + TOLERATED) + 1e-12) return [];
      const share = from > 0 ? `${(((to - from) / from) * 100).toFixed(1)} % dearer` : 'no longer free';
      return [
        `On ${by}’s bill, ${name} is ${share}: ${money(from)} → ${money(to)}. What rose: ${whatRose(was, is, by)}. If it is worth it: npm run cost:accept, and say why in the commit.`,
      ];
    }),
  );
};
