/*
 * Defines the CloudWatch alarms of a service in its own template, so that an alarm is deployed and removed with its resource:
 *
 *     module.exports = alarmsFor([{ name: 'dead-letters', impact: 'Customers’ messages are late.', … }]);
 *
 * Each description has the impact and links its entry in docs/runbook.md; tests/alarms.integration.test.ts compares the two, and tests/drill
 * makes each alarm fire.
 */
const SQS = 'AWS/SQS';
const LAMBDA = 'AWS/Lambda';
const DYNAMODB = 'AWS/DynamoDB';

const dimensions = (values) => Object.entries(values).map(([Name, Value]) => ({ Name, Value }));

/** Returns one of our own metrics (packages/lambda/src/metrics.ts). They have no dimension. */
const own = (MetricName) => ({ Namespace: 'QDN', MetricName });
const queue = (MetricName, logicalId) => ({
  Namespace: SQS,
  MetricName,
  Dimensions: dimensions({ QueueName: { 'Fn::GetAtt': [logicalId, 'QueueName'] } }),
});
const table = (MetricName, name) => ({
  Namespace: DYNAMODB,
  MetricName,
  Dimensions: dimensions({ TableName: name }),
});
const lambda = (MetricName, logicalId) => ({
  Namespace: LAMBDA,
  MetricName,
  Dimensions: dimensions({ FunctionName: { Ref: logicalId } }),
});
const api = (MetricName) => ({
  Namespace: 'AWS/ApiGateway',
  MetricName,
  Dimensions: dimensions({ ApiId: { Ref: 'HttpApi' } }),
});

const isPercentile = (statistic) => /^p\d/.test(statistic);

/** Returns the metric of an alarm, or its expression of several metrics. Each metric costs ten cents a month. */
const watched = ({ metric, math, metrics, statistic, period }) =>
  metric
    ? { ...metric, Period: period, [isPercentile(statistic) ? 'ExtendedStatistic' : 'Statistic']: statistic }
    : {
        Metrics: [
          ...Object.entries(metrics).map(([Id, { MetricName, Namespace, Dimensions }]) => ({
            Id,
            MetricStat: {
              Metric: { Namespace, MetricName, ...(Dimensions ? { Dimensions } : {}) },
              Period: period,
              Stat: statistic,
            },
            ReturnData: false,
          })),
          { Id: 'watched', Expression: math, ReturnData: true },
        ],
      };

const COMPARISONS = {
  above: 'GreaterThanThreshold',
  atLeast: 'GreaterThanOrEqualToThreshold',
  below: 'LessThanThreshold',
};

/**
 * @param definition `above`, `atLeast` or `below` is the threshold; `of` is the number of evaluated periods, `datapoints` the
 * number of bad ones that make it fire; `missing` is the treatment of missing data
 */
const alarm = (definition, { stage, topic, runbook }) => {
  const { name, entry = name, impact, of: periods = 1, datapoints = periods, missing = 'notBreaching' } = definition;
  const comparison = Object.keys(COMPARISONS).find((key) => definition[key] !== undefined);
  const actions = topic === 'none' ? {} : { AlarmActions: [topic], OKActions: [topic] };
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `qdn-${stage}-${name}`,
      AlarmDescription: `${impact} What to do: ${runbook}#${entry}`,
      ...watched(definition),
      ComparisonOperator: COMPARISONS[comparison],
      Threshold: definition[comparison],
      EvaluationPeriods: periods,
      DatapointsToAlarm: datapoints,
      TreatMissingData: missing,
      ...actions,
    },
  };
};

const logicalId = (name) => `${name.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase())}Alarm`;

/** Returns the alarm for the stack's own HTTP API. The shared API has one alarm for all services, in tracking-site. */
const apiAlarm = (prefix) => ({
  name: `${prefix}api-failing`,
  entry: 'api-failing',
  impact: 'Customers see no position, trackers keep their fixes, and Twilio retries its webhooks.',
  metric: api('5xx'),
  statistic: 'Sum',
  period: 300,
  atLeast: 3,
});

/** Reads a number among a service's params. @throws Error when it is not a number above 0 */
const numberParam = async (resolveVariable, name) => {
  const text = await resolveVariable(`param:${name}`);
  const value = Number(text);
  if (text === '' || !(value > 0)) throw new Error(`The param ${name} is "${text}"; it is a number above 0.`);
  return value;
};

/**
 * Returns a resources file for serverless.yml: `${file(resources/alarms.cjs)}`.
 * @param definitions the alarms, or a function that makes them from the service's params
 * @param topic SNS topic that alarms are published to, by default the front door's
 */
const alarmsFor =
  (definitions, topic = (resolveVariable) => resolveVariable('param:alarmTopicArn')) =>
  async ({ resolveVariable }) => {
    const stage = await resolveVariable('sls:stage');
    const runbook = await resolveVariable("param:runbook, 'docs/runbook.md'");
    const context = { stage, runbook, topic: await topic(resolveVariable) };
    const all = typeof definitions === 'function' ? await definitions(resolveVariable) : definitions;
    return { Resources: Object.fromEntries(all.map((one) => [logicalId(one.name), alarm(one, context)])) };
  };

/** Returns the alarm for the service's own HTTP API, if it is deployed with one. */
const ownApiAlarm = async (resolveVariable, service) =>
  (await resolveVariable('param:httpApi')) === 'own' ? [apiAlarm(`${service}-`)] : [];

module.exports = { alarmsFor, apiAlarm, lambda, numberParam, own, ownApiAlarm, queue, table };
