import { ItemTooLarge, MAX_ITEM_BYTES } from '../errors.ts';

/** Maximum size of an answer of DynamoDB, in bytes. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html */
export const MAX_PAGE_BYTES = 1024 * 1024;
/** Bytes of a character in UTF-8 at most, and of a number, a name or a bracket in JSON, generously. */
const BYTES_OF_CHARACTER = 6;
const BYTES_OF_OTHER = 32;

/** Returns a size that the JSON of a value does not exceed, in bytes, without writing it: the stores in memory ask for each write. */
const upperBoundOf = (value: unknown): number => {
  if (typeof value === 'string') return BYTES_OF_CHARACTER * value.length + BYTES_OF_OTHER;
  if (typeof value !== 'object' || value === null) return BYTES_OF_OTHER;
  let sum = BYTES_OF_OTHER;
  if (Array.isArray(value)) for (const one of value) sum += upperBoundOf(one);
  else
    for (const key in value) {
      const one = (value as Record<string, unknown>)[key];
      sum += BYTES_OF_CHARACTER * key.length;
      // Most values are plain, and a call costs more than this.
      sum += typeof one === 'number' || typeof one === 'boolean' ? BYTES_OF_OTHER : upperBoundOf(one);
    }
  return sum;
};

/** Returns the size of an item as JSON in UTF-8, in bytes, which is somewhat larger than what DynamoDB counts. */
export const bytesOf = (item: unknown): number => new TextEncoder().encode(JSON.stringify(item)).length;

/**
 * Checks that an item fits into the table, by the size of its JSON.
 * @throws ItemTooLarge when it does not, as the stores of the table
 */
export const assertItemFits = (item: unknown): void => {
  if (upperBoundOf(item) > MAX_ITEM_BYTES && bytesOf(item) > MAX_ITEM_BYTES)
    throw new ItemTooLarge('A store in memory');
};

/** Delay of the indexes: a read through an index sees the writes that are at least `ms` old. `now` is the clock, epoch ms. */
export type IndexLag = { ms: number; now: () => number };
