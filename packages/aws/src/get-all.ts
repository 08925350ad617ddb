import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** Primary key of an item in `qdn-jobs`. */
export type Key = { pk: string; sk: string };
export type Item = Record<string, unknown>;

/** Maximum number of keys in one BatchGetItem. */
const MAX_BATCH = 100;

const nameOf = ({ pk, sk }: Item): string => JSON.stringify([pk, sk]);

/** Reads items a hundred at a time, because one request for each of hundreds takes too long. @returns them in the order of their keys */
export const getAll = async (
  { client, name }: { client: DynamoDBDocumentClient; name: string },
  keys: readonly Key[],
): Promise<Array<Item | undefined>> => {
  const found = new Map<string, Item>();
  // DynamoDB refuses a key that is in a batch twice.
  const unique = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
  for (let start = 0; start < unique.length; start += MAX_BATCH) {
    let wanted: Item[] = unique.slice(start, start + MAX_BATCH);
    while (wanted.length > 0) {
      const { Responses = {}, UnprocessedKeys = {} } = await client.send(
        new BatchGetCommand({ RequestItems: { [name]: { Keys: wanted, ConsistentRead: true } } }),
      );
      for (const item of Responses[name] ?? []) found.set(nameOf(item), item);
      wanted = UnprocessedKeys[name]?.Keys ?? [];
    }
  }
  return keys.map((key) => found.get(nameOf(key)));
};
