/*
 * One dashboard for on-call engineers after an alarm: texts first, then positions, then the services behind them.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
const WIDTH = 24;
const HEIGHT = 6;

const own = (name, label, options = {}) => ['QDN', name, { label, ...options }];
const ofService = (name, service) => ['QDN', name, 'service', service, { label: service }];
const queue = (metric, name, label, options = {}) => ['AWS/SQS', metric, 'QueueName', name, { label, ...options }];

const graph = (title, metrics, options = {}) => ({
  type: 'metric',
  properties: { title, metrics, view: 'timeSeries', stat: 'Sum', period: 300, region: '@Region@', ...options },
});

/** A sum of many metrics: one for each reason to ignore a fix. */
const quarantined = [
  {
    expression: "SEARCH('{QDN} MetricName=\"Quarantined.\"', 'Sum', 300)",
    label: '',
    id: 'quarantined',
  },
];

/** A sum of many metrics: one for each class of the errors of carriers. */
const undelivered = [
  {
    expression: "SEARCH('{QDN} MetricName=\"Undelivered.\"', 'Sum', 300)",
    label: '',
    id: 'undelivered',
  },
];

const rows = [
  [
    graph('Texts', [
      own('Received', 'received'),
      own('Relayed', 'relayed to a dispatcher'),
      own('Escalated', 'escalated'),
      own('Unanswered', 'unanswered'),
    ]),
    graph(
      'From the customer’s text to the first dispatcher’s, ms',
      [own('RelayLatency', 'median', { stat: 'p50' }), own('RelayLatency', '99th percentile', { stat: 'p99' })],
      { annotations: { horizontal: [{ label: 'alarm', value: 10_000 }] } },
    ),
    graph('Texts in trouble', [
      own('Unknown', 'unknown when sent'),
      own('Unresolved', 'still unknown', { stat: 'Maximum' }),
      own('SetupRefused', 'refused: our setup'),
      own('Stuck', 'failing for a quarter of an hour'),
      own('DeadLettered', 'dead-lettered'),
      own('Altered', 'altered by the carrier'),
      own('Indistinct', 'not told apart in the carrier’s list'),
    ]),
  ],
  [
    graph('Receipts', [
      own('Delivered', 'delivered'),
      own('Undelivered', 'not delivered'),
      own('NumberBlocked', 'our number is blocked'),
      own('EscalationFailed', 'to the operator, failed'),
      own('TeamPhoneStopped', 'phones of the team that have opted out'),
    ]),
    graph('Not delivered, by class', [[undelivered[0]]]),
  ],
  [
    graph('The relay’s queue', [
      queue('ApproximateNumberOfMessagesVisible', 'qdn-inbound-messages', 'waiting', { stat: 'Maximum' }),
      queue('ApproximateNumberOfMessagesVisible', 'qdn-inbound-messages-dlq', 'dead letters', { stat: 'Maximum' }),
      queue('ApproximateAgeOfOldestMessage', 'qdn-inbound-messages', 'oldest, s', { stat: 'Maximum', yAxis: 'right' }),
    ]),
    graph('Cost of texts', [own('SmsDollars', 'dollars'), own('Segments', 'segments', { yAxis: 'right' })], {
      period: 3600,
    }),
    graph('Twilio’s account', [own('Balance', 'left', { stat: 'Minimum' })], { period: 900 }),
  ],
  [
    graph('Fixes', [[quarantined[0]], own('FixesAccepted', 'accepted')]),
    graph('Age of a position on arrival, s', [
      own('PositionAge', 'median', { stat: 'p50' }),
      own('PositionAge', '99th percentile', { stat: 'p99' }),
    ]),
    graph('Page views and silent trailers', [
      own('PageViews', 'page views'),
      own('StaleJobs', 'jobs with silent trailers', { stat: 'Maximum', yAxis: 'right' }),
    ]),
  ],
  [
    graph('Requests failed (5xx)', [
      ...['job-api', 'telemetry-ingest', 'sms-relay'].map((service) => ofService('Http5xx', service)),
      ['AWS/ApiGateway', '5xx', 'ApiId', '@HttpApi@', { label: 'at the API' }],
    ]),
    graph(
      'Requests refused (4xx)',
      ['job-api', 'telemetry-ingest', 'sms-relay'].map((service) => ofService('Http4xx', service)),
    ),
    graph(
      'DynamoDB throttled',
      ['qdn-jobs', 'qdn-job-locations'].flatMap((table) =>
        ['ReadThrottleEvents', 'WriteThrottleEvents'].map((metric) => [
          'AWS/DynamoDB',
          metric,
          'TableName',
          table,
          { label: `${table}, ${metric.startsWith('Read') ? 'reads' : 'writes'}` },
        ]),
      ),
    ),
  ],
];

const placed = rows.flatMap((row, y) =>
  row.map((widget, x) => ({
    ...widget,
    x: (x * WIDTH) / row.length,
    y: y * HEIGHT,
    width: WIDTH / row.length,
    height: HEIGHT,
  })),
);

/** The body is one string; values that only CloudFormation knows are inserted into it. */
const REFERENCES = { '@Region@': { Ref: 'AWS::Region' }, '@HttpApi@': { Ref: 'HttpApi' } };
const body = JSON.stringify({ start: '-PT12H', widgets: placed })
  .split(/(@\w+@)/)
  .map((part) => REFERENCES[part] ?? part);

module.exports = async ({ resolveVariable }) => ({
  Resources: {
    Dashboard: {
      Type: 'AWS::CloudWatch::Dashboard',
      Properties: {
        DashboardName: `qdn-${await resolveVariable('sls:stage')}`,
        DashboardBody: { 'Fn::Join': ['', body] },
      },
    },
    // The edge's log is only in us-east-1. Each line begins with the request's ID, so it is not JSON.
    PageViews: {
      Type: 'AWS::Logs::MetricFilter',
      Condition: 'InUsEast1',
      Properties: {
        LogGroupName: { Ref: 'ViewerRequestLog' },
        FilterPattern: '"\\"event\\":\\"page-view\\"" "\\"bot\\":false"',
        MetricTransformations: [{ MetricNamespace: 'QDN', MetricName: 'PageViews', MetricValue: '1' }],
      },
    },
  },
});
