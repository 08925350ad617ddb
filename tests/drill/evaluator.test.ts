import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type AlarmState,
  alarmOf,
  type Datum,
  datapoints,
  evaluate,
  type Missing,
  stateOf,
  statisticOf,
} from './evaluator.ts';
import { parseMath } from './metric-math.ts';

/** Datapoints in the notation of the documentation, oldest first: 0 is good, X is breaching, - is missing. */
const read = (points: string) => points.split(' ').map((one) => (one === '-' ? null : one === 'X' ? 1 : 0));
const rule = (datapointsToAlarm: number, evaluationPeriods: number, missing: Missing) => ({
  datapointsToAlarm,
  evaluationPeriods,
  missing,
  isBreaching: (value: number) => value > 0,
});
const TREATMENTS = ['missing', 'ignore', 'breaching', 'notBreaching'] as const;
const BEFORE: AlarmState = 'INSUFFICIENT_DATA';
const KEPT = BEFORE;
const NO_DATA: AlarmState = 'INSUFFICIENT_DATA';

describe('CloudWatch’s own examples', () => {
  test.each<[string, AlarmState, AlarmState, AlarmState, AlarmState]>([
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', NO_DATA, KEPT, 'ALARM', 'OK'],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - - - X', NO_DATA, KEPT, 'ALARM', 'OK'],
    ['X - - - -', 'ALARM', KEPT, 'ALARM', 'OK'],
  ])('three of three: %s', (points, ...expected) => {
    expect(TREATMENTS.map((missing) => stateOf(rule(3, 3, missing), read(points), BEFORE))).toEqual(expected);
  });

  test.each<[string, AlarmState, AlarmState, AlarmState, AlarmState]>([
    ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - X', NO_DATA, KEPT, 'ALARM', 'OK'],
  ])('two of three: %s', (points, ...expected) => {
    expect(TREATMENTS.map((missing) => stateOf(rule(2, 3, missing), read(points), BEFORE))).toEqual(expected);
  });
});

const points = fc.array(fc.constantFrom(0, 1, null), { minLength: 1, maxLength: 12 });
const someRule = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.constantFrom(...TREATMENTS))
  .map(([a, b, missing]) => rule(Math.min(a, b), Math.max(a, b), missing));
const someState = fc.constantFrom<AlarmState>('OK', 'ALARM', 'INSUFFICIENT_DATA');

describe('for any datapoints', () => {
  test('applies the treatment of missing data only when there are too few datapoints', () => {
    fc.assert(
      fc.property(points, someRule, someState, (seen, given, before) => {
        fc.pre(seen.filter((one) => one !== null).length >= given.evaluationPeriods);
        const states = TREATMENTS.map((missing) => stateOf({ ...given, missing }, seen, before));
        expect(new Set(states).size).toBe(1);
      }),
    );
  });

  test('replacing a good datapoint by a breaching one never clears an alarm', () => {
    fc.assert(
      fc.property(points, someRule, someState, fc.nat(), (seen, given, before, at) => {
        const worse = seen.map((one, i) => (i === at % seen.length && one === 0 ? 1 : one));
        if (stateOf(given, seen, before) === 'ALARM') expect(stateOf(given, worse, before)).toBe('ALARM');
      }),
    );
  });

  test('only an alarm that ignores missing data depends on its previous state', () => {
    fc.assert(
      fc.property(points, someRule, (seen, given) => {
        fc.pre(given.missing !== 'ignore');
        expect(stateOf(given, seen, 'ALARM')).toBe(stateOf(given, seen, 'OK'));
      }),
    );
  });

  test('good datapoints alone never fire, unless missing data counts as breaching', () => {
    fc.assert(
      fc.property(points, someRule, (seen, given) => {
        fc.pre(given.missing !== 'breaching');
        const good = seen.map((one) => (one === null ? null : 0));
        expect(stateOf(given, good, 'OK')).not.toBe('ALARM');
      }),
    );
  });
});

describe('statistics', () => {
  const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 300 });
  test('p99 is one of the values, and at most one in a hundred is above it', () => {
    fc.assert(
      fc.property(values, (all) => {
        const p99 = statisticOf('p99', all) ?? Number.NaN;
        expect(all).toContain(p99);
        expect(all.filter((one) => one > p99).length).toBeLessThanOrEqual(all.length / 100);
      }),
    );
  });
  test('there is no statistic of no values', () => {
    for (const statistic of ['Sum', 'Average', 'Maximum', 'p99']) expect(statisticOf(statistic, [])).toBeNull();
    expect(() => statisticOf('median', [1])).toThrow('median');
  });
});

describe('metric math', () => {
  test.each<[string, Record<string, number | null>, number | null]>([
    ['FILL(a, 0) + FILL(b, 0)', { a: 2, b: null }, 2],
    ['a + b', { a: 2, b: null }, null],
    ['IF(waiting > 0, age, 0)', { waiting: 1, age: 70 }, 70],
    ['IF(waiting > 0, age, 0)', { waiting: 0, age: 70 }, 0],
    ['IF(waiting > 0, age, 0)', { waiting: null, age: 70 }, null],
    ['(a + b) * 2 - a / b', { a: 6, b: 3 }, 16],
  ])('%s of %j is %s', (text, values, expected) => {
    expect(parseMath(text)(values)).toBe(expected);
  });

  test.each(['a +', 'MAX(a)', 'a b', 'a ? b', 'IF(a'])('rejects %s', (text) => {
    expect(() => parseMath(text)({ a: 1, b: 1 })).toThrow();
  });
});

describe('an alarm of a template', () => {
  const alarm = alarmOf({
    AlarmName: 'qdn-dev-x',
    AlarmDescription: 'x',
    Namespace: 'QDN',
    MetricName: 'M',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 2,
    DatapointsToAlarm: 1,
    Threshold: 1,
    ComparisonOperator: 'GreaterThanThreshold',
    TreatMissingData: 'notBreaching',
  });
  const datum = (at: number, value: number, dimensions = {}): Datum => ({
    namespace: 'QDN',
    name: 'M',
    dimensions,
    at,
    value,
  });

  test('sums the values of a period, and ignores other metrics and dimensions', () => {
    const data = [datum(1, 1), datum(60_000, 1), datum(60_001, 5), datum(30_000, 9, { service: 'x' }), datum(0, 7)];
    expect(datapoints(alarm, data, 120_000)).toEqual([null, 7, 2, 5]);
  });

  test('fires only while a breaching period is among the evaluated ones', () => {
    const data = [datum(30_000, 2)];
    const states = [60, 120, 180, 240, 300].map((s) => evaluate(alarm, data, s * 1000, 'OK'));
    expect(states).toEqual(['ALARM', 'ALARM', 'ALARM', 'ALARM', 'OK']);
  });

  test('rejects definitions that the evaluator does not support', () => {
    expect(() => alarmOf({ ComparisonOperator: 'GreaterThanUpperThreshold' })).toThrow('not known');
    expect(() => alarmOf({ ComparisonOperator: 'LessThanThreshold', TreatMissingData: 'skip' })).toThrow('skip');
  });
});
