import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { parseMessageSid, type TimelineId, type TimelinePage } from '@qdn/domain';
import type { Item } from '../get-all.ts';
import { jobPk, MESSAGE_PREFIX, outboundMessagePrefix } from '../jobs-table/keys.ts';
import { queryAll, queryFirst } from '../query.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { timelineOf } from './relay-items.ts';

const A_MESSAGE = /^MSG#[0-9TZ:.-]+#[A-Za-z0-9]+$/;

/**
 * Reads a page of a timeline: one query for its messages, and one for the outbound messages of each. So its cost depends on the page, and
 * not on the length of the timeline.
 */
export const readTimelinePage = async (
  { client, name }: { client: DynamoDBDocumentClient; name: string },
  timelineId: TimelineId,
  before: string | null,
  count: number,
): Promise<TimelinePage> => {
  const [from] = before === null ? [] : decodeCursor(before, A_MESSAGE);
  const items = await queryFirst(
    client,
    {
      TableName: name,
      KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
      ExpressionAttributeValues: {
        ':pk': jobPk(timelineId),
        ':first': MESSAGE_PREFIX,
        ':last': from ?? `${MESSAGE_PREFIX}~`,
      },
      ScanIndexForward: false,
      ConsistentRead: true,
    },
    count + (from ? 2 : 1),
  );
  const rest = items.filter(({ sk }) => sk !== from);
  const page = rest.slice(0, count).toReversed();
  const outbound = await Promise.all(page.map((item) => outboundMessagesOf({ client, name }, timelineId, item)));
  const [oldest] = page;
  return {
    entries: timelineOf([...page, ...outbound.flat()]),
    next: oldest && rest.length > count ? encodeCursor(String(oldest['sk'])) : null,
  };
};

const outboundMessagesOf = async (
  { client, name }: { client: DynamoDBDocumentClient; name: string },
  timelineId: TimelineId,
  { sk }: Item,
): Promise<Item[]> => {
  const sid = parseMessageSid(String(sk).split('#')[2] ?? '');
  if (!sid) return [];
  return queryAll(client, {
    TableName: name,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: { ':pk': jobPk(timelineId), ':prefix': outboundMessagePrefix(sid) },
    ConsistentRead: true,
  });
};
