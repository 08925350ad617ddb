import type { Usage } from '@qdn/world';
import type { Stores } from './virtual-functions.ts';

type StoreMethod = {
  [Name in keyof Stores]: {
    [Key in keyof Stores[Name]]: Stores[Name][Key] extends (...args: never[]) => unknown ? Key : never;
  }[keyof Stores[Name]];
}[keyof Stores];

/** Kind of each method of the stores: reads of one item, reads of several, and writes. */
const KINDS: Readonly<Record<StoreMethod, 'item' | 'items' | 'write'>> = {
  ...{ find: 'item', findAll: 'items', activeByPhone: 'items', endedByPhone: 'items', openByTrailer: 'items' },
  ...{ endedByTrailer: 'items', list: 'items', attentionSince: 'items', create: 'write', update: 'write' },
  ...{ recent: 'items', shown: 'items', between: 'items', latest: 'items', since: 'items' },
  ...{ append: 'write', note: 'write' },
  ...{
    plan: 'item',
    message: 'item',
    findOutboundMessage: 'item',
    trouble: 'item',
    conversation: 'item',
    desk: 'item',
  },
  ...{ unmatched: 'items', outboundMessagesOf: 'items', sentTo: 'items', stopped: 'items', consents: 'items' },
  ...{ optedOut: 'items', unresolved: 'items', longestUnanswered: 'items', attention: 'items', timeline: 'items' },
  ...{ timelinePage: 'items', conversations: 'items', listConversations: 'items', conversationTexts: 'items' },
  ...{ guestsEndingIn: 'items', pin: 'write', record: 'write', acknowledge: 'write', flagUnanswered: 'write' },
  ...{ open: 'write', claim: 'write', handOver: 'write', resolve: 'write', recordDelivery: 'write' },
  ...{ setConsent: 'write', introduce: 'write', noteTrouble: 'write', tryAgain: 'write', writeConversation: 'write' },
  ...{ addConversationText: 'write', writeDesk: 'write', noteGuest: 'write' },
  ...{ pauseNotices: 'write', noticesPausedUntil: 'item', takeNoticeTurn: 'write' },
  ...{ dutySwaps: 'item', writeDutySwaps: 'write', claimMessage: 'write' },
  ...{ read: 'item', replace: 'write', add: 'write', keep: 'write' },
};

/** Reads of the relay's sweep, which runs every quarter of an hour whether or not texts arrive. They count as those of a caller of their own. */
const OF_SWEEP: ReadonlySet<string> = new Set<StoreMethod>(['longestUnanswered', 'unresolved', 'findAll']);

/** Writes that add an item without an expiry. */
const KEPT = /^(create|open|record|pin|addConversationText)$/;

/** Counts calls of the ports by the service below them. */
export type UsageCount = {
  add(name: string, times?: number): void;
  /**
   * Wraps a store, so that each call counts as `dynamodb.read` or `dynamodb.write`, and the items of lists as `dynamodb.items`; and
   * the same for the caller: `relay.dynamodb.read`. Writes count by table too: `dynamodb.write.locations`.
   */
  store<T extends object>(caller: string, table: string, store: T): T;
  read(): Usage;
};

/**
 * Returns the number of items in an answer: of a page or another object of lists, those of each list. One item counts as one, whatever
 * lists it has: each of them has a maximum, which it reaches within days.
 */
const itemsIn = (kind: 'item' | 'items', answer: unknown): number => {
  if (kind === 'item') return answer === null ? 0 : 1;
  if (Array.isArray(answer)) return answer.length;
  if (typeof answer !== 'object' || answer === null) return 0;
  return Object.values(answer).reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 0), 0);
};

/** Size of a consistent read of one read unit, in bytes. */
const READ_UNIT_BYTES = 4096;

/**
 * Counts calls.
 * @param countsUnits tells whether reads count as `dynamodb.read-unit` too, by the size of their answers. It costs more than the reads.
 */
export const newUsageCount = (countsUnits: () => boolean = () => false): UsageCount => {
  const counts = new Map<string, number>();
  const add = (name: string, times = 1): void => void counts.set(name, (counts.get(name) ?? 0) + times);
  const addFor = (caller: string, name: string, times = 1): void => {
    add(name, times);
    add(`${caller}.${name}`, times);
  };
  return {
    add,
    store: (caller, table, store) => {
      const wrapped = new Map<string | symbol, unknown>();
      const wrap = (method: (...args: unknown[]) => Promise<unknown>, key: StoreMethod) => {
        const kind = KINDS[key];
        if (kind === 'write')
          return (...args: unknown[]) => {
            addFor(caller, 'dynamodb.write');
            add(`dynamodb.write.${table}`);
            if (KEPT.test(String(key))) add('stored.item');
            return method(...args);
          };
        return async (...args: unknown[]) => {
          const reader = OF_SWEEP.has(key) ? 'sweep' : caller;
          addFor(reader, 'dynamodb.read');
          const answer = await method(...args);
          addFor(reader, 'dynamodb.items', itemsIn(kind, answer));
          if (countsUnits())
            add('dynamodb.read-unit', Math.max(1, Math.ceil(JSON.stringify(answer).length / READ_UNIT_BYTES)));
          return answer;
        };
      };
      return new Proxy(store, {
        get: (target, key, receiver) => {
          const method: unknown = Reflect.get(target, key, receiver);
          if (typeof method !== 'function') return method;
          const known = wrapped.get(key) ?? wrap(method.bind(target), key as StoreMethod);
          wrapped.set(key, known);
          return known;
        },
      });
    },
    read: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
};

/** Idle time after which a function starts cold, in ms: as in packages/cost. */
const WARM_FOR_MS = 10 * 60_000;

/** Returns a test for cold starts, which notes each call. */
export const coldStarts = (now: () => number): ((name: string) => boolean) => {
  const calledAt = new Map<string, number>();
  return (name) => {
    const isCold = now() - (calledAt.get(name) ?? Number.NEGATIVE_INFINITY) > WARM_FOR_MS;
    calledAt.set(name, now());
    return isCold;
  };
};
