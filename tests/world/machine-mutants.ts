import type { LocationStore, RelayStore, SmsCarrier } from '@qdn/domain';
import type { ApiFunction } from '@qdn/lambda';
import type { Backing, SystemMutant } from './virtual-system.ts';

/*
 * Systems that break one promise about the machine: the product's own code over a broken port. The figures of the machine must show
 * each of them.
 */

const withRelay =
  (worse: (relay: RelayStore) => Partial<RelayStore>) =>
  (backing: Backing): Backing => ({ ...backing, relay: { ...backing.relay, ...worse(backing.relay) } });

const withLocations =
  (worse: (locations: LocationStore) => Partial<LocationStore>) =>
  (backing: Backing): Backing => ({ ...backing, locations: { ...backing.locations, ...worse(backing.locations) } });

const withCarrier =
  (worse: (carrier: SmsCarrier) => Partial<SmsCarrier>) =>
  (backing: Backing): Backing => {
    const [first, ...others] = backing.carriers;
    return { ...backing, carriers: [{ ...first, ...worse(first) }, ...others] };
  };

/** Answers each third webhook with a success and drops its text. */
const droppingWebhooks = (): NonNullable<SystemMutant['api']> => {
  let texts = 0;
  return (name, handler): ApiFunction => {
    if (name !== 'receive-message') return handler;
    texts += 1;
    return texts % 3 === 0 ? async () => ({ statusCode: 200, body: '' }) : handler;
  };
};

const WEEK_MS = 7 * 86_400_000;

/** Reads of positions that together cost one more read each, from then on. */
const READS_PER_EXTRA = 500;

/** Reads a trailer's week once more for each page, the older the installation is. */
const readingMoreEachDay = (backing: Backing): Backing => {
  let reads = 0;
  return withLocations((locations) => ({
    recent: async (trailerId, now, count, since) => {
      reads += 1;
      for (let i = 0; i < reads / READS_PER_EXTRA; i += 1)
        await locations.recent(trailerId, now, Number.POSITIVE_INFINITY, now - WEEK_MS);
      return await locations.recent(trailerId, now, count, since);
    },
  }))(backing);
};

export const MACHINE_MUTANTS: readonly SystemMutant[] = [
  { name: 'answers a webhook before the text is safe', api: droppingWebhooks() },
  {
    name: 'sends each text twice',
    back: withCarrier((carrier) => ({
      send: async (sms) => {
        await carrier.send(sms);
        return await carrier.send(sms);
      },
    })),
  },
  {
    name: 'never releases a claim',
    back: withRelay(() => ({ resolve: async () => true, recordDelivery: async () => null })),
  },
  {
    name: 'cannot write the log',
    back: (backing) => ({
      ...backing,
      complianceLog: { append: () => Promise.reject(new Error('The bucket is full')) },
    }),
  },
  { name: 'queues each record twice', queuesTimes: 2 },
  {
    name: 'reads each plan five times',
    back: withRelay((relay) => ({
      plan: async (sid) => {
        for (let times = 0; times < 4; times += 1) await relay.plan(sid);
        return await relay.plan(sid);
      },
    })),
  },
  {
    name: 'stores each position three times',
    back: withLocations((locations) => ({
      append: async (...args) => {
        for (let times = 0; times < 3; times += 1) await locations.append(...args);
      },
    })),
  },
  {
    name: 'writes each message three times',
    back: withRelay((relay) => ({
      record: async (...args) => {
        for (let times = 0; times < 3; times += 1) await relay.record(...args);
      },
    })),
  },
  {
    name: 'reads all messages since the beginning',
    back: withRelay((relay) => ({
      recent: async (timelineId, _, now) => await relay.recent(timelineId, 0, now),
      sentTo: async (phone) => await relay.sentTo(phone, 0),
    })),
  },
  { name: 'reads all positions of a week for each page', back: readingMoreEachDay },
  {
    name: 'pads each text to many segments',
    back: withCarrier((carrier) => ({ send: (sms) => carrier.send({ ...sms, body: sms.body.padEnd(1500, ' .') }) })),
  },
];
