import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const service = fileURLToPath(new URL('..', import.meta.url));
const folders: string[] = [];

type Resource = { Type: string; DeletionPolicy?: string; Properties: Record<string, unknown> };

/** Returns the CloudFormation that would be deployed; needs no credentials and no network. */
const packageWith = (...params: string[]): Record<string, Resource> => {
  const folder = mkdtempSync(join(tmpdir(), 'sms-relay-package-'));
  folders.push(folder);
  const cli = join(service, 'node_modules/serverless/bin/serverless.js');
  // Its own build folder: packaging empties it, and a running `npm start` serves from another one.
  const all = [...params, `workFolder=${join(folder, 'build')}`].flatMap((param) => ['--param', param]);
  const args = [cli, 'package', '--package', folder, ...all];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: service, encoding: 'utf8' });
  if (status !== 0) throw new Error(stdout);
  return JSON.parse(readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8')).Resources;
};
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describe('the bucket of the compliance log', () => {
  let resources: Record<string, Resource>;
  let locked: Record<string, Resource>;
  beforeAll(() => {
    resources = packageWith();
    locked = packageWith('logObjectLock=COMPLIANCE', 'logLockDays=400', 'logArchiveDays=60', 'logExpireDays=1500');
  }, 120_000);
  const bucket = () => resources['ComplianceLog'];

  test('is kept when the stack is deleted, encrypted, versioned and not public', () => {
    expect(bucket()).toMatchObject({
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: {
          ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
        },
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
      },
    });
  });

  test('keeps the log for seven years by default, and its first record permanently', () => {
    const rule = (all: Record<string, Resource>) => all['ComplianceLog']?.Properties['LifecycleConfiguration'];
    const keeping = (days: number, archived: number) => ({
      Rules: [
        { Prefix: 'messages/2', ExpirationInDays: days, Transitions: [{ TransitionInDays: archived }] },
        { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 } },
      ],
    });
    expect(rule(resources)).toMatchObject(keeping(2557, 90));
    expect(rule(locked)).toMatchObject(keeping(1500, 60));
  });

  test('is locked only by parameter', () => {
    expect(bucket()?.Properties).not.toHaveProperty('ObjectLockEnabled');
    expect(locked['ComplianceLog']?.Properties).toMatchObject({
      ObjectLockEnabled: true,
      ObjectLockConfiguration: { Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 400 } } },
    });
  });

  test('refuses every request to delete it, without TLS, or to overwrite an object', () => {
    expect(resources['ComplianceLogPolicy']).toMatchObject({
      Type: 'AWS::S3::BucketPolicy',
      Properties: {
        PolicyDocument: {
          Statement: [
            { Effect: 'Deny', Principal: '*', Action: 's3:DeleteBucket' },
            { Effect: 'Deny', Principal: '*', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
            {
              Effect: 'Deny',
              Principal: '*',
              Action: 's3:PutObject',
              Condition: { Null: { 's3:if-none-match': 'true' } },
            },
          ],
        },
      },
    });
  });

  test('is a table for Athena, with folders by the hour', () => {
    const { TableInput } = resources['LogTable']?.Properties ?? {};
    expect(TableInput).toMatchObject({
      Parameters: {
        'projection.enabled': 'true',
        'projection.hour.format': 'yyyy/MM/dd/HH',
        'storage.location.template': {
          'Fn::Join': ['', ['s3://', { Ref: 'ComplianceLog' }, '/messages/$', '{hour}/']],
        },
      },
      PartitionKeys: [{ Name: 'hour', Type: 'string' }],
    });
  });

  test('is read and added to by the worker, and by no other function', () => {
    const roles = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::IAM::Role');
    const touching = roles.filter(([, { Properties }]) => JSON.stringify(Properties).includes('"s3:'));
    expect(touching.map(([name]) => name)).toEqual(['RelayMessageRole']);
    const actions = JSON.stringify(touching).match(/"s3:[A-Z]\w+"/g);
    expect(actions?.sort()).toEqual(['"s3:GetObject"', '"s3:ListBucket"', '"s3:PutObject"']);
  });

  test.each([
    ['logObjectLock=maybe', /logObjectLock is "maybe"; use one of none, GOVERNANCE, COMPLIANCE/],
    ['logExpireDays=soon', /logExpireDays is "soon"; use a whole number of days/],
    ['logArchiveDays=3000', /logArchiveDays must be less than logExpireDays/],
  ])(
    'a wrong parameter is refused with a sentence: %s',
    (param, sentence) => {
      expect(() => packageWith(param)).toThrow(sentence);
    },
    30_000,
  );
});
