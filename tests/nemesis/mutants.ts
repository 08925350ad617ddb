import { type OutboundMessage, outboundMessageId, type RelayPlan, type RelayStore, type SmsCarrier } from '@qdn/domain';
import type { Rule } from './checker.ts';
import type { Mutant } from './run.ts';
import type { Backing } from './world.ts';

/*
 * Versions of the relay that break a guarantee by a plausible mistake: the product's own code over a broken port. The checker
 * must find each of them; otherwise it proves nothing about the product.
 */

/** A store that overwrites outbound messages unconditionally. */
const overwriting = (relay: RelayStore) => {
  const written = new Map<string, OutboundMessage>();
  const asWritten = (outbound: OutboundMessage): OutboundMessage => ({
    ...(written.get(outboundMessageId(outbound)) ?? outbound),
  });
  const overwrite = (outbound: OutboundMessage): OutboundMessage => {
    written.set(outboundMessageId(outbound), { ...outbound });
    return outbound;
  };
  const store: RelayStore = {
    ...relay,
    findOutboundMessage: async (key) => {
      const found = await relay.findOutboundMessage(key);
      return found && asWritten(found);
    },
    outboundMessagesOf: async (timelineId, sid) => (await relay.outboundMessagesOf(timelineId, sid)).map(asWritten),
    timeline: async (timelineId) =>
      (await relay.timeline(timelineId)).map((entry) => ({
        ...entry,
        outboundMessages: entry.outboundMessages.map(asWritten),
      })),
  };
  return { store, overwrite };
};

/**
 * Opening and claiming always succeed, and recording an outcome overwrites: no condition on fence or state.
 * @param step what a claim adds to the fence
 */
const withoutFence = (relay: RelayStore, step = 1): RelayStore => {
  const { store, overwrite } = overwriting(relay);
  const claimOf = (seen: OutboundMessage, owner: string, carrier: string, now: number) =>
    overwrite({
      ...seen,
      state: 'CLAIMED',
      owner,
      carrier,
      fence: seen.fence + step,
      claims: seen.claims + 1,
      updatedAt: now,
    });
  return {
    ...store,
    open: async (outbound) => {
      await relay.open(outbound);
      return true;
    },
    claim: async (seen, owner, carrier, now) => claimOf(seen, owner, carrier, now),
    handOver: async (claim, carrier, now) => claimOf(claim, claim.owner, carrier, now),
    resolve: async (claim, result, now) => {
      const found = await store.findOutboundMessage(claim);
      if (found) overwrite({ ...found, ...result, updatedAt: now });
      return true;
    },
    recordDelivery: async (key, { carrierSid, delivery, errorCode, errorClass }, now) => {
      const found = await store.findOutboundMessage(key);
      const known = delivery ?? found?.delivery ?? null;
      return (
        found &&
        overwrite({ ...found, state: 'ACCEPTED', carrierSid, delivery: known, errorCode, errorClass, updatedAt: now })
      );
    },
  };
};

/** The second worker claims the outbound message at once and ignores the lease. */
const withoutLease = (relay: RelayStore): RelayStore => {
  const asFree = (outbound: OutboundMessage): OutboundMessage =>
    outbound.state === 'CLAIMED' ? { ...outbound, state: 'PENDING' } : outbound;
  return {
    ...relay,
    findOutboundMessage: async (key) => {
      const found = await relay.findOutboundMessage(key);
      return found && asFree(found);
    },
    outboundMessagesOf: async (timelineId, sid) => (await relay.outboundMessagesOf(timelineId, sid)).map(asFree),
    claim: async (seen, owner, carrier, now) =>
      (await relay.claim(seen, owner, carrier, now)) ??
      relay.claim({ ...seen, state: 'CLAIMED', leaseUntil: 0 }, owner, carrier, now),
  };
};

/** Each run makes a new plan from the current job. */
const withoutPin = (relay: RelayStore): RelayStore => ({
  ...relay,
  plan: async () => null,
  pin: async (sid, plan) => {
    await relay.pin(sid, plan);
    return plan;
  },
});

