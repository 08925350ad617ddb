import { createInboundQueue, createNoticeQueue, createSqsClient } from '@qdn/aws/inbound-queue';
import { config } from '../../config.ts';
import { dependencies } from '../../dependencies.ts';
import { updateJob } from './handler.ts';

if (!config.queueUrl) throw new Error('Missing environment variables: QUEUE_URL');
const notices = createNoticeQueue(createInboundQueue(createSqsClient(), config.queueUrl));

export const handler = updateJob({ ...dependencies, notices });
