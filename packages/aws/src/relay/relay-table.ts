import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { Effect, EffectKey } from '@qdn/domain';
import { isConditionFailure } from '../failures.ts';
import { effectKey, INDEXES } from '../jobs-table/keys.ts';
import { queryAll } from '../query.ts';
import { toEffect } from './relay-items.ts';

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

  async get(key: { pk: string; sk: string }): Promise<Record<string, unknown> | undefined> {
    return (await this.client.send(new GetCommand({ TableName: this.name, Key: key, ConsistentRead: true }))).Item;
  }

  async findEffect(key: EffectKey): Promise<Effect | null> {
    const item = await this.get(effectKey(key));
    return item ? toEffect(item) : null;
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
