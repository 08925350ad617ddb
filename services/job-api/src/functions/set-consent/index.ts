import { createInboundQueue, createSqsClient } from '@qdn/aws/inbound-queue';
import { config } from '../../config.ts';
import { dependencies } from '../../dependencies.ts';
import { setConsent } from './handler.ts';

if (!config.queueUrl) throw new Error('Missing environment variables: QUEUE_URL');

export const handler = setConsent({ ...dependencies, queue: createInboundQueue(createSqsClient(), config.queueUrl) });
