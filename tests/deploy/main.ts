/*
 * Tests the life of a deployment against an emulator of AWS: deploys all services with one command, redeploys one, changes one,
 * removes all, and deploys some again over the kept resources. Real `sls deploy`, real packages, no account.
 *
 *   python tests/deploy/moto_server.py 5555 &      (pip install 'moto[server]'; .ci/run does both)
 *   node tests/deploy/main.ts http://127.0.0.1:5555
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DescribeTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { HeadBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { readCompanyFile } from '@qdn/company';
import * as routes from '@qdn/contracts/routes';
import { KeyValueStore, startKeyValueStoreApi } from '@qdn/emulator-aws/key-value-store';
import { startCarrierEmulator } from '@qdn/emulator-carriers/emulator';
import { awaitEmulator, createEmulator, REGION } from './emulator.ts';

const repository = fileURLToPath(new URL('../..', import.meta.url));
const endpoint = process.argv[2] ?? '';
if (!URL.canParse(endpoint)) {
  console.error('node tests/deploy/main.ts <endpoint of the emulator, such as http://127.0.0.1:5555>');
  process.exit(2);
}
const ACCOUNT = '123456789012';
const STAGE = 'prod';
const SERVICES = ['qdn-tracking-site', 'job-api', 'telemetry-ingest', 'sms-relay'];
const COMPANY = 'config/company.example.json';
const LOG_BUCKET = `qdn-compliance-log-${ACCOUNT}-${REGION}`;
const SITE_BUCKET = `qdn-tracking-site-${ACCOUNT}-${REGION}`;

const emulator = createEmulator(endpoint);
const settings = { endpoint, region: REGION, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const cloudFormation = new CloudFormationClient(settings);
const dynamo = new DynamoDBClient(settings);
const s3 = new S3Client({ ...settings, forcePathStyle: true });
const sqs = new SQSClient(settings);

const folder = mkdtempSync(join(tmpdir(), 'qdn-deploy-'));
const keyValues = new KeyValueStore(join(folder, 'key-values.json'));
const keyValueApi = await startKeyValueStoreApi(0, keyValues);

const admin = { accountSid: `AC${'a'.repeat(32)}`, authToken: 'the-auth-token-of-the-account' };
const sender = {
  accountSid: admin.accountSid,
  apiKeySid: `SK${'b'.repeat(32)}`,
  apiKeySecret: 'the-secret-of-the-api-key',
};
const { textNumber } = readCompanyFile({ path: join(repository, COMPANY), name: COMPANY });
const twilio = await startCarrierEmulator({
  port: 0,
  statePath: null,
  accountSid: admin.accountSid,
  authTokens: [admin.authToken],
  apiKeys: [{ sid: sender.apiKeySid, secret: sender.apiKeySecret }],
  numbers: [{ number: textNumber, name: 'Company' }],
  phones: [],
});

const loopback = new URL('./loopback-names.mjs', import.meta.url).href;
const environment = {
  ...process.env,
  AWS_ENDPOINT_URL: endpoint,
  // A company of its own: deploying the example is refused, because its numbers are fictional.
  QDN_COMPANY_FILE: COMPANY,
  AWS_ENDPOINT_URL_CLOUDFRONT_KEYVALUESTORE: keyValueApi.endpoint,
  TWILIO_API_URL: twilio.url,
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: REGION,
  NODE_OPTIONS: `--import ${loopback}`,
  // The emulator finishes at once, so the polling interval of five seconds for AWS would only delay the test.
  SLS_AWS_MONITORING_FREQUENCY: '200',
};

/** Runs a command as a user would type it. @returns its output and exit code */
const attempt = async (
  cwd: string,
  command: string,
  ...args: string[]
): Promise<{ printed: string; code: number | null }> => {
  const started = Date.now();
  const child = spawn(command, args, {
    cwd: join(repository, cwd),
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (printed += text));
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  );
  console.log(`  ${cwd}: ${command} ${args.join(' ')} (${Math.round((Date.now() - started) / 1000)} s)`);
  return { printed, code };
};

