import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { MessageSid, RecipientId } from '../ids.ts';
import {
  claimed,
  DELIVERY_STATES,
  LEASE_MS,
  nextStep,
  type OutboundMessage,
  opened,
  outboundMessageId,
  outcomeState,
  parseOutboundMessageId,
  type Receipt,
  resolved,
  withReceipt,
} from './outbound-message.ts';
import type { SendOutcome } from './sms-carrier.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const what = {
  timelineId: 'QDN-1042',
  messageSid: `SM${'a'.repeat(32)}` as MessageSid,
  recipient: 'dana' as RecipientId,
  attempt: 1,
  to: '+15125550171',
  body: 'words',
  carrier: 'twilio',
};
const fresh = opened(what, 'worker-1', NOW);
const receipt = (delivery: OutboundMessage['delivery'], errorCode: number | null = null): Receipt => ({
  carrierSid: 'SMout',
  delivery,
  errorCode,
  errorClass: errorCode === null ? null : 'elsewhere',
});

test('an outbound message’s ID has no phone number, and can be parsed', () => {
  const { timelineId, messageSid, recipient } = what;
  expect(parseOutboundMessageId(outboundMessageId(what))).toEqual({ timelineId, messageSid, recipient, attempt: 1 });
  expect(outboundMessageId({ ...what, attempt: 3 })).toBe(`${outboundMessageId(what)}~3`);
  expect(parseOutboundMessageId(outboundMessageId({ ...what, attempt: 3 }))).toMatchObject({ recipient, attempt: 3 });
  expect(parseOutboundMessageId(outboundMessageId({ ...what, timelineId: 'UNMATCHED' }))).toMatchObject({
    timelineId: 'UNMATCHED',
  });
  for (const wrong of [
    '',
    'x',
    'QDN-1~SM1~dana',
    `../~${messageSid}~dana`,
    `QDN-1~${messageSid}~a/b`,
    `QDN-1~${messageSid}~dana~x`,
    `QDN-1~${messageSid}~dana~1`,
    `QDN-1~${messageSid}~dana~2~3`,
  ])
    expect(parseOutboundMessageId(wrong)).toBeNull();
});

describe('the state after an attempt to send', () => {
  test.each<[string, SendOutcome, OutboundMessage['state'], number | null]>([
    ['accepted', { kind: 'accepted', carrierSid: 'SM1' }, 'ACCEPTED', null],
    ['an invalid number', { kind: 'rejected', class: 'unreachable', code: 21211, detail: '' }, 'REJECTED', 21211],
    [
      'a recipient who has opted out',
      { kind: 'rejected', class: 'opted-out', code: 21610, detail: '' },
      'REJECTED',
      21610,
    ],
    [
      'wrong credentials, which a person fixes',
      { kind: 'rejected', class: 'credentials', code: 20003, detail: '' },
      'PENDING',
      20003,
    ],
    [
      'a country that is not enabled yet',
      { kind: 'rejected', class: 'setup', code: 21408, detail: '' },
      'PENDING',
      21408,
    ],
    ['an unknown refusal', { kind: 'rejected', class: 'setup', code: 29999, detail: '' }, 'PENDING', 29999],
    ['too many requests', { kind: 'rejected', class: 'later', code: 20429, detail: '' }, 'PENDING', 20429],
    ['a fault of the carrier', { kind: 'rejected', class: 'ambiguous', code: 20500, detail: '' }, 'UNKNOWN', 20500],
    ['a refused connection', { kind: 'not-processed', detail: '' }, 'PENDING', null],
    ['a timeout', { kind: 'unknown', detail: '' }, 'UNKNOWN', null],
  ])('%s', (_, outcome, state, errorCode) => {
    expect(outcomeState(outcome)).toMatchObject({ state, errorCode });
    if (outcome.kind === 'rejected') expect(outcomeState(outcome).errorClass).toBe(outcome.class);
  });
});

