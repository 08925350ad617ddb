import type { Postpone } from '@qdn/aws/inbound-queue';
import { validate as isRelayRecord } from '@qdn/contracts/validators/relayRecord';
import {
  type ComplianceLog,
  type LogEntry,
  MAX_DELIVERIES,
  type RelayDependencies,
  RelayIncomplete,
  retryAfterS,
  retryUnreadableAfterS,
  STUCK_AFTER_DELIVERIES,
} from '@qdn/domain';
import { batchHandler, type FailedMessage, type Logger, textsIn, UnreadableRecord } from '@qdn/lambda';
import { ownRecord } from '../../queue-record.ts';
import { logReports } from './log-reports.ts';
import { newRecordMeasures } from './record-measures.ts';
import { runRecord } from './run-record.ts';

export type RelayMessageDependencies = Omit<RelayDependencies, 'owner' | 'report' | 'log'> & {
  complianceLog: ComplianceLog;
  postpone: Postpone;
  /** Price of a segment, in US dollars. */
  segmentUsd: number;
  /** Returns a name that no other run has. */
  newOwner: () => string;
  log: Logger;
};

/**
 * The worker behind the queue, and the only writer of the relay's state: messages, delivery receipts, follow-ups and the sweep all
 * come here. A record with an open outcome is delivered again, with growing delays. All log entries of a batch go into the compliance
 * log as one object, before SQS may delete the batch.
 */
export const relayMessage = (dependencies: RelayMessageDependencies) => {
  const { complianceLog, postpone, newOwner, log, segmentUsd, ...deps } = dependencies;
  const options = {
    name: 'relay-message',
    log,
    validate: isRelayRecord,
    maxReceives: MAX_DELIVERIES,
    postpone: ({ receiptHandle, receiveCount, error }: FailedMessage) => {
      if (error instanceof UnreadableRecord) return postpone(receiptHandle, retryUnreadableAfterS(receiveCount));
      if (receiveCount >= STUCK_AFTER_DELIVERIES) log.measure({ Stuck: 1 });
      const asked = error instanceof RelayIncomplete ? error.retryAfterS : 0;
      return postpone(receiptHandle, Math.max(asked, retryAfterS(receiveCount, deps.random())));
    },
    begin: (): LogEntry[] => [],
    end: async (entries: LogEntry[]) => {
      if (entries.length > 0) await complianceLog.append(entries);
    },
  };
  return batchHandler(options, async ({ body, sentAt, receiveCount }, entries) => {
    const record = ownRecord(body, sentAt);
    if (!record) return log.warn('CARRIER_EVENT_UNMATCHED');
    const measures = newRecordMeasures();
    const run: RelayDependencies = {
      ...deps,
      owner: newOwner(),
      report: logReports(log, textsIn(record), measures, segmentUsd),
      log: (entry) => void entries.push(entry),
    };
    try {
      await runRecord(run, record, receiveCount, log);
    } finally {
      measures.write(log, 'messageSid' in record ? (record.messageSid ?? undefined) : undefined);
    }
  });
};
