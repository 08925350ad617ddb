/** A cached answer. Times in epoch ms. `etag` is the origin's, before compression weakens it. */
export type CachedObject = {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  etag: string | undefined;
  fetchedAt: number;
  /** Age of the answer when it arrived, in s, from caches behind the origin. */
  originAgeS: number;
  freshUntil: number;
  staleIfError: boolean;
};

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;

/** A cache with a maximum size in bytes, which evicts the least recently used object first. */
export class ObjectCache {
  readonly #objects = new Map<string, CachedObject>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = DEFAULT_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  get(key: string): CachedObject | undefined {
    const object = this.#objects.get(key);
    if (object) {
      this.#objects.delete(key);
      this.#objects.set(key, object);
    }
    return object;
  }

  set(key: string, object: CachedObject): void {
    this.delete(key);
    if (object.body.length > this.#maxBytes) return;
    this.#objects.set(key, object);
    this.#bytes += object.body.length;
    for (const oldest of this.#objects.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    const object = this.#objects.get(key);
    if (!object) return;
    this.#objects.delete(key);
    this.#bytes -= object.body.length;
  }

  /** Removes every key for which the predicate is true, as an invalidation does. */
  deleteWhere(chosen: (key: string) => boolean): void {
    for (const key of [...this.#objects.keys()]) if (chosen(key)) this.delete(key);
  }

  /** Returns every cached object by its key. */
  entries(): Array<[key: string, object: CachedObject]> {
    return [...this.#objects];
  }

  get size(): number {
    return this.#objects.size;
  }
}
