import { describe, expect, test } from '@jest/globals';
import { storedJob, storedOutboundMessage, storedPlan, storedQuarantine, storedReport } from '@qdn/contracts/stored';
import {
  type MessageSid,
  opened,
  type Quarantined,
  type RecipientId,
  type RelayPlan,
  type TrailerId,
} from '@qdn/domain';
import { aFix, aJob } from '@qdn/domain/testing';
import { runs } from '@qdn/test-support/runs';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { fromItem, toItem } from './jobs-table/job-item.ts';
import { messageKey, outboundMessageKey } from './jobs-table/keys.ts';
import { fixesOf, quarantineOf, toReportItem } from './locations-table/location-items.ts';
import { timelineOf, toOutboundMessage, toPlan, toRecent } from './relay/relay-items.ts';

const job = aJob({
  history: [
    { status: 'scheduled', at: 1, by: 'operator', reason: 'created' },
    { status: 'in_transit', at: 2, by: 'fixes', reason: 'set out', stop: 0 },
  ],
  notices: [{ what: 'on-the-way', stop: 0, at: 3, promised: null }],
});

/** Returns the value with one place replaced, removed or added. */
const broken = (value: object, at: number, by: unknown): unknown => {
  const root = structuredClone(value);
  const changes: Array<() => void> = [];
  const visit = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    for (const key of Object.keys(part)) {
      changes.push(
        () => Reflect.set(part, key, by),
        () => (Array.isArray(part) ? part.splice(Number(key), 1) : Reflect.deleteProperty(part, key)),
      );
      visit(Reflect.get(part, key));
    }
    if (!Array.isArray(part)) changes.push(() => Reflect.set(part, 'extra', by));
  };
  visit(root);
  changes[at % changes.length]?.();
  return root;
};

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<unknown>('', 'QDN-1', '+15125550111', 'delivery', 'completed', -1, 0.5, [], {}, null, true),
);

describe('a stored item', () => {
  const ajv = new Ajv2020({ useDefaults: true, removeAdditional: true, allowUnionTypes: true });
  const reference = ajv.compile(storedJob);

  test('is read as written, without the keys of the table', () => {
    expect(fromItem(toItem(job))).toEqual(job);
  });

  test('is accepted and read like ajv does, after any change', () => {
    fc.assert(
      fc.property(fc.nat(400), odd, (at, by) => {
        const [mine, theirs] = [broken(toItem(job), at, by), broken(toItem(job), at, by)];
        if (reference(theirs)) expect(fromItem(mine)).toEqual(theirs);
        else expect(() => fromItem(mine)).toThrow('An item of qdn-jobs is not a job: ');
      }),
      { numRuns: runs(600) },
    );
  });

  test.each([
    ['status', { status: 'lost' }],
    ['customer.phone', { customer: { name: 'Maria', phone: '555' } }],
    ['customer.name', { customer: { phone: '+15125550111' } }],
    ['trailers.0', { trailers: [7] }],
    ['version', { version: undefined }],
  ])('names the wrong attribute: %s', (attribute, change) => {
    expect(() => fromItem({ ...toItem(job), ...change })).toThrow(`An item of qdn-jobs is not a job: ${attribute}`);
  });
});

