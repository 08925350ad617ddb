import type { Postpone } from '@qdn/aws/inbound-queue';
import type { Wire } from '@qdn/contracts';
import { validate as isRelayRecord } from '@qdn/contracts/validators/relayRecord';
import {
  type InboundMessage,
  type LogEntry,
  type MessageLog,
  parseEffectId,
  parseJobId,
  parseMessageSid,
  type Receipt,
  type RelayDependencies,
  type RelayPlan,
  type RelayReport,
  relayMessage as relay,
  retryAfterS,
} from '@qdn/domain';
import { errorFields, type Logger, queueHandler } from '@qdn/lambda';

export type RelayMessageDependencies = Omit<RelayDependencies, 'owner' | 'report' | 'log'> & {
  messageLog: MessageLog;
  postpone: Postpone;
  /** A name that no other run has. */
  newOwner: () => string;
  log: Logger;
};

/** The queue's record in domain words. The schema has checked the patterns. */
const toInbound = (record: Wire<'inboundMessage'>): InboundMessage => {
  const messageSid = parseMessageSid(record.messageSid);
  if (!messageSid) throw new Error('The record holds no MessageSid');
  return {
    messageSid,
    pathJob: record.pathJob === null ? null : parseJobId(record.pathJob),
    receivedAt: Date.parse(record.receivedAt),
    from: record.from,
    to: record.to,
    body: record.body,
    optOutType: record.optOutType ?? null,
    media: record.media,
  };
};

/** A receipt in domain words. `accepted` says no more than that the carrier has the text, which any receipt does. */
const toReceipt = ({ carrierSid, status, errorCode }: Wire<'deliveryReceipt'>): Receipt => ({
  carrierSid,
  delivery: status === 'accepted' ? null : status,
  errorCode,
});

/** What the compliance log keeps of a message: the queue's record, so that it can be relayed again, and what was sent to whom. */
const messageEntry = (
  record: Wire<'inboundMessage'>,
  plan: RelayPlan,
  { messageSid: sid }: InboundMessage,
): LogEntry => {
  const { scope, sender, recipients, body } = plan;
  const relays = recipients.map(({ recipient, to }) => ({ recipient, to, body }));
  return { id: `message~${sid}`, type: 'message', at: plan.receivedAt, sid, scope, data: { record, sender, relays } };
};

/** What only a person can mend is an error; that a recipient cannot be texted stands on the timeline too. */
const reportTo =
  (log: Logger) =>
  (report: RelayReport): void => {
    switch (report.kind) {
      case 'without-eta':
        log.warn('relayed without an arrival: positions could not be read', {
          sid: report.messageSid,
          ...errorFields(report.error),
        });
        break;
      case 'refused': {
        const { effect, code, isFinal } = report;
        if (isFinal) log.warn('the carrier refused a recipient', { effect, code });
        else log.error('the carrier refused a text because of our setup', { effect, code });
      }
    }
  };

/**
 * The worker behind the queue: relays each message of a batch, and takes each receipt in; what is not settled comes back and is tried again, soon at first
 * and then after ever longer.
 */
export const relayMessage = (dependencies: RelayMessageDependencies) => {
  const { messageLog, postpone, newOwner, log, ...deps } = dependencies;
  return queueHandler(
    {
      name: 'relay-message',
      log,
      validate: isRelayRecord,
      postpone: ({ receiptHandle, receiveCount }) => postpone(receiptHandle, retryAfterS(receiveCount)),
    },
    async ({ body, receiveCount }) => {
      if (body.kind === 'follow-up') throw new Error(`Follow-ups are not known yet: ${body.what}`);
      if (body.kind === 'receipt') {
        const effect = parseEffectId(body.effectId);
        if (effect) await deps.relay.recordDelivery(effect, toReceipt(body), deps.now());
        else log.warn('receipt for no effect', { carrierSid: body.carrierSid });
        return;
      }
      const run: RelayDependencies = {
        ...deps,
        log: { write: (plan, message) => messageLog.append([messageEntry(body, plan, message)]) },
        owner: newOwner(),
        report: reportTo(log),
      };
      const { scope, recipients } = await relay(run, toInbound(body));
      log.info('message relayed', { sid: body.messageSid, scope, recipients: recipients.length, receiveCount });
    },
  );
};
