import { createKeyValueStoreClient, createRevokedLinks } from '@qdn/aws/revoked-links';
import { config } from '../../config.ts';
import { dependencies } from '../../dependencies.ts';
import { revokeTrackingLink } from './handler.ts';

if (!config.edgeKvsArn) throw new Error('Missing environment variables: EDGE_KVS_ARN');
const revokedLinks = createRevokedLinks(createKeyValueStoreClient(), config.edgeKvsArn);

export const handler = revokeTrackingLink({ ...dependencies, revokedLinks });
