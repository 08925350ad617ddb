import { createInboundQueue, createSqsClient } from '@qdn/aws/inbound-queue';
import { createLogger } from '@qdn/lambda';
import { receiveMessageConfig } from '../../config.ts';
import { createAuthTokens } from '../../twilio-authentication.ts';
import { receiveMessage } from './handler.ts';

const config = receiveMessageConfig();

export const handler = receiveMessage({
  queue: createInboundQueue(createSqsClient(), config.QUEUE_URL),
  authTokens: createAuthTokens(config.TWILIO_ADMIN_SECRET_ID),
  publicUrl: config.PUBLIC_URL,
  now: Date.now,
  log: createLogger('sms-relay'),
});
