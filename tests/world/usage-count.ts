import type { Usage } from '@qdn/world';

/** Methods of the stores that read; the others write. */
const READS =
  /^(find|findOutboundMessage|activeByPhone|activeByTrailer|list|recent|since|plan|outboundMessagesOf|sentTo|stopped|trouble|attention|timeline|read)$/;

/** Counts calls of the ports by the service below them. */
export type UsageCount = {
  add(name: string, times?: number): void;
  /** Wraps a store, so that each call counts as `dynamodb.read` or `dynamodb.write`. */
  store<T extends object>(name: string, store: T): T;
  read(): Usage;
};

export const newUsageCount = (): UsageCount => {
  const counts = new Map<string, number>();
  const add = (name: string, times = 1): void => void counts.set(name, (counts.get(name) ?? 0) + times);
  return {
    add,
    store: (name, store) =>
      new Proxy(store, {
        get: (target, key, receiver) => {
          const method: unknown = Reflect.get(target, key, receiver);
          if (typeof method !== 'function') return method;
          const kind = READS.test(String(key)) ? 'read' : 'write';
          return (...args: unknown[]) => {
            add(`dynamodb.${kind}`);
            add(`dynamodb.${name}.${String(key)}`);
            return Reflect.apply(method, target, args) as unknown;
          };
        },
      }),
    read: () => Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
};
