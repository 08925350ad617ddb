import { BatchGetCommand, type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { OutboundMessage, OutboundMessageKey } from '@qdn/domain';
import { isConditionFailure } from '../failures.ts';
import { INDEXES, outboundMessageKey } from '../jobs-table/keys.ts';
import { queryAll } from '../query.ts';
import { toOutboundMessage } from './relay-items.ts';

export const STORE = 'The relay store';

type Key = { pk: string; sk: string };
type Item = Record<string, unknown>;

/** Maximum number of keys in one BatchGetItem. */
const MAX_BATCH = 100;

const nameOf = ({ pk, sk }: Item): string => JSON.stringify([pk, sk]);

/** Runs a conditional write; false when its condition does not hold. */
export const holds = async (write: () => Promise<unknown>): Promise<boolean> => {
  try {
    await write();
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
};

/** The table `qdn-jobs` as the stores of the relay use it. */
export class RelayTable {
  readonly client: DynamoDBDocumentClient;
  readonly name: string;

  constructor(client: DynamoDBDocumentClient, name: string) {
    this.client = client;
    this.name = name;
  }

  /** Writes a new item; false when there is one with its key. */
  put(item: Record<string, unknown>): Promise<boolean> {
    const command = { TableName: this.name, Item: item, ConditionExpression: 'attribute_not_exists(pk)' };
    return holds(() => this.client.send(new PutCommand(command)));
  }

  async get(key: Key): Promise<Item | undefined> {
    return (await this.client.send(new GetCommand({ TableName: this.name, Key: key, ConsistentRead: true }))).Item;
  }

  /** Reads items a hundred at a time, because one request for each of hundreds takes too long. @returns them in the order of their keys */
  async getAll(keys: readonly Key[]): Promise<Array<Item | undefined>> {
    const found = new Map<string, Item>();
    // DynamoDB refuses a key that is in a batch twice.
    const unique = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
    for (let start = 0; start < unique.length; start += MAX_BATCH) {
      let wanted: Item[] = unique.slice(start, start + MAX_BATCH);
      while (wanted.length > 0) {
        const { Responses = {}, UnprocessedKeys = {} } = await this.client.send(
          new BatchGetCommand({ RequestItems: { [this.name]: { Keys: wanted, ConsistentRead: true } } }),
        );
        for (const item of Responses[this.name] ?? []) found.set(nameOf(item), item);
        wanted = UnprocessedKeys[this.name]?.Keys ?? [];
      }
    }
    return keys.map((key) => found.get(nameOf(key)));
  }

  async findOutboundMessage(key: OutboundMessageKey): Promise<OutboundMessage | null> {
    const item = await this.get(outboundMessageKey(key));
    return item ? toOutboundMessage(item) : null;
  }

  /** Lists the keys of items that need someone's attention since before a time (epoch ms), oldest first. */
  waiting(attention: string, before: number): Promise<Array<Record<string, unknown>>> {
    return queryAll(this.client, {
      TableName: this.name,
      IndexName: INDEXES.byAttention,
      KeyConditionExpression: 'attention = :attention AND attentionAt < :before',
      ExpressionAttributeValues: { ':attention': attention, ':before': before },
    });
  }
}
