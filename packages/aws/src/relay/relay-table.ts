import { type DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { OutboundMessage, OutboundMessageKey } from '@qdn/domain';
import { isConditionFailure } from '../failures.ts';
import { getAll, type Item, type Key } from '../get-all.ts';
import { INDEXES, outboundMessageKey } from '../jobs-table/keys.ts';
import { queryFirst } from '../query.ts';
import { toOutboundMessage } from './relay-items.ts';

export const STORE = 'The relay store';

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

  /** Writes an item whose version in the table is the one before; false when another worker was first. */
  putNext(item: Item & { version: number }): Promise<boolean> {
    if (item.version === 1) return this.put(item);
    const command = new PutCommand({
      TableName: this.name,
      Item: item,
      ConditionExpression: '#version = :seen',
      ExpressionAttributeNames: { '#version': 'version' },
      ExpressionAttributeValues: { ':seen': item.version - 1 },
    });
    return holds(() => this.client.send(command));
  }

  async get(key: Key): Promise<Item | undefined> {
    return (await this.client.send(new GetCommand({ TableName: this.name, Key: key, ConsistentRead: true }))).Item;
  }

  /** Reads items with `getAll`. @returns them in the order of their keys */
  getAll(keys: readonly Key[]): Promise<Array<Item | undefined>> {
    return getAll(this, keys);
  }

  async findOutboundMessage(key: OutboundMessageKey): Promise<OutboundMessage | null> {
    const item = await this.get(outboundMessageKey(key));
    return item ? toOutboundMessage(item) : null;
  }

  /** Returns the query for items that need someone's attention since before a time (epoch ms), or since then at the earliest. */
  #waiting(attention: string, comparison: '<' | '>=', at: number) {
    return {
      TableName: this.name,
      IndexName: INDEXES.byAttention,
      KeyConditionExpression: `attention = :attention AND attentionAt ${comparison} :at`,
      ExpressionAttributeValues: { ':attention': attention, ':at': at },
    };
  }

  /** Lists the keys of the newest items that need someone's attention since before a time (epoch ms), oldest first. */
  async newestWaiting(attention: string, before: number, count: number): Promise<Item[]> {
    const query = { ...this.#waiting(attention, '<', before), ScanIndexForward: false };
    return (await queryFirst(this.client, query, count)).toReversed();
  }

  /** Lists the keys of the items that need someone's attention since a time (epoch ms) or later, oldest first. */
  longestWaiting(attention: string, since: number, count: number): Promise<Item[]> {
    return queryFirst(this.client, this.#waiting(attention, '>=', since), count);
  }

  /** Counts the items that need someone's attention since before a time (epoch ms), up to a number. */
  async countWaiting(attention: string, before: number, upTo: number): Promise<number> {
    const query = new QueryCommand({ ...this.#waiting(attention, '<', before), Select: 'COUNT', Limit: upTo });
    return (await this.client.send(query)).Count ?? 0;
  }
}
