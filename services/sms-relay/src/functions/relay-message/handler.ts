import type { Wire } from '@qdn/contracts';
import { validate as isInboundMessage } from '@qdn/contracts/validators/inboundMessage';
import {
  type InboundMessage,
  parseJobId,
  parseMessageSid,
  type RelayDependencies,
  relayMessage as relay,
} from '@qdn/domain';
import { type Logger, queueHandler } from '@qdn/lambda';

export type RelayMessageDependencies = { relayDependencies: () => Promise<RelayDependencies>; log: Logger };

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

/** The worker behind the queue: relays each message of a batch; what is not settled comes back and is tried again. */
export const relayMessage = ({ relayDependencies, log }: RelayMessageDependencies) =>
  queueHandler({ name: 'relay-message', log, validate: isInboundMessage }, async ({ body, receiveCount }) => {
    await relay(await relayDependencies(), toInbound(body));
    log.info('message relayed', { sid: body.messageSid, receiveCount });
  });
