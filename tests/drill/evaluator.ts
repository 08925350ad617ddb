/*
 * Evaluates metrics by an alarm's definition, according to CloudWatch's documentation:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
 */
import { parseMath, type Value } from './metric-math.ts';

/** A published value. `at` is epoch ms. */
export type Datum = {
  namespace: string;
  name: string;
  dimensions: Readonly<Record<string, string>>;
  at: number;
  value: number;
};

export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';
export type Missing = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

type Metric = Pick<Datum, 'namespace' | 'name' | 'dimensions'>;
type Source = { id: string; metric: Metric; statistic: string };

/** An alarm of a template. `periodMs` is the period of a datapoint. */
export type Alarm = {
  name: string;
  description: string;
  periodMs: number;
  sources: Source[];
  /** Computes the alarm's datapoint from those of its sources, by ID. */
  expression: (values: Readonly<Record<string, Value>>) => Value;
  isBreaching: (value: number) => boolean;
  evaluationPeriods: number;
  datapointsToAlarm: number;
  missing: Missing;
};

type Properties = Readonly<Record<string, unknown>>;

const listOf = (value: unknown): Properties[] => (Array.isArray(value) ? value : []);

const metricOf = (of: Properties): Metric => ({
  namespace: String(of['Namespace']),
  name: String(of['MetricName']),
  dimensions: Object.fromEntries(listOf(of['Dimensions']).map(({ Name, Value }) => [String(Name), String(Value)])),
});

const COMPARISONS: Readonly<Record<string, (value: number, threshold: number) => boolean>> = {
  GreaterThanThreshold: (value, threshold) => value > threshold,
  GreaterThanOrEqualToThreshold: (value, threshold) => value >= threshold,
  LessThanThreshold: (value, threshold) => value < threshold,
  LessThanOrEqualToThreshold: (value, threshold) => value <= threshold,
};

const missingOf = (value: unknown): Missing => {
  const found = (['missing', 'ignore', 'breaching', 'notBreaching'] as const).find((one) => one === value);
  if (value !== undefined && !found) throw new Error(`TreatMissingData is ${String(value)}`);
  return found ?? 'missing';
};

/**
 * Parses an alarm.
 * @param properties of an AWS::CloudWatch::Alarm, resolved
 * @throws Error for a setting that is not supported
 */
export const alarmOf = (properties: Properties): Alarm => {
  const threshold = Number(properties['Threshold']);
  const compare = COMPARISONS[String(properties['ComparisonOperator'])];
  if (!compare) throw new Error(`The comparison ${String(properties['ComparisonOperator'])} is not known here`);
  const evaluationPeriods = Number(properties['EvaluationPeriods']);
  const rules = {
    name: String(properties['AlarmName']),
    description: String(properties['AlarmDescription']),
    isBreaching: (value: number) => compare(value, threshold),
    evaluationPeriods,
    datapointsToAlarm: Number(properties['DatapointsToAlarm'] ?? evaluationPeriods),
    missing: missingOf(properties['TreatMissingData']),
  };
  const queries = listOf(properties['Metrics']);
  if (queries.length === 0) {
    const statistic = String(properties['Statistic'] ?? properties['ExtendedStatistic']);
    const source = { id: 'metric', metric: metricOf(properties), statistic };
    return {
      ...rules,
      periodMs: Number(properties['Period']) * 1000,
      sources: [source],
      expression: ({ metric = null }) => metric,
    };
  }
  const stats = queries.flatMap(({ Id, MetricStat }) =>
    MetricStat ? [{ id: String(Id), stat: Object(MetricStat) }] : [],
  );
  const periods = new Set(stats.map(({ stat }) => Number(stat.Period)));
  const [period] = periods;
  if (period === undefined || periods.size > 1) throw new Error(`${rules.name}: its metrics need one period`);
  const watched = queries.filter(({ ReturnData }) => ReturnData === true);
  const [returned] = watched;
  if (!returned?.['Expression'] || watched.length > 1) throw new Error(`${rules.name} watches one expression`);
  return {
    ...rules,
    periodMs: period * 1000,
    sources: stats.map(({ id, stat }) => ({ id, metric: metricOf(stat.Metric), statistic: String(stat.Stat) })),
    expression: parseMath(String(returned['Expression'])),
  };
};

