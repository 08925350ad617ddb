/** Read access to the KeyValueStore; every read returns the newest value. */
export type EdgeKeyValues = { get(key: string): string | undefined };
