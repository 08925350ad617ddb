/*
 * The table of prices that every cost computation uses. AWS on demand in us-east-1,
 * Twilio in the USA, in US dollars.
 */

/** Date of the table. */
export const PRICES_AS_OF = '2026-11-23';
export const PRICES_REGION = 'us-east-1';

export type Price = {
  /** US dollars for `per` units. */
  usd: number;
  per: number;
  unit: string;
  /** Units that are free in every month, for every account and for good; not the free units of the first year. */
  free: number;
  by: 'AWS' | 'Twilio';
  service: string;
  /** The official page. None could be opened when this was written. */
  source: string;
  /** The source instead: a stored copy of the page, or another page; null: from memory, not checked. */
  read: 'a copy' | `https://${string}` | null;
};

const MILLION = 1_000_000;
const AWS = 'https://aws.amazon.com';

const line =
  (by: Price['by'], service: string, source: string) =>
  (usd: number, per: number, unit: string, read: Price['read'], free = 0): Price => ({
    usd,
    per,
    unit,
    free,
    by,
    service,
    source,
    read,
  });

const cloudFront = line('AWS', 'CloudFront', `${AWS}/cloudfront/pricing/`);
const httpApi = line('AWS', 'API Gateway', `${AWS}/api-gateway/pricing/`);
const lambda = line('AWS', 'Lambda', `${AWS}/lambda/pricing/`);
const dynamoDb = line('AWS', 'DynamoDB', `${AWS}/dynamodb/pricing/on-demand/`);
const kms = line('AWS', 'KMS', `${AWS}/kms/pricing/`);
const sqs = line('AWS', 'SQS', `${AWS}/sqs/pricing/`);
const s3 = line('AWS', 'S3', `${AWS}/s3/pricing/`);
const secrets = line('AWS', 'Secrets Manager', `${AWS}/secrets-manager/pricing/`);
const cloudWatch = line('AWS', 'CloudWatch', `${AWS}/cloudwatch/pricing/`);
const twilio = line('Twilio', 'Twilio', 'https://www.twilio.com/en-us/sms/pricing/us');
const carriers = line('Twilio', 'Twilio', 'https://support.twilio.com/hc/en-us/articles/1260803965530');

const ON_CLOUDFRONT = 'https://cur.vantage.sh/aws/amazoncloudfront/';
const ON_HTTP_API = 'https://awsforengineers.com/blog/aws-api-gateway-pricing-explained';
const ON_LAMBDA = 'https://cloudchipr.com/blog/aws-lambda-pricing';
const ON_LAMBDA_REQUESTS = 'https://docs.aws.amazon.com/whitepapers/latest/how-aws-pricing-works/lambda.html';
const ON_DYNAMODB = 'https://airbyte.com/data-engineering-resources/dynamodb-pricing';
const ON_KMS = 'https://cloudburn.io/blog/aws-kms-pricing';
const ON_SQS = 'https://cloudburn.io/blog/amazon-sqs-pricing';
const ON_S3 = 'https://devnotes.tech/understanding-aws-s3-pricing-a-complete-cost-breakdown-with-examples';
const ON_SECRETS = 'https://hivebook.wiki/wiki/aws-secrets-manager-rotated-secrets-dynamic-db-credentials-kms';
const ON_CLOUDWATCH = 'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/';
const ON_METRICS = 'https://signoz.io/guides/cloudwatch-pricing';
const ON_ALARMS = 'https://c3x.dev/resources/aws/aws_cloudwatch_metric_alarm';
const ON_TWILIO = 'https://dev.to/preecha/twilio-sms-api-cost-complete-pricing-breakdown-for-2026-1k25';
const ON_CARRIERS = 'https://help.textvolt.com/articles/7310656083-carrier-fee-snapshot-by-carrier-2026';

