import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  type InboundMessage,
  type MessageSid,
  type RecipientId,
  type RelayDependencies,
  relayMessage,
} from '@qdn/domain';
import { aCompany, aFix, aJob, typicalTravel } from '@qdn/domain/testing';
import { createJobStore } from '../jobs-table/index.ts';
import { createLocationStore } from '../locations-table/index.ts';
import { startDynamo, type TestDynamo } from '../testing/index.ts';
import { createRelayStore } from './relay-store.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const [dana] = aJob().contacts;
if (!dana) throw new Error('The sample job has no contact');
const luis = { ...dana, id: 'luis' as RecipientId, phone: '+15125550172' as typeof dana.phone };
const job = aJob({ contacts: [dana, luis] });

let dynamo: TestDynamo;
let dependencies: Omit<RelayDependencies, 'owner'>;
let sent: string[];
beforeAll(async () => {
  dynamo = await startDynamo();
  const table = await dynamo.createTable('JobsTable');
  const locations = createLocationStore(dynamo.client, await dynamo.createTable('LocationsTable'));
  dependencies = {
    jobs: createJobStore(dynamo.client, table),
    locations,
    travel: typicalTravel,
    relay: createRelayStore(dynamo.client, table),
    log: () => {},
    carriers: [
      {
        name: 'fake',
        send: async ({ to }) => {
          sent.push(to);
          return { kind: 'accepted', carrierSid: `SM-${sent.length}` };
        },
        find: async () => [],
      },
    ],
    company: aCompany([dana]),
    mediaLink: async () => '',
    notices: { send: async () => {} },
    followUps: { schedule: async () => {} },
    random: () => 0,
    trackingLink: async () => 'https://x.example/track?job_id=a.b.c',
    now: () => NOW,
    pause: async () => {},
    report: () => {},
  };
  await createJobStore(dynamo.client, table).create(job);
  // As many as a usual tracker reports: the older reports of one that reports seldom take a read more.
  const fixes = Array.from({ length: 8 }, (_, i) => aFix({ at: NOW - (i + 1) * 60_000 }));
  for (const fix of fixes) await locations.append([fix]);
}, 60_000);
afterAll(async () => {
  await dynamo.stop();
});

const relay = async (n: number, body: string, owner = `run-${n}`) => {
  sent = [];
  const message: InboundMessage = {
    messageSid: `SM${String(n).padStart(32, '0')}` as MessageSid,
    pathJob: null,
    receivedAt: NOW + n,
    from: job.customer.phone,
    to: '+15125550142',
    body,
    optOutType: null,
    media: [],
  };
  const [calls, writes] = [dynamo.calls(), dynamo.writes()];
  await relayMessage({ ...dependencies, owner }, message, {});
  return { sent, calls: dynamo.calls() - calls, writes: dynamo.writes() - writes };
};

/*
 * Writes: the plan, the timeline, the text in the conversation, the conversation, and for each contact the desk, the claim of the text
 * and its outcome. Reads: the plan of an earlier run, the job, its newest messages for the budget, its fixes for the ETA, the
 * conversation, the desks, and the recipients' consents. The first text of a customer reads the job's customer too, and the first one to a
 * dispatcher the texts that an earlier version sent. The next line finds the job by phone, and waits for the line before it: its plan, and
 * its texts.
 */
test('the first text to two contacts takes ten writes and thirteen reads', async () => {
  expect(await relay(1, 'Running late, QDN-1042')).toEqual({ sent: [dana.phone, luis.phone], calls: 23, writes: 10 });
});

test('the next line takes eight writes and fourteen reads', async () => {
  expect(await relay(2, 'Running late')).toMatchObject({ calls: 22, writes: 8 });
});

test('a repeated webhook sends nothing and changes nothing', async () => {
  await relay(3, 'again');
  const before = await dependencies.relay.timeline(job.id);
  expect(await relay(3, 'again', 'another-run')).toEqual({ sent: [], calls: 5, writes: 2 });
  expect(await dependencies.relay.timeline(job.id)).toEqual(before);
});
