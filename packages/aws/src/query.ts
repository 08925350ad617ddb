import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';

type Item = Record<string, unknown>;
type Query = Omit<QueryCommandInput, 'ExclusiveStartKey' | 'Limit'>;

/**
 * Returns the first items that a query finds, up to a count. DynamoDB answers at most 1 MB at a time: asks for further pages only where
 * there are fewer items so far.
 * @param isCounted false for items to leave out
 */
export const queryFirst = async (
  client: DynamoDBDocumentClient,
  input: Query,
  count: number,
  isCounted: (item: Item) => boolean = () => true,
): Promise<Item[]> => {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        ...input,
        ...(Number.isFinite(count) ? { Limit: count - items.length } : {}),
        ...(start ? { ExclusiveStartKey: start } : {}),
      }),
    );
    items.push(...Items.filter(isCounted));
    start = LastEvaluatedKey;
  } while (start && items.length < count);
  return items;
};

/** Returns every item that a query finds. */
export const queryAll = (client: DynamoDBDocumentClient, input: Query): Promise<Item[]> =>
  queryFirst(client, input, Number.POSITIVE_INFINITY);