export const PRICES = {
  edgeRequest: cloudFront(1, MILLION, 'HTTPS request', null, 10 * MILLION),
  edgeGb: cloudFront(0.085, 1, 'GB to viewers', 'a copy', 1024),
  edgeFunctionRun: cloudFront(0.1, MILLION, 'run of the viewer-request function', ON_CLOUDFRONT, 2 * MILLION),
  keyValueRead: cloudFront(0.03, MILLION, 'read of the KeyValueStore', null, 2 * MILLION),
  keyValueCall: cloudFront(1, 1000, 'API call to the KeyValueStore', null),
  apiRequest: httpApi(1, MILLION, 'request to an HTTP API', ON_HTTP_API),
  lambdaRequest: lambda(0.2, MILLION, 'invocation', ON_LAMBDA_REQUESTS, MILLION),
  lambdaGbSecond: lambda(0.0000133334, 1, 'GB-second on arm64', ON_LAMBDA, 400_000),
  tableWrite: dynamoDb(0.625, MILLION, 'write request unit', ON_DYNAMODB),
  tableRead: dynamoDb(0.125, MILLION, 'read request unit', ON_DYNAMODB),
  tableGbMonth: dynamoDb(0.25, 1, 'GB-month of tables and indexes', 'a copy', 25),
  recoveryGbMonth: dynamoDb(0.2, 1, 'GB-month of point-in-time recovery', null),
  keyRequest: kms(0.03, 10_000, 'request for a table’s key', ON_KMS, 20_000),
  queueRequest: sqs(0.4, MILLION, 'request to a queue', ON_SQS, MILLION),
  objectPut: s3(5, MILLION, 'PUT or LIST request', ON_S3),
  objectGet: s3(0.4, MILLION, 'GET request', ON_S3),
  objectGbMonth: s3(0.023, 1, 'GB-month', ON_S3),
  secretCall: secrets(5, MILLION, 'read of a secret', ON_SECRETS),
  secretMonth: secrets(0.4, 1, 'secret for a month', ON_SECRETS),
  logGb: cloudWatch(0.5, 1, 'GB of log taken in', ON_CLOUDWATCH, 5),
  metricMonth: cloudWatch(0.3, 1, 'metric of our own for a month', ON_METRICS, 10),
  alarmMonth: cloudWatch(0.1, 1, 'metric that an alarm watches, for a month', ON_ALARMS, 10),
  dashboardMonth: cloudWatch(3, 1, 'dashboard for a month', ON_CLOUDWATCH, 3),
  segmentOut: twilio(0.0083, 1, 'segment sent', ON_TWILIO),
  segmentIn: twilio(0.0083, 1, 'segment received', ON_TWILIO),
  carrierOut: carriers(0.0045, 1, 'what the dearest of the large US networks add to a segment sent', ON_CARRIERS),
  carrierIn: carriers(0.0025, 1, 'what T-Mobile adds to a segment received, others nothing', ON_CARRIERS),
  numberMonth: twilio(1.15, 1, 'number for a month', ON_TWILIO),
  campaignMonth: carriers(1.5, 1, 'A2P 10DLC campaign of low volume for a month', ON_TWILIO),
} as const satisfies Record<string, Price>;

/** Something that is paid for by the piece. */
export type Meter = keyof typeof PRICES;
export const METERS = Object.keys(PRICES).filter((key): key is Meter => key in PRICES);

/** Number of units per meter; 0 when it is missing. */
export type Usage = { readonly [M in Meter]?: number };

/** US dollars for one unit. */
export const unitUsd = (meter: Meter): number => PRICES[meter].usd / PRICES[meter].per;

export const addUsage = (...all: readonly Usage[]): Usage => {
  const sum: { [M in Meter]?: number } = {};
  for (const one of all) for (const meter of METERS) if (one[meter]) sum[meter] = (sum[meter] ?? 0) + one[meter];
  return sum;
};

export const timesUsage = (usage: Usage, times: number): Usage => {
  const product: { [M in Meter]?: number } = {};
  for (const meter of METERS) if (usage[meter]) product[meter] = usage[meter] * times;
  return product;
};

/** US dollars for what was used, without anything free. @param by one of the two who send a bill; both, if left out */
export const dollarsOf = (usage: Usage, by?: Price['by']): number =>
  METERS.filter((meter) => by === undefined || PRICES[meter].by === by).reduce(
    (sum, meter) => sum + (usage[meter] ?? 0) * unitUsd(meter),
    0,
  );

/** US dollars that the free units of each month take off. */
export const freeDollarsOf = (usage: Usage): number =>
  METERS.reduce((sum, meter) => sum + Math.min(usage[meter] ?? 0, PRICES[meter].free) * unitUsd(meter), 0);
