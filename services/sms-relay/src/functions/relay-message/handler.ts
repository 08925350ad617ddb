import type { Postpone } from '@qdn/aws/inbound-queue';
import type { Wire } from '@qdn/contracts';
import { validate as isRelayRecord } from '@qdn/contracts/validators/relayRecord';
import {
  DELIVERY_STATES,
  followUp,
  giveNotice,
  type InboundMessage,
  type LogEntry,
  type MessageLog,
  type NoticeOrder,
  parseEffectId,
  parseJobId,
  parseMessageSid,
  type RelayDependencies,
  type RelayReport,
  recordReceipt,
  relayMessage as relay,
  retryAfterS,
  sweep,
  Unsettled,
} from '@qdn/domain';
import { batchHandler, errorFields, type Logger, type Measures, textsIn } from '@qdn/lambda';
import { type OwnRecord, ownRecord } from '../../queue-record.ts';

export type RelayMessageDependencies = Omit<RelayDependencies, 'owner' | 'report' | 'log'> & {
  messageLog: MessageLog;
  postpone: Postpone;
  /** What a segment costs, in US dollars. */
  segmentUsd: number;
  /** A name that no other run has. */
  newOwner: () => string;
  log: Logger;
};

/** The queue's record in domain words. The schema has checked the patterns. */
const toInbound = (record: Wire<'inboundMessage'>): InboundMessage => ({
  messageSid: sidOf(record.messageSid),
  pathJob: record.pathJob === null ? null : parseJobId(record.pathJob),
  receivedAt: Date.parse(record.receivedAt),
  from: record.from,
  to: record.to,
  body: record.body,
  optOutType: record.optOutType ?? null,
  media: record.media,
});

const toNotice = ({ jobId, what, stop, at, eta }: Wire<'noticeOrder'>): NoticeOrder => {
  const id = parseJobId(jobId);
  if (!id) throw new Error('The record names no job');
  return {
    jobId: id,
    notice: { what, stop, at: Date.parse(at), promised: null },
    eta: eta && { earliest: Date.parse(eta.earliest), latest: Date.parse(eta.latest) },
  };
};

const sidOf = (text: string) => {
  const sid = parseMessageSid(text);
  if (!sid) throw new Error('The record holds no MessageSid');
  return sid;
};

/** resources/queues.yml: so often the queue hands a record out. */
export const TRIES = 5;

/** What a record has led to, in numbers; told once when it is done. */
type Tally = { count(measures: Measures): void; tell(log: Logger, sid: string | undefined): void };

const newTally = (): Tally => {
  const sums: Measures = {};
  return {
    count: (measures) => {
      for (const [name, value] of Object.entries(measures) as Array<[keyof Measures, number]>)
        sums[name] = (sums[name] ?? 0) + value;
    },
    tell: (log, sid) => {
      if (Object.keys(sums).length > 0) log.measure(sums, { sid });
    },
  };
};

/** What only a person can mend is an error; that a recipient cannot be texted stands on the timeline too. */
const reportTo =
  (log: Logger, hidden: readonly string[], { count }: Tally, segmentUsd: number) =>
  (report: RelayReport): void => {
    switch (report.kind) {
      case 'texted':
        count({ Segments: report.segments, SmsDollars: report.segments * segmentUsd });
        break;
      case 'unknown':
        count({ Unknown: 1 });
        break;
      case 'escalated':
        count({ Escalated: report.count });
        break;
      case 'relayed':
        count({ Relayed: 1, ...(report.latencyMs === null ? {} : { RelayLatency: report.latencyMs }) });
        break;
      case 'without-eta': {
        const fields = { sid: report.messageSid, ...errorFields(report.error, hidden) };
        log.warn('relayed without an arrival: positions could not be read', fields);
        break;
      }
      case 'refused': {
        const { effect, carrier, class: failure, code, isFinal } = report;
        if (isFinal) log.warn('the carrier refused a recipient', { effect, carrier, code, failure });
        else log.error('the carrier refused a text because of our setup', { effect, carrier, code, failure });
        if (!isFinal) count({ SetupRefused: 1 });
        break;
      }
      case 'taken-over':
        log.warn('the next carrier takes over', { effect: report.effect, from: report.from, by: report.by });
        break;
      case 'unanswered':
        log.error('nobody of the team has answered', { sid: report.messageSid });
        count({ Unanswered: 1 });
        break;
      case 'held':
        log.warn('held back: too many messages', { sid: report.messageSid });
        break;
      case 'unsettled': {
        const { effects } = report;
        const fields = { count: effects.length, effects: effects.slice(0, 10).join(' ') };
        count({ Unsettled: effects.length });
        if (effects.length > 0) log.error('nobody knows whether texts went out', fields);
      }
    }
  };

