import {
  CloudFrontKeyValueStoreClient,
  DescribeKeyValueStoreCommand,
  PutKeyCommand,
} from '@aws-sdk/client-cloudfront-keyvaluestore';
// Registers SigV4a, which the KeyValueStore's API asks for.
import '@aws-sdk/signature-v4a';
import { unavailable } from './failures.ts';

/** Where the edge learns of revoked links: until then they would live on in other viewers' cached answers (ADR 6). */
export type RevokedLinks = { add(linkId: string, expiresAt: number): Promise<void> };

export const createKeyValueStoreClient = (): CloudFrontKeyValueStoreClient =>
  new CloudFrontKeyValueStoreClient({ maxAttempts: 4 });

/** Revoked links in a CloudFront KeyValueStore: `revoked:<linkId>` → when the link would have expired, epoch s. */
export const createRevokedLinks = (client: CloudFrontKeyValueStoreClient, kvsArn: string): RevokedLinks => ({
  add: async (linkId, expiresAt) => {
    try {
      const { ETag } = await client.send(new DescribeKeyValueStoreCommand({ KvsARN: kvsArn }));
      await client.send(
        new PutKeyCommand({
          KvsARN: kvsArn,
          Key: `revoked:${linkId}`,
          Value: String(Math.floor(expiresAt / 1000)),
          IfMatch: ETag,
        }),
      );
    } catch (error) {
      throw unavailable('The edge', error);
    }
  },
});
