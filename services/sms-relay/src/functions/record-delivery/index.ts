import { createDocumentClient } from '@qdn/aws';
import { createRelayStore } from '@qdn/aws/relay';
import { createLogger } from '@qdn/lambda';
import { recordDeliveryConfig } from '../../config.ts';
import { createAuthTokens } from '../../twilio-authentication.ts';
import { recordDelivery } from './handler.ts';

const config = recordDeliveryConfig();

export const handler = recordDelivery({
  relay: createRelayStore(createDocumentClient(), config.JOBS_TABLE),
  authTokens: createAuthTokens(config.TWILIO_ADMIN_SECRET_ID),
  publicUrl: config.PUBLIC_URL,
  now: Date.now,
  log: createLogger('sms-relay'),
});