/** Plans every recipient twice, under two IDs. */
const withTwins = (relay: RelayStore): RelayStore => ({
  ...relay,
  pin: (sid, plan) => {
    const twins = plan.recipients.map((one) => ({ ...one, recipient: `${one.recipient}2` as typeof one.recipient }));
    return relay.pin(sid, { ...plan, recipients: [...plan.recipients, ...twins] });
  },
});

/** Records each receipt unconditionally, in the order of arrival. */
const withReceiptsAsTheyCome = (relay: RelayStore): RelayStore => {
  const { store, overwrite } = overwriting(relay);
  return {
    ...store,
    recordDelivery: async (key, { carrierSid, delivery, errorCode, errorClass }) => {
      const found = await store.findOutboundMessage(key);
      return found && overwrite({ ...found, state: 'ACCEPTED', carrierSid, delivery, errorCode, errorClass });
    },
  };
};

/** Answers receipts and drops them. */
const withoutReceipts = (relay: RelayStore): RelayStore => ({
  ...relay,
  recordDelivery: async (key, receipt, now) =>
    receipt.delivery === null ? relay.recordDelivery(key, receipt, now) : null,
});

/** Records a message with an unknown outcome as refused. */
const givingUp = (relay: RelayStore): RelayStore => ({
  ...relay,
  resolve: (claim, result, now) =>
    relay.resolve(claim, result.state === 'UNKNOWN' ? { ...result, state: 'REJECTED' } : result, now),
});

/** Forgets opt-outs immediately. */
const withoutConsent = (relay: RelayStore): RelayStore => ({ ...relay, stopped: async () => new Set() });

/** Never finds held messages. */
const withoutHeld = (relay: RelayStore): RelayStore => ({
  ...relay,
  recent: async (timelineId, since, now) =>
    (await relay.recent(timelineId, since, now)).filter(({ heldUntil }) => heldUntil === null),
});

/** Spoils each plan before it is pinned; a summary keeps its own. */
const withPlan =
  (spoil: (plan: RelayPlan) => Partial<RelayPlan>) =>
  (relay: RelayStore): RelayStore => ({
    ...relay,
    pin: (sid, plan) => relay.pin(sid, { ...plan, ...spoil(plan) }),
  });

/** Sends each text to a number of the mutant's choice. */
const withNumbers = (choose: (plan: RelayPlan, to: string) => string) =>
  withPlan((plan) => ({ recipients: plan.recipients.map((one) => ({ ...one, to: choose(plan, one.to) })) }));

const withStore =
  (worse: (relay: RelayStore) => RelayStore) =>
  (backing: Backing): Backing => ({ ...backing, relay: worse(backing.relay) });
const withFirstCarrier =
  (worse: (carrier: SmsCarrier) => SmsCarrier) =>
  (backing: Backing): Backing => ({
    ...backing,
    carriers: [worse(backing.carriers[0]), ...backing.carriers.slice(1)],
  });

