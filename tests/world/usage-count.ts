import type { Usage } from '@qdn/world';

/** Methods of the stores that read; the others write. */
const READS =
  /^(find|findOutboundMessage|activeByPhone|activeByTrailer|list|recent|between|latest|since|plan|outboundMessagesOf|sentTo|stopped|trouble|unresolved|attention|timeline|read|message|longestUnanswered|noticesPausedUntil|timelinePage|conversation|conversations|listConversations|conversationTexts|desk|dutySwaps|guestsEndingIn)$/;

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

/** Reads of one item. It counts as one, whatever lists it has: each of them has a maximum, which it reaches within days. */
const ONE_ITEM = /^(find|findOutboundMessage|plan|message|trouble|conversation|desk)$/;

/** Returns the number of items in an answer: of a page or another object of lists, those of each list. */
const itemsIn = (method: string, answer: unknown): number => {
  if (ONE_ITEM.test(method)) return answer === null ? 0 : 1;
  if (Array.isArray(answer)) return answer.length;
  if (typeof answer !== 'object' || answer === null) return 0;
  return Object.values(answer).reduce<number>((sum, value) => sum + (Array.isArray(value) ? value.length : 0), 0);
};

export const newUsageCount = (): UsageCount => {
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
      const wrap = (method: (...args: unknown[]) => Promise<unknown>, key: string | symbol) => {
        if (!READS.test(String(key)))
          return (...args: unknown[]) => {
            addFor(caller, 'dynamodb.write');
            add(`dynamodb.write.${table}`);
            if (KEPT.test(String(key))) add('stored.item');
            return method(...args);
          };
        return async (...args: unknown[]) => {
          addFor(caller, 'dynamodb.read');
          const answer = await method(...args);
          addFor(caller, 'dynamodb.items', itemsIn(String(key), answer));
          return answer;
        };
      };
      return new Proxy(store, {
        get: (target, key, receiver) => {
          const method: unknown = Reflect.get(target, key, receiver);
          if (typeof method !== 'function') return method;
          const known = wrapped.get(key) ?? wrap(method.bind(target), key);
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