const takeReceipt = async (run: RelayDependencies, record: Wire<'deliveryReceipt'>, log: Logger): Promise<void> => {
  const key = parseEffectId(record.effectId);
  const { carrierSid, status, errorCode, errorClass } = record;
  if (!key) {
    // A receipt of somebody's own text: nothing to record.
    log.warn('receipt for no effect', { carrierSid });
    return;
  }
  const delivery = DELIVERY_STATES.find((state) => state === status) ?? null;
  await recordReceipt(run, key, { carrierSid, delivery, errorCode, errorClass }, Date.parse(record.receivedAt));
  log.info('receipt recorded', { sid: key.messageSid, carrierSid, status, errorCode });
};

const work = async (run: RelayDependencies, record: OwnRecord, receiveCount: number, log: Logger): Promise<void> => {
  switch (record.kind) {
    case 'message': {
      const { scope, kind, recipients } = await relay(run, toInbound(record), record);
      const fields = { sid: record.messageSid, scope, kind, recipients: recipients.length, receiveCount };
      log.info('message relayed', fields);
      break;
    }
    case 'receipt':
      await takeReceipt(run, record, log);
      break;
    case 'follow-up': {
      const { what, scope, messageSid, dueAt } = record;
      await followUp(run, { what, scope, messageSid: sidOf(messageSid), dueAt: Date.parse(dueAt) });
      log.info('followed up', { sid: messageSid, what });
      break;
    }
    case 'notice':
      await giveNotice(run, toNotice(record));
      log.info('notice given', { scope: record.jobId, what: record.what });
      break;
    case 'sweep':
      await sweep(run);
  }
};

/**
 * The worker behind the queue, and the one writer of the relay's state: messages, delivery receipts, follow-ups and the sweep all
 * come here. What is not settled comes back and is tried again, soon at first and then after ever longer. What a batch has done
 * goes into the compliance log as one object, before SQS may forget the batch.
 */
export const relayMessage = (dependencies: RelayMessageDependencies) => {
  const { messageLog, postpone, newOwner, log, segmentUsd, ...deps } = dependencies;
  return batchHandler(
    {
      name: 'relay-message',
      log,
      validate: isRelayRecord,
      maxReceives: TRIES,
      postpone: ({ receiptHandle, receiveCount, error }) => {
        const asked = error instanceof Unsettled ? error.retryAfterS : 0;
        return postpone(receiptHandle, Math.max(asked, retryAfterS(receiveCount, deps.random())));
      },
      begin: (): LogEntry[] => [],
      end: async (entries) => {
        if (entries.length > 0) await messageLog.append(entries);
      },
    },
    async ({ body, sentAt, receiveCount }, entries) => {
      const record = ownRecord(body, sentAt);
      if (!record) return log.warn('an event of a carrier for no effect');
      const tally = newTally();
      const run: RelayDependencies = {
        ...deps,
        owner: newOwner(),
        report: reportTo(log, textsIn(record), tally, segmentUsd),
        log: (entry) => void entries.push(entry),
      };
      try {
        await work(run, record, receiveCount, log);
      } finally {
        tally.tell(log, 'messageSid' in record ? record.messageSid : undefined);
      }
    },
  );
};
