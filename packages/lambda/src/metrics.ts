/*
 * Metrics as log lines in CloudWatch's embedded metric format: they need no API call, and the line's other fields have the details.
 * Written here, since Powertools' writer is 15 KB and 11 ms of every cold start (docs/adr/0025-observability.md).
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
import type { FailureClass, IgnoreReason } from '@qdn/domain';

export const NAMESPACE = 'QDN';

/**
 * Every metric with its meaning. None has a job, a trailer or a phone as a dimension: each value would be a metric of its own, at 30
 * cents a month. The line's fields name them.
 */
export const METRICS = {
  Received: 'messages put into the queue',
  Relayed: 'customers’ messages that a carrier has accepted for a dispatcher',
  RelayLatency:
    'ms from a customer’s text at the webhook until a carrier accepts the first text to a dispatcher; not in quiet hours',
  Unknown: 'outbound messages without an answer from the carrier',
  Altered: 'texts that a carrier accepted, and whose words its answer shows otherwise',
  Indistinct: 'texts without an answer that a carrier may list under other words; they are not sent again',
  Unresolved: 'outbound messages with an unknown outcome, counted every quarter of an hour',
  Escalated: 'messages to the next contact or the operator, because no earlier contact answered or could be reached',
  TeamPhoneStopped: 'phones of the team that have opted out of our texts',
  Unanswered: 'customers’ messages that no one on the team has answered',
  DeadLettered: 'records of the queue that failed at the last delivery',
  Delivered: 'texts that a carrier reports as delivered',
  Undelivered:
    'texts that a carrier accepted and could not deliver; Undelivered.<class> counts them by the class of the error',
  NumberBlocked:
    'texts that were accepted and not delivered because of our number or registration (30034, 30032, 30007)',
  EscalationFailed: 'texts to the operator that were refused or not delivered',
  Stuck: 'deliveries of records that have failed for a quarter of an hour; they are retried for eight hours',
  SetupRefused: 'messages that a carrier refused because of credentials, number or registration',
  CredentialsRefused: 'Twilio has refused the Account SID with the Auth Token, or signed a webhook for another account',
  Balance: 'balance of the Twilio account, in its currency',
  Segments: 'segments of the messages that a carrier has accepted',
  SmsDollars: 'price of these segments by config/sms-price.json',
  FixesAccepted: 'accepted fixes',
  PositionAge: 's from the newest fix of a report until it was stored',
  StaleJobs: 'jobs on the road whose trailers have stopped reporting, counted every five minutes',
  Http4xx: 'requests refused, by service',
  Http5xx: 'requests failed, by service',
} as const;
export type MetricName =
  | keyof typeof METRICS
  | `Quarantined.${IgnoreReason}`
  | `Undelivered.${FailureClass | 'unknown'}`;
export type Measures = Partial<Record<MetricName, number>>;

/** Metrics with the service as their dimension. */
const BY_SERVICE: ReadonlySet<string> = new Set<MetricName>(['Http4xx', 'Http5xx']);

/**
 * Returns the members that make a line of JSON a metric for CloudWatch. Without units: each is 20 bytes of every line, and METRICS
 * documents them. A dimension's value must be a member of the same line.
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