describe('an item of locations', () => {
  const quarantined: Quarantined[] = [
    { reason: 'duplicate', count: 2, last: null },
    { reason: 'jump', count: 1, last: { at: 1, lat: 30, lon: -97 } },
  ];
  const fixes = [aFix({ at: 1000 }), aFix({ at: 2000, battery: { percent: 81, charging: null } })];
  const item = { ...toReportItem('T1' as TrailerId, fixes, quarantined) };
  // Rows are written as draft 7 does, as json-schema-to-ts reads them.
  const ajv = new Ajv({ useDefaults: true, removeAdditional: true, allowUnionTypes: true });
  const [isReport, isQuarantine] = [ajv.compile(storedReport), ajv.compile(storedQuarantine)];

  test('is accepted like ajv does, after any change', () => {
    fc.assert(
      fc.property(fc.nat(400), odd, (at, by) => {
        const changed = broken(item, at, by) as Record<string, unknown>;
        // ajv does not know that the trailer is in the key.
        const hasKey = /^(TRAILER#)?[A-Za-z0-9_-]{1,32}$/.test(String(Reflect.get(changed, 'pk')));
        if (isReport({ ...changed }) && hasKey) fixesOf(changed);
        else expect(() => fixesOf(changed)).toThrow('An item of qdn-job-locations holds no fixes: ');
        if (isQuarantine({ ...changed })) quarantineOf(changed);
        else expect(() => quarantineOf(changed)).toThrow('An item of qdn-job-locations holds no quarantine: ');
      }),
      { numRuns: runs(600) },
    );
  });

  test.each([
    ['pk', { pk: 'TRAILER#no name' }],
    ['f', { f: 'none' }],
    ['f.0.2', { f: [[1, 2]] }],
    ['f.0.6', { f: [[1, 2, 3, 4, 5, 6, 7]] }],
    [
      'f.1.3',
      {
        f: [
          [1, 2, 3, null, null, null],
          [1, 2, 3, '4', null, null],
        ],
      },
    ],
    ['b.1', { b: [81, 'yes'] }],
  ])('names the wrong attribute of a report: %s', (attribute, change) => {
    const message = `An item of qdn-job-locations holds no fixes: ${attribute}`;
    expect(() => fixesOf({ ...item, ...change })).toThrow(new Error(message));
  });

  test.each([
    ['q', { q: {} }],
    [
      'q.1',
      {
        q: [
          ['jump', 1],
          ['jump', 1, 2, 3],
        ],
      },
    ],
  ])('names the wrong attribute of a quarantine: %s', (attribute, change) => {
    const message = `An item of qdn-job-locations holds no quarantine: ${attribute}`;
    expect(() => quarantineOf({ ...item, ...change })).toThrow(new Error(message));
  });
});

describe('an item of the relay', () => {
  const messageSid = `SM${'a'.repeat(32)}` as MessageSid;
  const recipient = 'dana' as RecipientId;
  const plan: RelayPlan = {
    kind: 'team',
    timelineId: 'QDN-1042',
    sender: 'customer',
    from: '+15125550111',
    receivedAt: 1,
    begunAt: 2,
    recipients: [{ recipient, to: '+15125550171', notBefore: 2 }],
    body: 'Running late',
    acknowledges: [messageSid],
    notice: null,
    bounce: { recipient, to: '+15125550171' },
    heldUntil: null,
    answeredBy: null,
  };
  const text = { timelineId: 'QDN-1042', messageSid, recipient, attempt: 1, to: '+15125550171', body: 'Running late' };
  const outbound = opened({ ...text, carrier: 'twilio' }, 'worker', 3);
  const message = { messageSid, from: plan.from, body: plan.body, receivedAt: 1, sender: 'customer', heldUntil: null };
  const inTimeline = { ...messageKey('QDN-1042', 1, messageSid), ...message };
  const ajv = new Ajv2020({ useDefaults: true, removeAdditional: true, allowUnionTypes: true });

  test.each<[string, object, object, (item: Record<string, unknown>) => unknown]>([
    ['a plan', storedPlan, plan, toPlan],
    ['an outbound message', storedOutboundMessage, outbound, toOutboundMessage],
  ])('is accepted and read like ajv does, after any change: %s', (what, schema, item, toValue) => {
    expect(toValue({ ...outboundMessageKey(outbound), ...item })).toEqual(item);
    const reference = ajv.compile(schema);
    fc.assert(
      fc.property(fc.nat(400), odd, (at, by) => {
        const [mine, theirs] = [broken(item, at, by) as Record<string, unknown>, broken(item, at, by)];
        if (reference(theirs)) expect(toValue(mine)).toEqual(theirs);
        else expect(() => toValue(mine)).toThrow(`An item of qdn-jobs is not ${what}: `);
      }),
      { numRuns: runs(600) },
    );
  });

  test.each([
    ['recipients.0.to', { recipients: [{ recipient, notBefore: 1 }] }],
    ['bounce.recipient', { bounce: { recipient: 'two words', to: '+15125550171' } }],
    ['acknowledges.0', { acknowledges: ['SM1'] }],
    ['kind', { kind: 'lost' }],
  ])('names the wrong attribute of a plan: %s', (attribute, change) => {
    expect(() => toPlan({ ...plan, ...change })).toThrow(`An item of qdn-jobs is not a plan: ${attribute}`);
  });

  test('a message that cannot be read does not hide the others', () => {
    const unreadable = { ...inTimeline, receivedAt: 'soon' };
    const items = [unreadable, inTimeline, { ...outboundMessageKey(outbound), ...outbound }];
    expect(timelineOf(items)).toEqual([
      { message: { messageSid, receivedAt: 1, body: plan.body }, sender: 'customer', outboundMessages: [outbound] },
    ]);
    const { sender: _, ...recent } = message;
    expect(items.slice(0, 2).flatMap(toRecent)).toEqual([recent]);
  });
});
