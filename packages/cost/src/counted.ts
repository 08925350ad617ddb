import { readFileSync } from 'node:fs';
import { ASSUMED, polling } from './assumptions.ts';
import { addUsage, timesUsage, type Usage } from './prices.ts';

/** What is counted on the local system, one at a time (tests/cost/scenarios.ts): its name, and after the colon what it is. */
export const SCENARIOS = {
  'relayed-text':
    'a relayed text: a customer writes one segment without naming the job, two dispatchers get it, the carrier reports on both, and after a quarter of an hour the relay looks whether somebody has answered',
  answer: 'an answer: a dispatcher answers in time, and the customer gets it',
  notice: 'a text of status: the operator sets a job in motion, and its customer is told',
  job: 'a job by itself: created, a tracking link made, set in motion, the trailer arrives, completed; without texts, driving and viewers',
  'trailer-hour': 'an hour of driving: a fix every 10 s, each posted by itself',
  'trailer-hour-by-six': 'an hour of driving, by six: a fix every 10 s, six of them posted together every minute',
  'viewer-hour':
    'an hour of looking: one viewer alone opens the tracking page of a trailer that drives, and leaves it open',
  'idle-hour':
    'an hour in which nothing happens: trailers, Twilio’s account and unknown texts are looked after by the clock',
} as const;
export type ScenarioId = keyof typeof SCENARIOS;
export const SCENARIO_IDS = Object.keys(SCENARIOS).filter((key): key is ScenarioId => key in SCENARIOS);

/** What one scenario took: units of what is paid for, and the calls by name, as in `dynamodb:PutItem`. */
export type Count = { usage: Usage; calls: Readonly<Record<string, number>> };

/** What is deployed, as the packaged templates have it. `alarmMetrics`: alarms are paid for by the metric that they watch. */
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
  /** Metrics of our own: told in an hour in which nothing happens, and in one of work. They are paid for by the hour. */
  metrics: { always: number; atWork: number };
};

/** What was accepted last: `npm run cost:accept` writes it. */
export const countedFile = new URL('./counted.json', import.meta.url);

export const readCounted = (): Counted => JSON.parse(readFileSync(countedFile, 'utf8'));

/** What a month costs in which nothing happens. */
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
