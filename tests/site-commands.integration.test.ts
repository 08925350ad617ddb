import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HeadObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createProgram } from '@qdn/cli/program';
import { Invalidations } from '@qdn/emulator-aws/invalidations';
import { KeyValueStore, KVS_ARN, startKeyValueStoreApi } from '@qdn/emulator-aws/key-value-store';
import { startSecretsManager } from '@qdn/emulator-aws/secrets-manager';
import { startTestSqsS3 } from '@qdn/emulator-aws/testing/engines';
import { ensureSecrets } from '@qdn/local/local-secrets';

/* Tests the commands of `./qdn site` with the real build and clients, and the emulated bucket and KeyValueStore. */

const BUCKET = 'site';
let folder: string;
let storage: Awaited<ReturnType<typeof startTestSqsS3>>;
let store: KeyValueStore;
let api: Awaited<ReturnType<typeof startKeyValueStoreApi>>;
let secrets: Awaited<ReturnType<typeof startSecretsManager>>;
let forgotten: string[];
let printed: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qdn-site-'));
  storage = await startTestSqsS3({ Site: { Type: 'AWS::S3::Bucket', Properties: { BucketName: BUCKET } } });
  store = new KeyValueStore(join(folder, 'edge.json'));
  const invalidations = new Invalidations();
  invalidations.listen((paths) => forgotten.push(...paths));
  api = await startKeyValueStoreApi(0, store, invalidations);
  secrets = await startSecretsManager(0, join(folder, 'secrets.json'));
  ensureSecrets(join(folder, 'secrets.json'));
  mkdirSync(join(folder, '.local'));
  const site = {
    SiteBucketName: BUCKET,
    DistributionId: 'LOCAL',
    EdgeKvsArn: KVS_ARN,
    PublicUrl: 'http://localhost:8080',
    s3: storage.endpoint,
    keyValues: api.endpoint,
    cloudFront: api.endpoint,
    secretsManager: secrets.endpoint,
  };
  writeFileSync(join(folder, '.local', 'local.json'), JSON.stringify({ site }));
}, 60_000);
afterAll(async () => {
  await secrets.close();
  await api.close();
  await storage.close();
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  forgotten = [];
});

const qdn = async (...words: string[]): Promise<string> => {
  printed = '';
  const print = (text: string) => {
    printed += text;
  };
  await createProgram({ environment: {}, repository: folder, print, note: () => {} })
    .exitOverride()
    .configureOutput({ writeErr: () => {} })
    .parseAsync(['node', 'qdn', 'site', ...words]);
  return printed;
};
const rollout = () => JSON.parse(store.get('rollout') ?? 'null');

test('reports when nothing has been published', async () => {
  expect(await qdn('status')).toBe('No page has been published yet. Publish it with: ./qdn site deploy');
  await expect(qdn('rollback')).rejects.toThrow('no version to return to');
});

test('explains how to find a system when none is running', async () => {
  const lost = createProgram({ environment: {}, repository: join(folder, 'none'), print: () => {}, note: () => {} });
  await expect(lost.parseAsync(['node', 'qdn', 'site', 'status'])).rejects.toThrow('npm start');
});

test('the first publication serves everyone: lasting assets, the page, its keys, and one key that selects it', async () => {
  expect(await qdn('deploy')).toMatch(/^index-v2\.html {2}100 % of jobs, changed \d{4}-\d\d-\d\d \d\d:\d\d (UTC|CT)$/);
  expect(rollout()).toMatchObject({ stable: 'index-v2.html', candidate: null, previous: null });
  expect(JSON.parse(store.get('track-keys') ?? 'null')).toEqual(
    ensureSecrets(join(folder, 'secrets.json')).tokens.track,
  );
  expect(forgotten).toEqual(['/track', '/track/*', '/widget/*']);
  const { Contents = [] } = await storage.s3.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  const keys = Contents.flatMap(({ Key }) => Key ?? []);
  expect(keys).toContain('track/index-v2.html');
  const asset = keys.find((key) => key.startsWith('assets/page-'));
  const { CacheControl } = await storage.s3.send(new HeadObjectCommand({ Bucket: BUCKET, Key: asset }));
  expect(CacheControl).toContain('immutable');
}, 60_000);

test('publishing the same page again creates no version', async () => {
  const before = rollout();
  await qdn('deploy', '--percent', '10');
  expect(rollout()).toEqual(before);
}, 60_000);

test('a new page rolls out to some, more and all viewers, and back, with one write each', async () => {
  // As if the sources had changed since.
  store.put('rollout', JSON.stringify({ ...rollout(), pages: { 'index-v2.html': 'another' } }));
  expect(await qdn('deploy', '--percent', '10')).toContain(
    'index-v3.html  10 % of jobs, new; open it: http://localhost:8080/track?v=3&',
  );
  expect(rollout()).toMatchObject({ stable: 'index-v2.html', candidate: 'index-v3.html', percent: 10 });
  await qdn('rollout', '50');
  expect(rollout()).toMatchObject({ percent: 50 });
  await qdn('promote');
  expect(rollout()).toMatchObject({ stable: 'index-v3.html', candidate: null, previous: 'index-v2.html' });
  expect(await qdn('status')).toContain('./qdn site rollback returns to it');
  const etag = store.etag;
  await qdn('rollback');
  expect(rollout()).toMatchObject({ stable: 'index-v2.html', previous: 'index-v3.html' });
  expect(store.etag).not.toBe(etag);
  await expect(qdn('promote')).rejects.toThrow('no new version beside index-v2.html');
  await expect(qdn('rollout', '101')).rejects.toThrow('from 0 to 100');
}, 60_000);

test('the edge gets its keys, and drops expired entries', async () => {
  store.put('track-keys', '{}');
  store.put('revoked:gone0000', '1');
  store.put('revoked:stays000', '4102444800');
  expect(await qdn('keys')).toBe(
    'The edge has the keys of tracking links. Revoked links: 1 kept, 1 expired and removed.',
  );
  expect(store.get('revoked:gone0000')).toBeUndefined();
  expect(store.get('revoked:stays000')).toBe('4102444800');
  expect(JSON.parse(store.get('track-keys') ?? 'null')).toEqual(
    ensureSecrets(join(folder, 'secrets.json')).tokens.track,
  );
});

test('refuses a CloudFront address without a list of invalidations', async () => {
  const ask = (body: string) =>
    fetch(`${api.endpoint}/2020-05-31/distribution/LOCAL/invalidation`, { method: 'POST', body });
  expect((await ask('<InvalidationBatch/>')).status).toBe(400);
  expect((await ask('<Path>track</Path>')).status).toBe(400);
  expect((await ask('<Path>/track/*</Path>')).status).toBe(201);
  expect(forgotten).toEqual(['/track/*']);
});