describe('a claim', () => {
  test('makes others wait while its lease runs, and is reconciled after that', () => {
    expect(nextStep(fresh, NOW + LEASE_MS)).toBe('wait');
    expect(nextStep(fresh, NOW + LEASE_MS + 1)).toBe('look-for-it');
    expect(claimed(fresh, 'worker-2', 'twilio', NOW + LEASE_MS)).toBeNull();
    expect(claimed(fresh, 'worker-2', 'twilio', NOW + LEASE_MS + 1)).toMatchObject({
      owner: 'worker-2',
      fence: 2,
      claims: 2,
      claimedAt: NOW,
    });
  });

  test('that was lost resolves nothing', () => {
    const second = claimed(fresh, 'worker-2', 'twilio', NOW + LEASE_MS + 1);
    const result = { state: 'ACCEPTED', carrierSid: 'SM1', errorCode: null, errorClass: null } as const;
    expect(second && resolved(second, fresh.fence, result, NOW)).toBeNull();
    expect(second && resolved(second, second.fence, result, NOW)).toMatchObject(result);
  });
});

describe('a receipt', () => {
  test('proves that the carrier has the text, even when another worker holds the claim', () => {
    expect(withReceipt(fresh, receipt(null), NOW + 1)).toMatchObject({ state: 'ACCEPTED', carrierSid: 'SMout' });
    expect(withReceipt({ ...fresh, state: 'UNKNOWN' }, receipt('sent'), NOW + 1)).toMatchObject({
      state: 'ACCEPTED',
      delivery: 'sent',
    });
  });

  test('only moves delivery forward, in any order of receipts', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...DELIVERY_STATES), { minLength: 1 }), (deliveries) => {
        const known = deliveries.reduce<OutboundMessage>(
          (outbound, one) => withReceipt(outbound, receipt(one), NOW) ?? outbound,
          fresh,
        );
        expect(known.delivery).toBe(deliveries.find((one) => one !== 'sent') ?? 'sent');
      }),
    );
  });

  test('keeps the carrier’s code of the final state, and drops that of an earlier refusal', () => {
    const refused = { ...fresh, state: 'PENDING', errorCode: 20003, errorClass: 'credentials' } as const;
    expect(withReceipt(refused, receipt(null), NOW)).toMatchObject({ errorCode: null, errorClass: null });
    const failed = withReceipt(refused, receipt('undelivered', 30003), NOW);
    expect(failed).toMatchObject({ errorCode: 30003, errorClass: 'elsewhere' });
    expect(failed && withReceipt(failed, receipt('delivered'), NOW)).toBeNull();
  });
});

type Event = (outbound: OutboundMessage, now: number) => OutboundMessage | null;
const anyEvent: fc.Arbitrary<Event> = fc.oneof(
  fc.constantFrom('worker-1', 'worker-2').map(
    (owner): Event =>
      (outbound, now) =>
        claimed(outbound, owner, 'twilio', now),
  ),
  fc
    .record({
      fence: fc.integer({ min: 1, max: 4 }),
      outcome: fc.constantFrom<SendOutcome>(
        { kind: 'accepted', carrierSid: 'SM1' },
        { kind: 'rejected', class: 'unreachable', code: 21211, detail: '' },
        { kind: 'rejected', class: 'credentials', code: 20003, detail: '' },
        { kind: 'not-processed', detail: '' },
        { kind: 'unknown', detail: '' },
      ),
    })
    .map(
      ({ fence, outcome }): Event =>
        (outbound, now) =>
          resolved(outbound, fence, outcomeState(outcome), now),
    ),
  fc.constantFrom(null, ...DELIVERY_STATES).map(
    (delivery): Event =>
      (outbound, now) =>
        withReceipt(outbound, receipt(delivery), now),
  ),
);

test('in any order of events, fences grow, final states stay, and the text never changes', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(anyEvent, fc.integer({ min: 0, max: 2 * LEASE_MS })), { maxLength: 30 }),
      (events) => {
        let outbound = fresh;
        let now = NOW;
        for (const [event, laterMs] of events) {
          now += laterMs;
          const next = event(outbound, now);
          if (!next) continue;
          expect(next).toMatchObject({ ...what, claimedAt: NOW, updatedAt: now });
          expect(next.fence).toBe(outbound.fence + (next.claims - outbound.claims));
          expect(next.fence - outbound.fence).toBe(next.state === 'CLAIMED' ? 1 : 0);
          if (outbound.state === 'ACCEPTED') expect(next.state).toBe('ACCEPTED');
          // Only the carrier itself can revoke a refusal.
          if (outbound.state === 'REJECTED') expect(next.state).toBe('ACCEPTED');
          if (next.state === 'ACCEPTED') expect(next.carrierSid).not.toBeNull();
          if (next.state === 'REJECTED') expect(next.errorClass).not.toBeNull();
          outbound = next;
        }
      },
    ),
  );
});
