/**
 * What AWS asks, in US dollars, on demand, in us-east-1 and without free tiers unless named, as known on the date. The one table
 * of prices: whoever computes a cost takes it from here. `sources` are where to check it before relying on it.
 */
export const PRICES = {
  asOf: '2026-11-23',
  region: 'us-east-1',
  sources: [
    'https://aws.amazon.com/dynamodb/pricing/on-demand/',
    'https://aws.amazon.com/lambda/pricing/',
    'https://aws.amazon.com/api-gateway/pricing/',
    'https://aws.amazon.com/cloudfront/pricing/',
    'https://aws.amazon.com/cloudwatch/pricing/',
    'https://aws.amazon.com/sqs/pricing/',
    'https://aws.amazon.com/s3/pricing/',
    'https://aws.amazon.com/secrets-manager/pricing/',
  ],
  /** Per write request unit (1 KB), read request unit (4 KB, half of one when eventually consistent), and GB and month. */
  dynamodb: { write: 0.625e-6, read: 0.125e-6, gbMonth: 0.25 },
  /** Per request, and per GB-second on arm64. */
  lambda: { request: 0.2e-6, gbSecond: 0.0000133334 },
  /** Per request to an HTTP API. */
  httpApi: { request: 1e-6 },
  /** Per HTTPS request beyond the free ones of each month, and per run of a CloudFront Function beyond 2 million. */
  cloudFront: { request: 1e-6, freeRequests: 10_000_000, functionRun: 0.1e-6 },
  /** Per GB of log taken in. */
  cloudWatch: { logGb: 0.5 },
  /** Per request of a standard queue, beyond the first million. */
  sqs: { request: 0.4e-6 },
  /** Per PUT, per GET, per GB and month of standard storage. */
  s3: { put: 5e-6, get: 0.4e-6, gbMonth: 0.023 },
  /** Per secret and month, and per call. */
  secrets: { secretMonth: 0.4, call: 5e-6 },
} as const;
