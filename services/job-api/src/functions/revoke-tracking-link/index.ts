import { createKeyValueStoreClient, createRevokedLinks } from '@qdn/aws/revoked-links';
import type { RevokedLinks } from '@qdn/domain';
import { config } from '../../config.ts';
import { dependencies } from '../../dependencies.ts';
import { revokeTrackingLink } from './handler.ts';

if (!config.edgeKvsArn) throw new Error('Missing environment variables: EDGE_KVS_ARN');
/** Without a front door there is no cache to update: only the origin refuses the link. */
const revokedLinks: RevokedLinks =
  config.edgeKvsArn === 'none'
    ? { add: async () => {} }
    : createRevokedLinks(createKeyValueStoreClient(), config.edgeKvsArn);

export const handler = revokeTrackingLink({ ...dependencies, revokedLinks });
