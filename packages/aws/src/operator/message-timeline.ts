import { type DynamoDBDocumentClient, GetCommand, QueryCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { claimKey, messageKey, outboundMessagePk, outboundMessagePrefix, sidOf } from '../jobs-table/keys.ts';

type Item = Readonly<Record<string, unknown>>;

/**
 * The stored items of one message: its plan, its entry on the timeline, and the outbound message to each
 * recipient. Items are not parsed, so that a broken one can be inspected.
 */
export type StoredTimeline = { plan: Item; message: Item | null; outboundMessages: Item[] };

/** @returns null when no worker has started on the message */
export const storedTimeline = async (
  client: DynamoDBDocumentClient,
  table: string,
  sid: string,
): Promise<StoredTimeline | null> => {
  const { Item: plan } = await client.send(
    new GetCommand({ TableName: table, Key: claimKey(sid), ConsistentRead: true }),
  );
  if (!plan) return null;
  const receivedAt = Number(plan['receivedAt']);
  const timelineId = String(plan['timelineId']);
  const [{ Item: message }, { Items: outboundMessages = [] }] = await Promise.all([
    client.send(
      new GetCommand({ TableName: table, Key: messageKey(timelineId, receivedAt, sid), ConsistentRead: true }),
    ),
    client.send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': outboundMessagePk(timelineId, sid), ':prefix': outboundMessagePrefix(sid) },
        ConsistentRead: true,
      }),
    ),
  ]);
  return { plan, message: message ?? null, outboundMessages };
};

/**
 * Lists the SIDs of the messages that a worker has started on and that were received in a period (epoch ms, both ends included). No index
 * has them, so this reads the whole table.
 */
export const begunMessages = async function* (
  client: DynamoDBDocumentClient,
  table: string,
  from: number,
  to: number,
): AsyncGenerator<string> {
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(
      new ScanCommand({
        TableName: table,
        FilterExpression: 'begins_with(pk, :claims) AND receivedAt BETWEEN :from AND :to',
        ProjectionExpression: 'pk',
        ExpressionAttributeValues: { ':claims': 'SID#', ':from': from, ':to': to },
        ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
      }),
    );
    for (const { pk } of page.Items ?? []) yield sidOf(pk);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
};
