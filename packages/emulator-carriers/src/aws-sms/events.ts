import type { Report, StoredMessage } from '../phones/memory.ts';

/** AWS's status of a delivery error, by Twilio's error code, which the emulator stores. */
const FAILURES: Readonly<Record<number, { status: string; description: string }>> = {
  30003: { status: 'UNREACHABLE', description: 'Phone is currently unreachable/unavailable' },
  30005: { status: 'INVALID', description: 'Invalid phone number' },
  30007: { status: 'CARRIER_BLOCKED', description: 'Blocked as spam by phone carrier' },
  30008: { status: 'CARRIER_UNREACHABLE', description: 'Phone carrier is currently unreachable/unavailable' },
  30001: { status: 'TTL_EXPIRED', description: 'Message could not be handed off in time' },
};
const PROGRESS: Readonly<Record<string, { status: string; description: string }>> = {
  queued: { status: 'QUEUED', description: 'Message has been queued' },
  sent: { status: 'SENT', description: 'Message has been sent to phone carrier' },
  delivered: { status: 'DELIVERED', description: 'Message has been accepted by phone' },
};
const UNKNOWN = { status: 'UNKNOWN', description: 'Unknown error' };

/**
 * Returns a delivery event as AWS publishes it.
 * https://docs.aws.amazon.com/sms-voice/latest/userguide/configuration-sets-event-format.html
 */
export const deliveryEvent = (message: StoredMessage, { status, errorCode, at }: Report): object => {
  const told = errorCode === null ? PROGRESS[status] : FAILURES[errorCode];
  const { status: messageStatus, description } = told ?? UNKNOWN;
  return {
    eventType: `TEXT_${messageStatus}`,
    eventVersion: '1.0',
    eventTimestamp: at,
    isFinal: status !== 'queued' && status !== 'sent',
    originationPhoneNumber: message.from,
    destinationPhoneNumber: message.to,
    isoCountryCode: 'US',
    isInternationalSend: false,
    carrierName: 'Emulator',
    messageId: message.sid,
    messageRequestTimestamp: message.createdAt,
    messageEncoding: /^[\0-~]*$/.test(message.body) ? 'GSM' : 'UNICODE',
    messageType: 'TRANSACTIONAL',
    messageStatus,
    messageStatusDescription: description,
    ...(message.context ? { context: message.context } : {}),
    totalMessageParts: message.segments,
    totalMessagePrice: 0.00581 * message.segments,
    totalCarrierFee: 0.003 * message.segments,
  };
};

/** Returns a text to the number, as AWS publishes it. https://docs.aws.amazon.com/sms-voice/latest/userguide/two-way-sms-payload.html */
export const inboundEvent = (message: StoredMessage, previous: StoredMessage | undefined): object => ({
  originationNumber: message.from,
  destinationNumber: message.to,
  messageKeyword: 'KEYWORD_000000000000',
  messageBody: message.body,
  inboundMessageId: message.sid,
  ...(previous ? { previousPublishedMessageId: previous.sid } : {}),
});
