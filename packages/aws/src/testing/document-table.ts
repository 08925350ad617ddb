import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

type Item = Readonly<Record<string, unknown>>;
type Input = {
  Item?: Item;
  ExpressionAttributeValues?: Readonly<Record<string, unknown>>;
  ScanIndexForward?: boolean;
  Limit?: number;
};

const keyOf = (item: Item): string => String(item['sk']);

/** Returns the index of the first item whose key comes after a key. */
const indexAfter = (items: readonly Item[], key: string): number => {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (keyOf(items[middle] ?? {}) <= key) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * Makes the table of fixes in memory, as its document client shows it: puts, and queries of a range of keys. It does no work of its own, so
 * that a measurement shows the store's. `read` counts the items of queries.
 */
export const documentTable = (): { client: DynamoDBDocumentClient; counted: { read: number; puts: number } } => {
  const partitions = new Map<string, Item[]>();
  const counted = { read: 0, puts: 0 };
  const send = async ({ input }: { input: Input }): Promise<{ Items?: Item[] }> => {
    const { Item: item, ExpressionAttributeValues: values = {}, Limit = Number.POSITIVE_INFINITY } = input;
    const pk = String(item ? item['pk'] : values[':pk']);
    const items = partitions.get(pk) ?? [];
    partitions.set(pk, items);
    if (item) {
      counted.puts += 1;
      const index = indexAfter(items, keyOf(item));
      if (index > 0 && keyOf(items[index - 1] ?? {}) === keyOf(item)) items[index - 1] = item;
      else items.splice(index, 0, item);
      return {};
    }
    const to = indexAfter(items, String(values[':end']));
    const from = Math.max(indexAfter(items, String(values[':after'])), to - Limit);
    counted.read += to - from;
    return { Items: items.slice(from, to).reverse() };
  };
  return { client: { send } as unknown as DynamoDBDocumentClient, counted };
};
