import { createDocumentClient } from '@qdn/aws';
import { createAttentionJobs } from '@qdn/aws/jobs-table';
import { createRelayStore } from '@qdn/aws/relay';
import { config } from '../../config.ts';
import { dependencies } from '../../dependencies.ts';
import { getAttention } from './handler.ts';

const client = createDocumentClient();
const relay = createRelayStore(client, config.jobsTable);
const attentionJobs = createAttentionJobs(client, config.jobsTable);

export const handler = getAttention({ ...dependencies, relay, attentionJobs });
