import { createDocumentClient } from '@qdn/aws';
import { createRelayStore } from '@qdn/aws/relay';
import { config } from '../../config.ts';
import { dependencies } from '../../dependencies.ts';
import { listConversations } from './handler.ts';

export const handler = listConversations({
  ...dependencies,
  relay: createRelayStore(createDocumentClient(), config.jobsTable),
});
