import { type DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import {
  claimed,
  DELIVERY_STATES,
  type Delivery,
  EFFECT_STATES,
  type Effect,
  type EffectKey,
  parseMessageSid,
  parseRecipientId,
  type Recipient,
  type RelayPlan,
  type RelayStore,
  type TimelineEntry,
} from '@qdn/domain';
import { BrokenItem, isConditionFailure, reaching } from '../failures.ts';
import { claimKey, EFFECT_PREFIX, effectKey, jobPk, MESSAGE_PREFIX, messageKey } from '../jobs-table/keys.ts';
import { queryAll } from '../query.ts';

const STORE = 'The relay store';

const isItem = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

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

/**
 * The relay's memory in `qdn-jobs`. Each method is one conditional write on one item, or one read. The SDK sends a request again
 * whose answer did not come in time, and then finds its own first write: that is no lost race, so a second look tells them apart.
 */
export const createRelayStore = (client: DynamoDBDocumentClient, table: string): RelayStore => {
  const put = (item: Record<string, unknown>) =>
    holds(() =>
      client.send(new PutCommand({ TableName: table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' })),
    );
  const get = async (key: { pk: string; sk: string }) =>
    (await client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item;
  const find = async (key: EffectKey): Promise<Effect | null> => {
    const item = await get(effectKey(key));
    return item ? toEffect(item) : null;
  };
  const isClaim = (found: Effect | null, { owner, fence }: Effect): boolean =>
    found?.state === 'CLAIMED' && found.owner === owner && found.fence === fence;

  return {
    plan: (sid) =>
      reaching(STORE, async () => {
        const item = await get(claimKey(sid));
        return item ? toPlan(item) : null;
      }),

    pin: (sid, plan) =>
      reaching(STORE, async () => {
        if (await put({ ...claimKey(sid), ...plan })) return plan;
        const item = await get(claimKey(sid));
        return item ? toPlan(item) : plan;
      }),

    record: ({ scope, sender }, message) =>
      reaching(STORE, async () => {
        await put({ ...messageKey(scope, message.receivedAt, message.messageSid), ...message, sender });
      }),

    open: (effect) =>
      reaching(
        STORE,
        async () => (await put({ ...effectKey(effect), ...effect })) || isClaim(await find(effect), effect),
      ),

    findEffect: (key) => reaching(STORE, () => find(key)),

    claim: (seen, owner, now) =>
      reaching(STORE, async () => {
        const next = claimed(seen, owner, now);
        if (!next) return null;
        const isTaken = await holds(() =>
          client.send(
            new UpdateCommand({
              TableName: table,
              Key: effectKey(seen),
              UpdateExpression:
                'SET #state = :claimed, #owner = :owner, fence = :next, leaseUntil = :lease, updatedAt = :now, attempts = :attempts',
              ConditionExpression: 'fence = :seen AND #state = :was',
              ExpressionAttributeNames: { '#state': 'state', '#owner': 'owner' },
              ExpressionAttributeValues: {
                ':claimed': next.state,
                ':owner': next.owner,
                ':next': next.fence,
                ':lease': next.leaseUntil,
                ':now': next.updatedAt,
                ':attempts': next.attempts,
                ':seen': seen.fence,
                ':was': seen.state,
              },
            }),
          ),
        );
        return isTaken || isClaim(await find(seen), next) ? next : null;
      }),

    settle: (claim, result, now) =>
      reaching(STORE, () =>
        holds(() =>
          client.send(
            new UpdateCommand({
              TableName: table,
              Key: effectKey(claim),
              UpdateExpression: 'SET #state = :state, carrierSid = :sid, errorCode = :code, updatedAt = :now',
              ConditionExpression: 'fence = :fence AND #state = :claimed',
              ExpressionAttributeNames: { '#state': 'state' },
              ExpressionAttributeValues: {
                ':state': result.state,
                ':sid': result.carrierSid,
                ':code': result.errorCode,
                ':now': now,
                ':fence': claim.fence,
                ':claimed': 'CLAIMED',
              },
            }),
          ),
        ),
      ),

    recordDelivery: (key, { carrierSid, delivery, errorCode }, now) =>
      reaching(STORE, async () => {
        const earlier = EARLIER[delivery ?? 'none'];
        const isNew = earlier.map((_, i) => `delivery = :earlier${i}`).join(' OR ') || '#state <> :accepted';
        await holds(() =>
          client.send(
            new UpdateCommand({
              TableName: table,
              Key: effectKey(key),
              UpdateExpression: `SET #state = :accepted, carrierSid = :sid, errorCode = :code, updatedAt = :now${delivery ? ', delivery = :delivery' : ''}`,
              ConditionExpression: `attribute_exists(pk) AND (${isNew})`,
              ExpressionAttributeNames: { '#state': 'state' },
              ExpressionAttributeValues: {
                ':accepted': 'ACCEPTED',
                ':sid': carrierSid,
                ':code': delivery ? errorCode : null,
                ':now': now,
                ...(delivery ? { ':delivery': delivery } : {}),
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

/** What may be known before each word of the carrier's: forward only, so that a final word is never taken back. */
const EARLIER: Record<Delivery | 'none', ReadonlyArray<Delivery | null>> = {
  none: [],
  sent: [null],
  delivered: [null, 'sent'],
  undelivered: [null, 'sent'],
  failed: [null, 'sent'],
};

const toRecipient = (item: unknown): Recipient => {
  const { recipient, to } = isItem(item) ? item : {};
  const id = parseRecipientId(String(recipient));
  if (!id || typeof to !== 'string') throw new BrokenItem('An item of qdn-jobs names no recipient');
  return { recipient: id, to };
};

const toPlan = ({ scope, sender, receivedAt, recipients, body }: Record<string, unknown>): RelayPlan => {
  const isPlan = typeof scope === 'string' && typeof receivedAt === 'number' && typeof body === 'string';
  if (!isPlan || !Array.isArray(recipients)) throw new BrokenItem('An item of qdn-jobs is not a relay’s plan');
  return { scope, sender: String(sender), receivedAt, recipients: recipients.map(toRecipient), body };
};

const toEffect = (item: Record<string, unknown>): Effect => {
  const { scope, messageSid, body, state, owner, fence, leaseUntil, attempts, claimedAt, updatedAt } = item;
  const sid = parseMessageSid(String(messageSid));
  const known = EFFECT_STATES.find((one) => one === state);
  if (!sid || !known || typeof fence !== 'number' || typeof body !== 'string') {
    throw new BrokenItem('An item of qdn-jobs is not an effect');
  }
  return {
    scope: String(scope),
    messageSid: sid,
    ...toRecipient(item),
    body,
    state: known,
    owner: String(owner),
    fence,
    leaseUntil: Number(leaseUntil),
    attempts: Number(attempts),
    claimedAt: Number(claimedAt),
    carrierSid: typeof item['carrierSid'] === 'string' ? item['carrierSid'] : null,
    errorCode: typeof item['errorCode'] === 'number' ? item['errorCode'] : null,
    delivery: DELIVERY_STATES.find((one) => one === item['delivery']) ?? null,
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