/** @returns its output @throws Error with the output when it fails */
const run = async (cwd: string, command: string, ...args: string[]): Promise<string> => {
  const { printed, code } = await attempt(cwd, command, ...args);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} in ${cwd} ended with ${code}:\n${printed}`);
  return printed;
};
const qdn = (...args: string[]) => attempt('.', process.execPath, 'scripts/qdn.mjs', 'cli', ...args, '--stage', STAGE);

/** Returns the failed checks of `./qdn doctor`. */
const complaints = async (): Promise<string[]> => {
  const { printed, code } = await qdn('doctor', '--json');
  const findings: unknown = JSON.parse(printed.slice(printed.indexOf('[\n'), printed.lastIndexOf(']') + 1));
  assert(Array.isArray(findings), printed);
  const wrong = findings.filter((one) => textAt(one, 'state') === 'bad').map((one) => textAt(one, 'what'));
  assert.equal(code, wrong.length > 0 ? 1 : 0);
  return wrong;
};

const listAt = (value: unknown, name: string): unknown[] => {
  const list: unknown = Object(value)[name];
  assert(Array.isArray(list), `${name} is a list`);
  return list;
};
const textAt = (value: unknown, name: string): string => String(Object(value)[name]);

const stacks = async (): Promise<Record<string, string>> => {
  const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({}));
  return Object.fromEntries(Stacks.map(({ StackName, StackStatus }) => [StackName, StackStatus]));
};
const outputs = async (stack: string): Promise<Record<string, string>> => {
  const { Stacks } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
  return Object.fromEntries((Stacks?.[0]?.Outputs ?? []).map((one) => [one.OutputKey ?? '', one.OutputValue ?? '']));
};
const functions = async () => listAt(await emulator.rest('lambda', '/2015-03-31/functions/'), 'Functions');
const variablesOf = async (name: string): Promise<Record<string, string>> => {
  const found = (await functions()).find((one) => textAt(one, 'FunctionName') === name);
  assert(found, `${name} is deployed`);
  return Object(Object(found).Environment).Variables;
};
const routesOf = async (apiId: string) =>
  listAt(await emulator.rest('apigateway', `/v2/apis/${apiId}/routes`), 'items');

const day = async (title: string, check: () => Promise<void>): Promise<void> => {
  console.log(title);
  await check();
};

const KEY = { pk: { S: 'JOB#QDN-1' }, sk: { S: 'JOB' } };
const LOGGED = 'messages/begin.ndjson';

await awaitEmulator(endpoint);
try {
  await day('The first evening: all of it with one command', async () => {
    const pair = { current: { kid: 'k1', key: Buffer.alloc(32, 7).toString('base64url') } };
    const SecretString = JSON.stringify({ track: pair, device: pair, operator: pair });
    await emulator.json('secretsmanager', 'secretsmanager.CreateSecret', { Name: 'qdn/tokens', SecretString });

    const before = (await complaints()).join('\n');
    assert.match(before, /qdn-tracking-site-prod is not deployed/);
    assert.match(before, /The secret qdn\/twilio-admin does not exist/);
    for (const [Name, value] of Object.entries({ 'qdn/twilio-admin': admin, 'qdn/twilio-sender': sender }))
      await emulator.json('secretsmanager', 'secretsmanager.CreateSecret', {
        Name,
        SecretString: JSON.stringify(value),
      });

    await run('.', 'npm', 'run', '-s', 'deploy', '--', '--stage', STAGE);
    const deployed = await stacks();
    assert.deepEqual(Object.keys(deployed).sort(), SERVICES.map((service) => `${service}-${STAGE}`).sort());
    for (const status of Object.values(deployed)) assert.match(status, /^(CREATE|UPDATE)_COMPLETE$/);
  });

  const site = await outputs(`qdn-tracking-site-${STAGE}`);

  await day('The data: two tables and a bucket, protected against deletion', async () => {
    for (const [TableName, indexes] of [
      ['qdn-jobs', ['by-attention', 'by-phone', 'by-recipient', 'by-status', 'by-trailer']],
      ['qdn-job-locations', []],
    ] as const) {
      const { Table } = await dynamo.send(new DescribeTableCommand({ TableName }));
      assert.equal(Table?.DeletionProtectionEnabled, true);
      assert.equal(Table?.BillingModeSummary?.BillingMode, 'PAY_PER_REQUEST');
      assert.deepEqual((Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName }) => IndexName).sort(), indexes);
    }
    await s3.send(new HeadBucketCommand({ Bucket: LOG_BUCKET }));
  });

  await day('Functions, each with a role, a log with a retention, and its settings', async () => {
    const all = await functions();
    const listed = globSync('services/*/serverless.yml', { cwd: repository })
      .map((file) => readFileSync(join(repository, file), 'utf8').match(/^ *handler:/gm)?.length ?? 0)
      .reduce((sum, count) => sum + count);
    const configured = listed + new Set(Object.values(routes).map((route) => route.function)).size;
    assert.equal(all.length, configured);
    for (const one of all) {
      assert.equal(textAt(one, 'Runtime'), 'nodejs24.x');
      assert.match(textAt(one, 'Role'), /:role\//);
    }
    assert.equal(new Set(all.map((one) => textAt(one, 'Role'))).size, all.length);
    const groups = listAt(await emulator.json('logs', 'Logs_20140328.DescribeLogGroups', {}), 'logGroups');
    const kept = new Map(groups.map((group) => [textAt(group, 'logGroupName'), Object(group).retentionInDays]));
    for (const one of all) assert(kept.get(`/aws/lambda/${textAt(one, 'FunctionName')}`) > 0);
    assert(kept.get(`/aws/cloudfront/function/qdn-tracking-site-${STAGE}-viewer-request`) > 0);

    // Read from the front door's stack, without a param.
    assert.equal((await variablesOf(`job-api-${STAGE}-create-job`))['PUBLIC_URL'], site['PublicUrl']);
    assert.equal((await variablesOf(`sms-relay-${STAGE}-relay-message`))['PUBLIC_URL'], site['PublicUrl']);
    assert.equal((await variablesOf(`job-api-${STAGE}-revoke-tracking-link`))['EDGE_KVS_ARN'], site['EdgeKvsArn']);
  });

  await day('The queues, their dead-letter queues, and who is called with what is in them', async () => {
    const attributes = async (QueueName: string) => {
      const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName }));
      return (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};
    };
    for (const name of ['qdn-inbound-messages', 'qdn-unverified-messages']) {
      assert.match((await attributes(name))['RedrivePolicy'] ?? '', new RegExp(`:${name}-dlq"`));
      assert.equal((await attributes(`${name}-dlq`))['MessageRetentionPeriod'], '1209600');
    }
    assert.match((await attributes('qdn-inbound-messages'))['Policy'] ?? '', /events\.amazonaws\.com/);
    const mappings = listAt(await emulator.rest('lambda', '/2015-03-31/event-source-mappings/'), 'EventSourceMappings');
    assert.deepEqual(
      mappings
        .map(
          (one) => `${textAt(one, 'EventSourceArn').split(':').at(-1)} → ${textAt(one, 'FunctionArn').split(':')[6]}`,
        )
        .sort(),
      [
        `qdn-inbound-messages → sms-relay-${STAGE}-relay-message`,
        `qdn-unverified-messages → sms-relay-${STAGE}-admit-message`,
      ],
    );
  });

  await day('One HTTP API, with a function behind every route', async () => {
    const apis = listAt(await emulator.rest('apigateway', '/v2/apis'), 'items');
    assert.deepEqual(
      apis.map((api) => textAt(api, 'apiId')),
      [site['HttpApiId']],
    );
    const names = new Set((await functions()).map((one) => textAt(one, 'FunctionArn')));
    const integrations = listAt(
      await emulator.rest('apigateway', `/v2/apis/${site['HttpApiId']}/integrations`),
      'items',
    );
    const behind = new Map(
      integrations.map((one) => [`integrations/${textAt(one, 'integrationId')}`, textAt(one, 'integrationUri')]),
    );
    const routes = await routesOf(site['HttpApiId'] ?? '');
    assert(routes.length >= 28, `${routes.length} routes`);
    for (const one of routes) assert(names.has(behind.get(textAt(one, 'target')) ?? ''), textAt(one, 'routeKey'));
  });

  await day('The site: uploaded, rolled out, and its keys at the edge', async () => {
    const { stable } = JSON.parse(keyValues.get('rollout') ?? '{}');
    await s3.send(new HeadObjectCommand({ Bucket: SITE_BUCKET, Key: `track/${stable}` }));
    assert.equal(JSON.parse(keyValues.get('track-keys') ?? '{}').current.kid, 'k1');
    assert.equal(site['PublicUrl'], `https://${site['DistributionDomain']}`);
  });

  await day('The owner’s command line: what is left to do, the number, the page, an operator’s token', async () => {
    // Limits of the emulator: the site does not answer, no mailbox exists, and point-in-time recovery in a template is ignored.
    const beyond = (what: string) =>
      /^The site could not|^Alarms have no email address$|has no point-in-time recovery$/.test(what);
    assert.deepEqual(
      (await complaints()).filter((what) => !beyond(what)),
      [
        `Texts to ${textNumber} do not arrive here: "A message comes in", "Primary handler fails" at Twilio`,
        `Calls to ${textNumber} do not ring the contacts on call: "A call comes in", "Primary handler of calls fails", "Call status changes" at Twilio`,
      ],
    );
    const configured = await qdn('twilio', 'configure', '--yes');
    assert.match(configured.printed, /arrive here now/);
    assert(configured.printed.includes(`${site['PublicUrl']}/api/jobs/inbound/messages#rc=3`), configured.printed);
    assert.deepEqual(
      (await complaints()).filter((what) => !beyond(what)),
      [],
    );

    assert.match((await qdn('site', 'status')).printed, /100 % of jobs/);
    assert.match((await qdn('token', 'device', 'T1')).printed, /^[\w-]+\.[\w-]+\.[\w-]+$/m);
    assert.match((await qdn('log', 'verify')).printed, /log/i);
    const elsewhere = await attempt('.', process.execPath, 'scripts/qdn.mjs', 'cli', 'jobs', '--stage', 'test');
    assert.match(elsewhere.printed, /The stack qdn-tracking-site-test/);
  });

  await day('The next morning: one service again, alone; nothing to do', async () => {
    const printed = await run('services/sms-relay', 'sls', 'deploy', '--stage', STAGE);
    assert.match(printed, /No changes to deploy/);
  });

  await day('A change: an update of that one stack, behind the same front door', async () => {
    const url = 'https://twilio.example';
    await run('services/sms-relay', 'sls', 'deploy', '--stage', STAGE, '--param', `twilioApiUrl=${url}`);
    const carriers = (await variablesOf(`sms-relay-${STAGE}-relay-message`))['CARRIERS'] ?? '[]';
    assert.deepEqual(JSON.parse(carriers), [{ name: 'twilio', apiUrl: url }]);
    assert.equal((await stacks())[`sms-relay-${STAGE}`], 'UPDATE_COMPLETE');
    const keys = (await routesOf(site['HttpApiId'] ?? '')).map((one) => textAt(one, 'routeKey'));
    assert(keys.includes('POST /api/jobs/{job_id}/messages'));
    assert.equal(new Set(keys).size, keys.length);
  });

  await day('Remove: the stacks go, tables and log stay with what is in them', async () => {
    await dynamo.send(new PutItemCommand({ TableName: 'qdn-jobs', Item: { ...KEY, note: { S: 'kept' } } }));
    await s3.send(new PutObjectCommand({ Bucket: LOG_BUCKET, Key: LOGGED, Body: '{}\n' }));
    await run('.', 'npm', 'run', '-s', 'remove', '--', '--stage', STAGE);
    assert.deepEqual(await stacks(), {});
    assert.deepEqual(await functions(), []);
    const { Item } = await dynamo.send(new GetItemCommand({ TableName: 'qdn-jobs', Key: KEY }));
    assert.equal(Item?.['note']?.S, 'kept');
    await s3.send(new HeadObjectCommand({ Bucket: LOG_BUCKET, Key: LOGGED }));
    await assert.rejects(
      s3.send(new HeadBucketCommand({ Bucket: SITE_BUCKET })),
      'the site, which is built again, is gone',
    );
  });

  await day(
    'Deployed again, each alone: over what was kept, and without a front door on an HTTP API of its own',
    async () => {
      const again = ['job-api', 'sms-relay'];
      await Promise.all(again.map((service) => run(`services/${service}`, 'sls', 'deploy', '--stage', STAGE)));
      for (const service of again) assert.match((await stacks())[`${service}-${STAGE}`] ?? '', /_COMPLETE$/);
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: 'qdn-jobs', Key: KEY }));
      assert.equal(Item?.['note']?.S, 'kept');
      await s3.send(new HeadObjectCommand({ Bucket: LOG_BUCKET, Key: LOGGED }));
      assert.equal(listAt(await emulator.rest('apigateway', '/v2/apis'), 'items').length, 2);
      assert.match((await variablesOf(`job-api-${STAGE}-create-job`))['PUBLIC_URL'] ?? '', /execute-api/);

      // After the front door, a redeployed service is behind it again.
      await run('services/tracking-site', 'sls', 'deploy', '--stage', STAGE);
      const { HttpApiId, PublicUrl } = await outputs(`qdn-tracking-site-${STAGE}`);
      await run('services/job-api', 'sls', 'deploy', '--stage', STAGE);
      assert.equal((await variablesOf(`job-api-${STAGE}-create-job`))['PUBLIC_URL'], PublicUrl);
      assert((await routesOf(HttpApiId ?? '')).some((one) => textAt(one, 'routeKey') === 'GET /api/jobs/{job_id}'));
    },
  );
  console.log('Deployed, updated, removed and deployed again.');
} finally {
  await keyValueApi.close();
  await twilio.close();
  rmSync(folder, { recursive: true });
}
