import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';
import {
  CloudFrontKeyValueStoreClient,
  ConflictException,
  DescribeKeyValueStoreCommand,
  PutKeyCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
// Registers SigV4a, which the KeyValueStore's API requires.
import '@aws-sdk/signature-v4a';
import type { RevokedLinks } from '@qdn/domain';
import { retry } from '@qdn/retry';
import { unavailable } from './failures.ts';
import { timeouts } from './timeouts.ts';

/**
 * The client puts the account before the endpoint's host, also before an emulator's: `000000000000.localhost`. Such names are loopback
 * (RFC 6761, 6.3), but Node asks DNS for them, which does not know them. This does not affect HTTPS, and so not AWS.
 */
const lookupLoopback: LookupFunction = (host, options, callback) =>
  lookup(host.endsWith('.localhost') ? 'localhost' : host, options, callback);

export const createKeyValueStoreClient = (): CloudFrontKeyValueStoreClient =>
  new CloudFrontKeyValueStoreClient({
    maxAttempts: 3,
    requestHandler: { ...timeouts(1000, 2000), httpAgent: { lookup: lookupLoopback } },
  });

/** Maximum attempts of one write. Each write changes the store's ETag, so the slower of two concurrent ones reads it again. */
const MAX_WRITE_ATTEMPTS = 5;

/**
 * Revoked links in a CloudFront KeyValueStore: `revoked:<linkId>` → when the link would have expired, epoch s.
 * @see https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_kvs_PutKey.html
 */
export const createRevokedLinks = (client: CloudFrontKeyValueStoreClient, kvsArn: string): RevokedLinks => {
  const put = async (Key: string, Value: string): Promise<void> => {
    const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: kvsArn }));
    await client.send(new PutKeyCommand({ KvsARN: kvsArn, Key, Value, IfMatch: ETag }));
  };
  return {
    add: async (linkId, expiresAt) => {
      try {
        await retry(() => put(`revoked:${linkId}`, String(Math.floor(expiresAt / 1000))), {
          maxAttempts: MAX_WRITE_ATTEMPTS,
          isTransient: (error) => error instanceof ConflictException,
        });
      } catch (error) {
        throw unavailable('The edge', error);
      }
    },
  };
};
