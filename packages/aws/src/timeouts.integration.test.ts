import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Wire } from '@qdn/contracts';
import type { JobId, LogEntry, MessageSid } from '@qdn/domain';
import { createDocumentClient } from './clients.ts';
import { createComplianceLog, createS3Client } from './compliance-log/index.ts';
import { createInboundQueue, createSqsClient } from './inbound-queue.ts';
import { createJobStore } from './jobs-table/index.ts';
import { createKeyValueStoreClient, createRevokedLinks } from './revoked-links.ts';
import { createSecretReader, createSecretsClient } from './secrets.ts';

/** A service that accepts every request and answers none. */
let silent: Server;
const before = { ...process.env };

beforeAll(async () => {
  silent = createServer(() => {});
  await once(silent.listen(0, 'localhost'), 'listening');
  const address = silent.address();
  process.env['AWS_ENDPOINT_URL'] = `http://localhost:${typeof address === 'object' && address ? address.port : 0}`;
  process.env['AWS_REGION'] = 'us-east-1';
  process.env['AWS_ACCESS_KEY_ID'] = 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
});
afterAll(() => {
  for (const name of ['AWS_ENDPOINT_URL', 'AWS_REGION', 'AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY']) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
  silent.close();
  silent.closeAllConnections();
});

const entry: LogEntry = {
  id: 'message~1',
  type: 'message',
  at: 0,
  sid: `SM${'1'.repeat(32)}` as MessageSid,
  timelineId: 'QDN-1',
  data: {},
};
const inbound: Wire<'inboundMessage'> = {
  schema: 1,
  kind: 'message',
  via: 'twilio',
  messageSid: '',
  pathJob: null,
  receivedAt: '',
  from: '',
  to: '',
  body: '',
  media: [],
  parameters: {},
};
const isAny = (value: unknown): value is object => typeof value === 'object';
const KVS = 'arn:aws:cloudfront::000000000000:key-value-store/k';

/** Twilio gives the webhook 4 s; an API caller gets a problem before the function's timeout of 10 s would cut the connection. */
const calls: Array<[string, number, () => Promise<unknown>]> = [
  [
    'the queue',
    4000,
    () => createInboundQueue(createSqsClient(), `${process.env['AWS_ENDPOINT_URL']}/0/q`).send(inbound),
  ],
  ['a table', 9000, () => createJobStore(createDocumentClient(), 'qdn-jobs').find('QDN-1' as JobId)],
  ['a secret', 9000, () => createSecretReader(createSecretsClient()).current('qdn/tokens', isAny)],
  ['the edge', 9000, () => createRevokedLinks(createKeyValueStoreClient(), KVS).add('abcdefgh', 0)],
  ['the log', 20_000, () => createComplianceLog(createS3Client(), 'bucket', Date.now).append([entry])],
];

test.concurrent.each(calls)(
  '%s that never answers is `unavailable` within about %d ms',
  async (_, limit, call) => {
    const start = Date.now();
    await expect(call()).rejects.toMatchObject({ code: 'unavailable' });
    // Twice as long on a busy machine; without a timeout it would never end.
    expect(Date.now() - start).toBeLessThan(2 * limit);
  },
  60_000,
);