export const MUTANTS: ReadonlyArray<Mutant & { breaks: readonly Rule[] }> = [
  {
    name: 'plans no recipients',
    breaks: ['reaches-everyone'],
    back: withStore(withPlan(() => ({ recipients: [] }))),
  },
  {
    name: 'plans nothing for any message',
    breaks: ['reaches-everyone'],
    back: withStore(withPlan(() => ({ kind: 'none', recipients: [], body: '', heldUntil: null }))),
  },
  {
    name: 'texts the first recipient only',
    breaks: ['reaches-everyone'],
    back: withStore(withPlan(({ recipients }) => ({ recipients: recipients.slice(0, 1) }))),
  },
  {
    name: 'texts a stranger’s number',
    breaks: ['reaches-everyone', 'reaches-no-one-else'],
    back: withStore(withNumbers(() => '+15125550199')),
  },
  {
    // The right customer may also be asked about first, so that only the wrong recipient is certain.
    name: 'sends a reply to another customer',
    breaks: ['reaches-no-one-else'],
    back: withStore(
      withNumbers(({ kind }, to) => (kind !== 'reply' ? to : to === '+15125550111' ? '+15125550112' : '+15125550111')),
    ),
  },
  {
    name: 'loses the words of a message',
    breaks: ['words-arrive'],
    back: withStore(withPlan(({ body }) => ({ body: body === '' ? '' : 'QuickDumpNow: a new message' }))),
  },
  {
    name: 'puts no message on a timeline',
    breaks: ['is-on-timeline'],
    back: withStore((relay) => ({ ...relay, record: async () => {} })),
  },
  {
    name: 'treats each message as answered at once',
    breaks: ['reaches-everyone'],
    back: withStore(withPlan(() => ({ answeredBy: 'Dana' }))),
  },
  {
    name: 'has no fence: claims and outcomes without their conditions',
    breaks: ['sent-once'],
    back: withStore(withoutFence),
  },
  {
    name: 'claims with the previous fence',
    breaks: ['fences-grow'],
    back: withStore((relay) => withoutFence(relay, 0)),
  },
  { name: 'has no lease: a second worker sends too', breaks: ['sent-once'], back: withStore(withoutLease) },
  { name: 'has no pinned plan: every attempt makes a new one', breaks: ['one-plan'], back: withStore(withoutPin) },
  {
    name: 'texts a phone once per contact that has it',
    breaks: ['one-text-a-phone'],
    back: withStore(withTwins),
  },
  {
    name: 'resends after a timeout without a check',
    breaks: ['sent-once'],
    back: withFirstCarrier((carrier) => ({
      ...carrier,
      send: async (sms) => {
        const outcome = await carrier.send(sms);
        return outcome.kind === 'unknown' ? { kind: 'not-processed', detail: outcome.detail } : outcome;
      },
    })),
  },
  {
    name: 'fails over to the next carrier after an unknown outcome',
    breaks: ['sent-once'],
    back: withFirstCarrier((carrier) => ({
      ...carrier,
      send: async (sms) => {
        const outcome = await carrier.send(sms);
        return outcome.kind === 'unknown'
          ? { kind: 'rejected', class: 'setup', code: 20003, detail: outcome.detail }
          : outcome;
      },
    })),
  },
  {
    name: 'never finds a text on the carrier’s list',
    breaks: ['sent-once'],
    back: withFirstCarrier((carrier) => ({ ...carrier, find: async () => [] })),
  },
  {
    name: 'takes a listed text with other words for another one',
    breaks: ['sent-once'],
    back: withFirstCarrier((carrier) => ({
      ...carrier,
      find: async (query) => ((await carrier.find?.(query)) ?? []).filter(({ other }) => other === undefined),
    })),
  },
  {
    name: 'finds texts that were never sent',
    breaks: ['nothing-is-made-up'],
    back: withFirstCarrier((carrier) => ({ ...carrier, find: async () => [{ carrierSid: 'SM' }] })),
  },
  {
    name: 'deletes messages from the queue before they are processed',
    breaks: ['nothing-vanishes'],
    deletesFirst: true,
  },
  {
    name: 'never reloads the credentials',
    breaks: ['replay-ends-well'],
    back: (backing) => ({
      ...backing,
      carriers: [
        {
          ...backing.carriers[0],
          send: async () => ({ kind: 'rejected', class: 'credentials', code: 20003, detail: '' }),
        },
      ],
    }),
  },
  {
    name: 'never deletes a message from the queue',
    breaks: ['comes-to-rest'],
    neverDeletes: true,
  },
  { name: 'treats an unknown outcome as a refusal', breaks: ['accepted-is-known'], back: withStore(givingUp) },
  {
    name: 'records receipts in the order of arrival',
    breaks: ['final-stays-final'],
    back: withStore(withReceiptsAsTheyCome),
  },
  { name: 'drops receipts', breaks: ['receipt-counts'], back: withStore(withoutReceipts) },
  { name: 'forgets opt-outs', breaks: ['stop-is-obeyed'], back: withStore(withoutConsent) },
  { name: 'forgets held messages', breaks: ['held-is-summed-up'], back: withStore(withoutHeld) },
  {
    name: 'does not wait for the log',
    breaks: ['is-logged'],
    back: (backing) => ({ ...backing, complianceLog: { append: async () => {} } }),
  },
];
