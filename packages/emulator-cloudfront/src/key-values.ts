/** What the edge reads of the KeyValueStore; every read sees the newest value. */
export type EdgeKeyValues = { get(key: string): string | undefined };
