/*
 * Metrics as lines of the log, in CloudWatch's embedded metric format: CloudWatch counts them, nobody is called, and the line
 * says what it was about. Written here, since Powertools' writer is 15 KB and 11 ms of every cold start (docs/adr/0025-observability.md).
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import type { IgnoreReason } from '@qdn/domain';

export const NAMESPACE = 'QDN';

/**
 * Every metric, and what it is. None has a job, a trailer or a phone as a dimension: each such value would be a metric of its own,
 * at 30 cents a month, and a name that outlives the job. Which one it was stands in the line's fields.
 */
export const METRICS = {
  Received: 'texts taken into the queue',
  Relayed: 'texts of customers of which a carrier has accepted one to a dispatcher',
  RelayLatency:
    'ms from a customer’s text at the webhook until a carrier has accepted the first dispatcher’s; not while all sleep',
  Unknown: 'texts sent of which the carrier has not said whether it took them',
  Unsettled: 'texts of which nobody knows whether they went out, counted every quarter of an hour',
  Escalated: 'texts to a further contact or the operator, since nobody before has answered or could be reached',
  Unanswered: 'texts of customers that nobody of the team has answered',
  DeadLettered: 'records of the queue given up after the last try',
  SetupRefused: 'texts that a carrier refused because of credentials, number or registration',
  CredentialsRefused: 'Twilio has refused the Account SID with the Auth Token',
  Balance: 'what is left in the Twilio account, in its currency',
  Segments: 'segments of the texts that a carrier has accepted',
  SmsDollars: 'what these cost by the price in config/sms-price.json',
  FixesAccepted: 'fixes that count',
  PositionAge: 's from the newest fix of a report until it was taken in',
  StaleJobs: 'jobs on the road whose trailers have fallen silent, counted every five minutes',
  Http4xx: 'requests refused, by service',
  Http5xx: 'requests failed, by service',
} as const;
export type MetricName = keyof typeof METRICS | `Quarantined.${IgnoreReason}`;
export type Measures = Partial<Record<MetricName, number>>;

/** Of these it matters which service it was. */
const BY_SERVICE: ReadonlySet<string> = new Set<MetricName>(['Http4xx', 'Http5xx']);

/**
 * The members that make a line of JSON one that CloudWatch counts. Without units: each is 20 bytes of every line, and what a
 * number is stands above. A dimension's value must be a member of the same line.
 * @param at epoch ms
 */
export const embedded = (measures: Measures, at: number): Record<string, unknown> => {
  const names = Object.keys(measures);
  const directive = (dimensions: string[], own: string[]) =>
    own.length === 0
      ? []
      : [{ Namespace: NAMESPACE, Dimensions: [dimensions], Metrics: own.map((Name) => ({ Name })) }];
  return {
    _aws: {
      Timestamp: at,
      CloudWatchMetrics: [
        ...directive(
          [],
          names.filter((name) => !BY_SERVICE.has(name)),
        ),
        ...directive(
          ['service'],
          names.filter((name) => BY_SERVICE.has(name)),
        ),
      ],
    },
    ...measures,
  };
};
