import { createDocumentClient } from '@qdn/aws';
import { createRelayStore } from '@qdn/aws/relay';
import { config } from '../../config.ts';
import { dependencies } from '../../dependencies.ts';
import { findConsents } from './handler.ts';

const relay = createRelayStore(createDocumentClient(), config.jobsTable);

export const handler = findConsents({ ...dependencies, relay });
