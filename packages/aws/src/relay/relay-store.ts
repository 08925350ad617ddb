import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  type Delivery,
  EFFECT_STATES,
  type Effect,
  parseMessageSid,
  type RelayStore,
  type TimelineEntry,
} from '@qdn/domain';
import { BrokenItem, isConditionFailure, reaching } from '../failures.ts';
import { claimKey, EFFECT_PREFIX, effectKey, jobPk, MESSAGE_PREFIX, messageKey } from '../jobs-table/keys.ts';
import { queryAll } from '../query.ts';

const STORE = 'The relay store';

/** Runs a conditional write; false when its condition does not hold. */
const holds = async (write: () => Promise<unknown>): Promise<boolean> => {
  try {
    await write();
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
};

/** The relay's memory in `qdn-jobs`. Each method is one conditional write on one item, or one read. */
export const createRelayStore = (client: DynamoDBDocumentClient, table: string): RelayStore => {
  const resolution: RelayStore['resolution'] = (sid) =>
    reaching(STORE, async () => {
      const { Item } = await client.send(
        new GetCommand({ TableName: table, Key: claimKey(sid), ConsistentRead: true }),
      );
      if (!Item) return null;
      return {
        scope: String(Item['scope']),
        receivedAt: Number(Item['receivedAt']),
        jobIsNamed: Item['jobIsNamed'] === true,
        note: typeof Item['note'] === 'string' ? Item['note'] : null,
      };
    });

  return {
    resolution,

    pin: (sid, found) =>
      reaching(STORE, async () => {
        const pinned = await holds(() =>
          client.send(
            new PutCommand({
              TableName: table,
              Item: { ...claimKey(sid), ...found },
              ConditionExpression: 'attribute_not_exists(pk)',
            }),
          ),
        );
        return pinned ? found : ((await resolution(sid)) ?? found);
      }),

    record: (scope, message, sender) =>
      reaching(STORE, async () => {
        await holds(() =>
          client.send(
            new PutCommand({
              TableName: table,
              Item: { ...messageKey(scope, message.receivedAt, message.messageSid), ...message, sender },
              ConditionExpression: 'attribute_not_exists(pk)',
            }),
          ),
        );
      }),

    open: (effect) =>
      reaching(STORE, () =>
        holds(() =>
          client.send(
            new PutCommand({
              TableName: table,
              Item: { ...effectKey(effect), ...effect },
              ConditionExpression: 'attribute_not_exists(pk)',
            }),
          ),
        ),
      ),

    findEffect: (key) =>
      reaching(STORE, async () => {
        const { Item } = await client.send(
          new GetCommand({ TableName: table, Key: effectKey(key), ConsistentRead: true }),
        );
        return Item ? toEffect(Item) : null;
      }),

    claim: (seen, owner, now, leaseUntil) =>
      reaching(STORE, async () => {
        const claimed = await holds(() =>
          client.send(
            new UpdateCommand({
              TableName: table,
              Key: effectKey(seen),
              UpdateExpression:
                'SET #state = :claimed, #owner = :owner, fence = :next, leaseUntil = :lease, updatedAt = :now, attempts = attempts + :one',
              ConditionExpression: 'fence = :seen AND #state = :was',
              ExpressionAttributeNames: { '#state': 'state', '#owner': 'owner' },
              ExpressionAttributeValues: {
                ':claimed': 'CLAIMED',
                ':owner': owner,
                ':next': seen.fence + 1,
                ':lease': leaseUntil,
                ':now': now,
                ':one': 1,
                ':seen': seen.fence,
                ':was': seen.state,
              },
            }),
          ),
        );
        if (!claimed) return null;
        return {
          ...seen,
          state: 'CLAIMED',
          owner,
          fence: seen.fence + 1,
          leaseUntil,
          updatedAt: now,
          attempts: seen.attempts + 1,
        };
      }),

    settle: (claimed, result, now) =>
      reaching(STORE, () =>
        holds(() =>
          client.send(
            new UpdateCommand({
              TableName: table,
              Key: effectKey(claimed),
              UpdateExpression:
                'SET #state = :state, carrierSid = :carrierSid, errorCode = :errorCode, updatedAt = :now',
              ConditionExpression: 'fence = :fence AND #state = :claimed',
              ExpressionAttributeNames: { '#state': 'state' },
              ExpressionAttributeValues: {
                ':state': result.state,
                ':carrierSid': result.carrierSid,
                ':errorCode': result.errorCode,
                ':now': now,
                ':fence': claimed.fence,
                ':claimed': 'CLAIMED',
              },
            }),
          ),
        ),
      ),

    recordDelivery: (key, receipt, now) =>
      reaching(STORE, async () => {
        // Forward only: a final word is never taken back, and `sent` never follows one. Any receipt proves acceptance.
        const earlier: Array<Delivery | null> =
          receipt.delivery === null ? [] : receipt.delivery === 'sent' ? [null] : [null, 'sent'];
        const moves = earlier.length > 0;
        await holds(() =>
          client.send(
            new UpdateCommand({
              TableName: table,
              Key: effectKey(key),
              UpdateExpression: `SET #state = :accepted, carrierSid = :sid, updatedAt = :now${moves ? ', delivery = :delivery, errorCode = :code' : ''}`,
              ConditionExpression: moves
                ? `attribute_exists(pk) AND (${earlier.map((_, i) => `delivery = :earlier${i}`).join(' OR ')})`
                : 'attribute_exists(pk) AND #state <> :accepted',
              ExpressionAttributeNames: { '#state': 'state' },
              ExpressionAttributeValues: {
                ':accepted': 'ACCEPTED',
                ':sid': receipt.carrierSid,
                ':now': now,
                ...(moves ? { ':delivery': receipt.delivery, ':code': receipt.errorCode } : {}),
                ...Object.fromEntries(earlier.map((state, i) => [`:earlier${i}`, state])),
              },
            }),
          ),
        );
      }),

    timeline: (scope) =>
      reaching(STORE, async () => {
        const items = await queryAll(client, {
          TableName: table,
          // `EFFECT#…` and `MSG#…` lie side by side, before `STATE`: one query returns both.
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: { ':pk': jobPk(scope), ':first': EFFECT_PREFIX, ':last': `${MESSAGE_PREFIX}~` },
          ConsistentRead: true,
        });
        return timelineOf(items);
      }),
  };
};

/** The timeline in a scope's items, oldest first; items of other kinds are passed over. */
export const timelineOf = (items: ReadonlyArray<Record<string, unknown>>): TimelineEntry[] => {
  const ofKind = (prefix: string) => items.filter((item) => String(item['sk']).startsWith(prefix));
  const bySid = Map.groupBy(ofKind(EFFECT_PREFIX).map(toEffect), (effect) => effect.messageSid);
  return ofKind(MESSAGE_PREFIX).flatMap((item) => toEntry(item, bySid));
};

const toEffect = (item: Record<string, unknown>): Effect => {
  const { scope, messageSid, recipient, to, body, state, owner, fence, leaseUntil, attempts, claimedAt, updatedAt } =
    item;
  const sid = parseMessageSid(String(messageSid));
  const known = EFFECT_STATES.find((one) => one === state);
  if (!sid || !known || typeof fence !== 'number' || typeof to !== 'string' || typeof body !== 'string') {
    throw new BrokenItem('An item of qdn-jobs is not an effect');
  }
  return {
    scope: String(scope),
    messageSid: sid,
    recipient: String(recipient) as Effect['recipient'],
    to,
    body,
    state: known,
    owner: String(owner),
    fence,
    leaseUntil: Number(leaseUntil),
    attempts: Number(attempts),
    claimedAt: Number(claimedAt),
    carrierSid: typeof item['carrierSid'] === 'string' ? item['carrierSid'] : null,
    errorCode: typeof item['errorCode'] === 'number' ? item['errorCode'] : null,
    delivery: (item['delivery'] as Effect['delivery']) ?? null,
    updatedAt: Number(updatedAt),
  };
};

const toEntry = (item: Record<string, unknown>, effects: Map<string, Effect[]>): TimelineEntry[] => {
  const messageSid = parseMessageSid(String(item['messageSid']));
  const { receivedAt, body, sender } = item;
  if (!messageSid || typeof receivedAt !== 'number' || typeof body !== 'string') return [];
  return [
    { message: { messageSid, receivedAt, body }, sender: String(sender), effects: effects.get(messageSid) ?? [] },
  ];
};