/** Nearest rank; CloudWatch's own is an approximation of it. */
const percentile = (values: readonly number[], percent: number): number => {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? Number.NaN;
};

/** Returns the statistic of some values; null without values, except for SampleCount. */
export const statisticOf = (statistic: string, values: readonly number[]): Value => {
  if (values.length === 0) return null;
  const sum = values.reduce((total, value) => total + value, 0);
  switch (statistic) {
    case 'Sum':
      return sum;
    case 'Average':
      return sum / values.length;
    case 'Maximum':
      return Math.max(...values);
    case 'Minimum':
      return Math.min(...values);
    case 'SampleCount':
      return values.length;
  }
  const percent = /^p(\d+(?:\.\d+)?)$/.exec(statistic)?.[1];
  if (percent === undefined) throw new Error(`The statistic ${statistic} is not known here`);
  return percentile(values, Number(percent));
};

const isOf = (datum: Datum, { namespace, name, dimensions }: Metric): boolean => {
  if (datum.name !== name || datum.namespace !== namespace) return false;
  const names = Object.keys(dimensions);
  return (
    Object.keys(datum.dimensions).length === names.length &&
    names.every((one) => datum.dimensions[one] === dimensions[one])
  );
};

/** Number of datapoints that CloudWatch reads beyond those that it evaluates; five for three in the tables of its documentation. */
const FURTHER_BACK = 2;

/** The alarm's datapoints at a moment, oldest first. Periods end with the moment: each minute CloudWatch evaluates again. */
export const datapoints = (alarm: Alarm, data: readonly Datum[], now: number): Value[] => {
  const oldest = now - (alarm.evaluationPeriods + FURTHER_BACK) * alarm.periodMs;
  const recent = data.filter(({ at }) => at > oldest);
  const own = alarm.sources.map(({ metric }) => recent.filter((datum) => isOf(datum, metric)));
  return Array.from({ length: alarm.evaluationPeriods + FURTHER_BACK }, (_, i) => {
    const until = now - (alarm.evaluationPeriods + FURTHER_BACK - 1 - i) * alarm.periodMs;
    const from = until - alarm.periodMs;
    const values = alarm.sources.map(({ id, statistic }, source) => {
      const within = (own[source] ?? []).filter(({ at }) => at > from && at <= until);
      return [
        id,
        statisticOf(
          statistic,
          within.map(({ value }) => value),
        ),
      ] as const;
    });
    return alarm.expression(Object.fromEntries(values));
  });
};

type Rule = Pick<Alarm, 'isBreaching' | 'evaluationPeriods' | 'datapointsToAlarm' | 'missing'>;

/**
 * The state after looking at datapoints, oldest first, null where there is none. With as many real ones as are to be evaluated, the
 * newest of these count alone; else missing ones are made up for, as few as possible, as the alarm says.
 */
export const stateOf = (rule: Rule, points: readonly Value[], before: AlarmState): AlarmState => {
  const { evaluationPeriods, datapointsToAlarm, missing, isBreaching } = rule;
  const real = points.filter((point) => point !== null).slice(-evaluationPeriods);
  const bad = real.filter(isBreaching).length;
  if (bad >= datapointsToAlarm) return 'ALARM';
  const lacking = evaluationPeriods - real.length;
  if (lacking === 0) return 'OK';
  if (missing === 'breaching') return bad + lacking >= datapointsToAlarm ? 'ALARM' : 'OK';
  if (missing === 'notBreaching' || bad < real.length) return 'OK';
  if (missing === 'ignore') return before;
  // All that is there is bad. That is enough once it has been so for as long as it takes.
  const oldest = points.findIndex((point) => point !== null);
  return oldest >= 0 && points.length - oldest >= datapointsToAlarm ? 'ALARM' : 'INSUFFICIENT_DATA';
};

export const evaluate = (alarm: Alarm, data: readonly Datum[], now: number, before: AlarmState): AlarmState =>
  stateOf(alarm, datapoints(alarm, data, now), before);
