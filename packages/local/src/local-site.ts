import { bucketsOf } from '@qdn/cloudformation/resources';
import type { Template } from '@qdn/cloudformation/template';
import type { Cloud } from '@qdn/emulator-aws/cloud';
import { KVS_ARN } from '@qdn/emulator-aws/key-value-store';
import { buildSite } from '@qdn/site-publishing/build';
import { connectLocal, type LocalSite, publishSite } from '@qdn/site-publishing/deploy';

/** Returns a bucket's name. @throws Error when the template has no such bucket */
export const nameOfBucket = (template: Template, logicalId: string): string => {
  const bucket = bucketsOf(template).find((each) => each.logicalId === logicalId);
  if (!bucket) throw new Error(`No service has the bucket ${logicalId}`);
  return bucket.name;
};

/** Returns the site's addresses in the emulators, for the publishing commands. */
export const localSite = (template: Template, edgeUrl: string, endpoints: Cloud['endpoints']): LocalSite => ({
  SiteBucketName: nameOfBucket(template, 'SiteBucket'),
  DistributionId: 'LOCAL',
  EdgeKvsArn: KVS_ARN,
  PublicUrl: edgeUrl,
  s3: endpoints.s3,
  keyValues: endpoints.keyValueStore,
  cloudFront: endpoints.keyValueStore,
  secretsManager: endpoints.secretsManager,
});

/** Builds the page and publishes it as a deployment does. A rollout keeps its percentage. */
export const publishLocalSite = async (local: LocalSite, outDirectory: string): Promise<void> => {
  const site = await buildSite(outDirectory);
  const connected = connectLocal(local);
  const { candidate = null, percent = 0, pages = {} } = (await connected.to.rollout.read()) ?? {};
  const isCandidate = candidate !== null && pages[candidate] === site.hash;
  await publishSite(site, connected.to, isCandidate ? percent : 100, Date.now());
};
