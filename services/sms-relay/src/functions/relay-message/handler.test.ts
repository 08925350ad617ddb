import { expect, test } from '@jest/globals';
import type { RelayDependencies } from '@qdn/domain';
import { aJob, memoryJobs, memoryLocations, memoryRelay } from '@qdn/domain/testing';
import { recordingLogger, sqsEvent } from '@qdn/lambda/testing';
import { relayMessage } from './handler.ts';

const record = (n: number, body: string) => ({
  schema: 1,
  messageSid: `SM${String(n).padStart(32, '0')}`,
  pathJob: null,
  receivedAt: '2026-11-23T15:00:00.000Z',
  from: '+15125550111',
  to: '+15125550142',
  body,
  optOutType: null,
  media: [],
  parameters: {},
});

test('of a batch, what is relayed is done, and what is not comes back alone', async () => {
  const jobs = memoryJobs();
  await jobs.create(aJob());
  const relay = memoryRelay();
  const dependencies: RelayDependencies = {
    jobs,
    relay,
    locations: memoryLocations(),
    log: { write: async () => {} },
    carrier: {
      name: 'fake',
      send: async ({ body }) =>
        body.includes('second') ? { kind: 'not-processed', detail: '429' } : { kind: 'accepted', carrierSid: 'SMx' },
      find: async () => [],
    },
    company: { name: 'Q', textNumber: '+15125550142', timeZone: 'UTC', contacts: [] },
    trackingLink: async () => 'https://x.example/track?job_id=a.b.c',
    statusCallback: (id) => `https://x.example/${id}`,
    now: () => Date.UTC(2026, 10, 23, 15),
    owner: 'test',
  };
  const log = recordingLogger();
  const handler = relayMessage({ relayDependencies: async () => dependencies, log });
  const response = await handler(
    sqsEvent([record(1, 'first'), record(2, 'second'), { schema: 2 }, record(4, 'fourth')]),
  );
  expect(response.batchItemFailures).toEqual([{ itemIdentifier: 'message-1' }, { itemIdentifier: 'message-2' }]);
  const states = (await relay.timeline('QDN-1042')).map(({ message, effects }) => [message.body, effects[0]?.state]);
  expect(states).toEqual([
    ['first', 'ACCEPTED'],
    ['second', 'PENDING'],
    ['fourth', 'ACCEPTED'],
  ]);
  expect(log.lines.join()).not.toMatch(/5550111|first/);
});
