import type { Wire } from '@qdn/contracts';
import {
  channelOf,
  DELIVERY_STATES,
  decideConsent,
  followUp,
  giveAlert,
  giveMissedCall,
  giveNotice,
  giveUnansweredCall,
  type InboundMessage,
  parseOutboundMessageId,
  type RelayDependencies,
  type RelayPolicy,
  recordReceipt,
  relayMessage,
  sweep,
  withoutCarriersKeywords,
  withWordsOfTheTrade,
} from '@qdn/domain';
import type { Logger } from '@qdn/lambda';
import type { OwnRecord } from '../../queue-record.ts';
import { sidOf, toAlert, toFollowUp, toInbound, toNotice } from './record-words.ts';

const runReceipt = async (run: RelayDependencies, record: Wire<'deliveryReceipt'>, log: Logger): Promise<void> => {
  const key = parseOutboundMessageId(record.outboundMessageId);
  const { carrierSid, status, errorCode, errorClass } = record;
  if (!key) {
    // The receipt of a message that another program sent.
    log.warn('RECEIPT_UNMATCHED', { carrierSid });
    return;
  }
  const delivery = DELIVERY_STATES.find((state) => state === status) ?? null;
  await recordReceipt(run, key, { carrierSid, delivery, errorCode, errorClass }, Date.parse(record.receivedAt));
  log.info('RECEIPT_RECORDED', { sid: key.messageSid, carrierSid, status, errorCode });
};

const runCall = async (run: RelayDependencies, record: Wire<'callRecord'>): Promise<void> => {
  const { what, callSid, from, to, at } = record;
  if (what === 'missed') await giveMissedCall(run, { callSid, from, to, at: Date.parse(at) });
  else await giveUnansweredCall(run, sidOf(record.messageSid ?? ''));
};

/** Returns a message with only those keywords that its carrier obeys: none on WhatsApp. */
const keywordsAsObeyed = (message: InboundMessage, { advancedOptOut }: RelayPolicy): InboundMessage => {
  if (channelOf(message.from) === 'whatsapp') return withoutCarriersKeywords(message);
  return advancedOptOut ? withWordsOfTheTrade(message) : message;
};

/**
 * Runs the use case for a record of the queue, by its kind.
 * @throws RelayIncomplete while a text that is due is neither accepted nor rejected; errors of the stores
 */
export const runRecord = async (
  run: RelayDependencies,
  record: OwnRecord,
  receiveCount: number,
  log: Logger,
): Promise<void> => {
  switch (record.kind) {
    case 'message': {
      const received = toInbound(record);
      const message = keywordsAsObeyed(received, run.company.policy);
      const { timelineId, kind, recipients } = await relayMessage(run, message, record);
      const fields = { sid: record.messageSid, timelineId, kind, recipients: recipients.length, receiveCount };
      log.info('MESSAGE_RELAYED', fields);
      break;
    }
    case 'receipt':
      await runReceipt(run, record, log);
      break;
    case 'follow-up':
      await followUp(run, toFollowUp(record));
      log.info('FOLLOW_UP_DONE', { sid: record.messageSid, what: record.what });
      break;
    case 'notice':
      await giveNotice(run, toNotice(record));
      log.info('NOTICE_HANDLED', { timelineId: record.jobId, what: record.what });
      break;
    case 'alert':
      await giveAlert(run, toAlert(record));
      log.info('ALERT_HANDLED', { trailerId: record.trailerId, what: record.what });
      break;
    case 'call':
      await runCall(run, record);
      log.info('CALL_HANDLED', { callSid: record.callSid, what: record.what });
      break;
    case 'consent': {
      const { schema: _, kind: __, at, ...decision } = record;
      const { isStopped } = decision;
      await decideConsent(run, { ...decision, at: Date.parse(at) });
      log.info('CONSENT_DECIDED', { isStopped });
      break;
    }
    case 'sweep':
      await sweep(run);
  }
};
