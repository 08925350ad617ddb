import { readFileSync } from 'node:fs';
import { ASSUMED, polling } from './assumptions.ts';
import { addUsage, timesUsage, type Usage } from './prices.ts';

/** Scenarios that are counted on the local system (tests/cost/scenarios.ts): the name, and after the colon its description. */
export const SCENARIOS = {
  'relayed-text':
    'a relayed text: a customer writes one segment without naming the job, two dispatchers get it, the carrier reports on both, and after a quarter of an hour the relay checks for an answer',
  answer: 'an answer: a dispatcher answers in time, and the customer gets it',
  notice: 'an automatic update: the operator starts a job, and its customer gets a text',
  job: 'a job alone: created, a tracking link created, started, the trailer arrives, completed; without texts, driving and viewers',
  'trailer-hour': 'an hour of driving: a fix every 10 s, each in its own post',
  'trailer-hour-by-six': 'an hour of driving, by six: a fix every 10 s, six of them posted together every minute',
  'viewer-hour': 'an hour of viewing: a single viewer opens the tracking page of a moving trailer, and leaves it open',
  'idle-hour': 'an idle hour: scheduled functions check trailers, Twilio’s account and unknown outcomes',
} as const;
export type ScenarioId = keyof typeof SCENARIOS;
export const SCENARIO_IDS = Object.keys(SCENARIOS).filter((key): key is ScenarioId => key in SCENARIOS);

/** The count of one scenario: billed units, and calls by name, as in `dynamodb:PutItem`. */
export type Count = { usage: Usage; calls: Readonly<Record<string, number>> };

/** Billed parts of the packaged templates. `alarmMetrics`: alarms are billed per metric that they watch. */
export type Stack = {
  alarmMetrics: number;
  dashboards: number;
  secrets: number;
  polledQueues: number;
  memoryMb: number;
};

export type Counted = {
  scenarios: Readonly<Record<ScenarioId, Count>>;
  stack: Stack;
  /** Number of our own metrics that are emitted in an idle hour, and in a working hour. They are billed by the hour. */
  metrics: { always: number; atWork: number };
};

/** The accepted counts, written by `npm run cost:accept`. */
export const countedFile = new URL('./counted.json', import.meta.url);

export const readCounted = (): Counted => JSON.parse(readFileSync(countedFile, 'utf8'));

/** Returns the usage of an idle month. */
export const baseUsage = ({ scenarios, stack, metrics }: Counted): Usage => {
  const { monthHours, workHours } = ASSUMED;
  return addUsage(timesUsage(scenarios['idle-hour'].usage, monthHours), polling(stack.polledQueues), {
    alarmMonth: stack.alarmMetrics,
    dashboardMonth: stack.dashboards,
    secretMonth: stack.secrets,
    metricMonth: (metrics.always * (monthHours - workHours) + metrics.atWork * workHours) / monthHours,
    numberMonth: 1,
    campaignMonth: 1,
  });
};
