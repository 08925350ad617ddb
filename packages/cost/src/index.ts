export { ASSUMED, gbSeconds } from './assumptions.ts';
export { costIncreases, TOLERATED } from './cost-increases.ts';
export {
  baseUsage,
  type Count,
  type Counted,
  countedFile,
  readCounted,
  SCENARIO_IDS,
  SCENARIOS,
  type ScenarioId,
  type Stack,
} from './counted.ts';
export { type Bill, billOf, type Month, monthOf } from './month.ts';
export { costPage } from './page.ts';
export {
  addUsage,
  dollarsOf,
  METERS,
  type Meter,
  PRICES,
  PRICES_AS_OF,
  PRICES_REGION,
  timesUsage,
  type Usage,
  unitUsd,
} from './prices.ts';
export { cents, money, quantity } from './words.ts';
