import {
  BatchGetCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import {
  claimed,
  DELIVERY_STATES,
  type Delivery,
  EFFECT_STATES,
  type Effect,
  type EffectKey,
  FAILURE_CLASSES,
  handedOver,
  type MessageSid,
  PLAN_KINDS,
  parseAttempt,
  parseMessageSid,
  parseRecipientId,
  type RecentMessage,
  type Recipient,
  type RelayPlan,
  type RelayStore,
  type TeamMember,
  type TimelineEntry,
} from '@qdn/domain';
import { isJsonObject } from '@qdn/json';
import { BrokenItem, isConditionFailure, reaching } from '../failures.ts';
import {
  ATTENTION,
  carrierKey,
  claimKey,
  consentKey,
  EFFECT_PREFIX,
  effectKey,
  effectPrefix,
  INDEXES,
  jobPk,
  MESSAGE_PREFIX,
  messageKey,
  messagesFrom,
  phoneOf,
  sidOf,
  timelineIdOf,
} from '../jobs-table/keys.ts';
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
  const isClaim = (found: Effect | null, { owner, fence, state }: Effect): boolean =>
    found?.state === state && found.owner === owner && found.fence === fence;
  /** Writes the next state of an effect that still is as it was seen. */
  const replace = async (seen: Effect, next: Effect | null): Promise<Effect | null> => {
    if (!next) return null;
    const isTaken = await holds(() =>
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: effectKey(seen),
          UpdateExpression:
            'SET #state = :state, #owner = :owner, carrier = :carrier, carrierSince = :since, isDoubtful = :doubtful, fence = :next, leaseUntil = :lease, updatedAt = :now, claims = :claims',
          ConditionExpression: 'fence = :seen AND #state = :was',
          ExpressionAttributeNames: { '#state': 'state', '#owner': 'owner' },
          ExpressionAttributeValues: {
            ':state': next.state,
            ':owner': next.owner,
            ':carrier': next.carrier,
            ':since': next.carrierSince,
            ':doubtful': next.isDoubtful,
            ':next': next.fence,
            ':lease': next.leaseUntil,
            ':now': next.updatedAt,
            ':claims': next.claims,
            ':seen': seen.fence,
            ':was': seen.state,
          },
        }),
      ),
    );
    return isTaken || isClaim(await find(seen), next) ? next : null;
  };
  const updateClaimItem = (sid: MessageSid, update: string, values: Record<string, unknown>) =>
    holds(() =>
      client.send(
        new UpdateCommand({
          TableName: table,
          Key: claimKey(sid),
          UpdateExpression: update,
          // What is not there has no answer either, but is no message.
          ConditionExpression: 'attribute_exists(pk) AND answeredBy = :nobody',
          ExpressionAttributeValues: { ...values, ':nobody': null },
        }),
      ),
    );
  /** The keys of what waits for somebody, oldest first. */
  const waiting = (attention: string, before: number) =>
    queryAll(client, {
      TableName: table,
      IndexName: INDEXES.byAttention,
      KeyConditionExpression: 'attention = :attention AND attentionAt < :before',
      ExpressionAttributeValues: { ':attention': attention, ':before': before },
    });

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

    record: ({ timelineId, sender, heldUntil }, message) =>
      reaching(STORE, async () => {
        await put({ ...messageKey(timelineId, message.receivedAt, message.messageSid), ...message, sender, heldUntil });
      }),

    acknowledge: (sid, who, at) =>
      reaching(STORE, () =>
        updateClaimItem(sid, 'SET answeredBy = :who, answeredAt = :at REMOVE attention, attentionAt', {
          ':who': who,
          ':at': at,
        }),
      ),

    flagUnanswered: (sid, at) =>
      reaching(STORE, async () => {
        await updateClaimItem(sid, 'SET attention = :attention, attentionAt = if_not_exists(attentionAt, :at)', {
          ':attention': ATTENTION.unanswered,
          ':at': at,
        });
      }),

    open: (effect) =>
      reaching(STORE, async () => {
        const waits =
          effect.state === 'CLAIMED' ? { attention: ATTENTION.unsettled, attentionAt: effect.claimedAt } : {};
        return (await put({ ...effectKey(effect), ...effect, ...waits })) || isClaim(await find(effect), effect);
      }),

    findEffect: (key) => reaching(STORE, () => find(key)),

    effectsOf: (timelineId, sid) =>
      reaching(STORE, async () => {
        const items = await queryAll(client, {
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND begins_with(sk, :effects)',
          ExpressionAttributeValues: { ':pk': jobPk(timelineId), ':effects': effectPrefix(sid) },
          ConsistentRead: true,
        });
        return items.map(toEffect);
      }),

    claim: (seen, owner, carrier, now) => reaching(STORE, () => replace(seen, claimed(seen, owner, carrier, now))),

    handOver: (claim, carrier, now) => reaching(STORE, () => replace(claim, handedOver(claim, carrier, now))),

    settle: (claim, result, now) =>
      reaching(STORE, () =>
        holds(() =>
          client.send(
            new UpdateCommand({
              TableName: table,
              Key: effectKey(claim),
              UpdateExpression: `SET #state = :state, carrierSid = :sid, errorCode = :code, errorClass = :class, updatedAt = :now${isFinal(result.state) ? NO_LONGER_WAITS : ''}`,
              ConditionExpression: 'fence = :fence AND #state = :claimed',
              ExpressionAttributeNames: { '#state': 'state' },
              ExpressionAttributeValues: {
                ':state': result.state,
                ':sid': result.carrierSid,
                ':code': result.errorCode,
                ':class': result.errorClass,
                ':now': now,
                ':fence': claim.fence,
                ':claimed': 'CLAIMED',
              },
            }),
          ),
        ),
      ),

    recordDelivery: (key, { carrierSid, delivery, errorCode, errorClass }, now) =>
      reaching(STORE, async () => {
        const earlier = EARLIER[delivery ?? 'none'];
        const isNew = earlier.map((_, i) => `delivery = :earlier${i}`).join(' OR ') || '#state <> :accepted';
        const update = new UpdateCommand({
          TableName: table,
          Key: effectKey(key),
          UpdateExpression: `SET #state = :accepted, carrierSid = :sid, errorCode = :code, errorClass = :class, updatedAt = :now${delivery ? ', delivery = :delivery' : ''}${NO_LONGER_WAITS}`,
          ConditionExpression: `attribute_exists(pk) AND (${isNew})`,
          ExpressionAttributeNames: { '#state': 'state' },
          ExpressionAttributeValues: {
            ':accepted': 'ACCEPTED',
            ':sid': carrierSid,
            ':code': delivery ? errorCode : null,
            ':class': delivery ? errorClass : null,
            ':now': now,
            ...(delivery ? { ':delivery': delivery } : {}),
            ...Object.fromEntries(earlier.map((state, i) => [`:earlier${i}`, state])),
          },
          ReturnValues: 'ALL_NEW',
        });
        let changed: Record<string, unknown> | undefined;
        await holds(async () => {
          changed = (await client.send(update)).Attributes;
        });
        return changed ? toEffect(changed) : null;
      }),

    recent: (timelineId, since) =>
      reaching(STORE, async () => {
        const items = await queryAll(client, {
          TableName: table,
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':pk': jobPk(timelineId),
            ':first': messagesFrom(since),
            ':last': `${MESSAGE_PREFIX}~`,
          },
          ConsistentRead: true,
        });
        return items.flatMap(toRecent);
      }),

    sentTo: (phone, since) =>
      reaching(STORE, async () => {
        const items = await queryAll(client, {
          TableName: table,
          IndexName: INDEXES.byRecipient,
          KeyConditionExpression: '#to = :phone AND claimedAt >= :since',
          ExpressionAttributeNames: { '#to': 'to' },
          ExpressionAttributeValues: { ':phone': phone, ':since': since },
          ScanIndexForward: false,
        });
        return items.map((item) => ({ ...toEffectKey(item), at: Number(item['claimedAt']) }));
      }),

    stopped: (phones) =>
      reaching(STORE, async () => {
        let keys: Array<Record<string, unknown>> = [...new Set(phones)].map(consentKey);
        const stopped = new Set<string>();
        while (keys.length > 0) {
          const { Responses = {}, UnprocessedKeys = {} } = await client.send(
            new BatchGetCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } }),
          );
          for (const item of Responses[table] ?? []) if (item['isStopped'] === true) stopped.add(phoneOf(item['pk']));
          keys = UnprocessedKeys[table]?.Keys ?? [];
        }
        return stopped;
      }),

    setConsent: ({ phone, isStopped, by, at }) =>
      reaching(STORE, async () => {
        await holds(() =>
          client.send(
            new UpdateCommand({
              TableName: table,
              Key: consentKey(phone),
              UpdateExpression: 'SET isStopped = :stopped, #by = :by, #at = :at',
              ConditionExpression: 'attribute_not_exists(pk) OR #at <= :at',
              ExpressionAttributeNames: { '#by': 'by', '#at': 'at' },
              ExpressionAttributeValues: { ':stopped': isStopped, ':by': by, ':at': at },
            }),
          ),
        );
      }),

    trouble: (carrier) =>
      reaching(STORE, async () => {
        const { since, triedAt } = (await get(carrierKey(carrier))) ?? {};
        return typeof since === 'number' ? { since, triedAt: Number(triedAt) } : null;
      }),

    noteTrouble: (carrier, at) =>
      reaching(STORE, async () => {
        await holds(() =>
          client.send(
            new UpdateCommand({
              TableName: table,
              Key: carrierKey(carrier),
              // Cleared, the item stays: the worker may delete nothing.
              UpdateExpression: at === null ? 'REMOVE since, triedAt' : 'SET since = :at, triedAt = :at',
              ConditionExpression: at === null ? 'attribute_exists(since)' : 'attribute_not_exists(since)',
              ...(at === null ? {} : { ExpressionAttributeValues: { ':at': at } }),
            }),
          ),
        );
      }),

    tryAgain: (carrier, { triedAt }, now) =>
      reaching(STORE, () =>
        holds(() =>
          client.send(
            new UpdateCommand({
              TableName: table,
              Key: carrierKey(carrier),
              UpdateExpression: 'SET triedAt = :now',
              ConditionExpression: 'triedAt = :seen',
              ExpressionAttributeValues: { ':now': now, ':seen': triedAt },
            }),
          ),
        ),
      ),

    attention: (before) =>
      reaching(STORE, async () => {
        const [effects, messages] = await Promise.all([
          waiting(ATTENTION.unsettled, before),
          waiting(ATTENTION.unanswered, before),
        ]);
        const found = await Promise.all(effects.map((item) => find(toEffectKey(item))));
        const plans = await Promise.all(
          messages.map(async (item) => ({ item, plan: await get(claimKey(sidOf(item['pk']))) })),
        );
        return {
          // The index lags behind: what has been settled meanwhile is left out.
          unsettled: found
            .filter((effect) => effect !== null && !isFinal(effect.state))
            .filter((effect) => effect !== null),
          unanswered: plans.flatMap(({ item, plan }) => {
            const messageSid = parseMessageSid(sidOf(item['pk']));
            return messageSid && plan && plan['answeredBy'] === null
              ? [{ messageSid, timelineId: toPlan(plan).timelineId, since: Number(item['attentionAt']) }]
              : [];
          }),
        };
      }),

    timeline: (timelineId) =>
      reaching(STORE, async () => {
        const items = await queryAll(client, {
          TableName: table,
          // `EFFECT#…` and `MSG#…` lie side by side, before `STATE`: one query returns both.
          KeyConditionExpression: 'pk = :pk AND sk BETWEEN :first AND :last',
          ExpressionAttributeValues: {
            ':pk': jobPk(timelineId),
            ':first': EFFECT_PREFIX,
            ':last': `${MESSAGE_PREFIX}~`,
          },
          ConsistentRead: true,
        });
        return timelineOf(items);
      }),
  };
};

/** The timeline in a timeline’s items, oldest first; items of other kinds are passed over. */
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
  const { recipient, to } = isJsonObject(item) ? item : {};
  const id = parseRecipientId(String(recipient));
  if (!id || typeof to !== 'string') throw new BrokenItem('An item of qdn-jobs names no recipient');
  return { recipient: id, to };
};

/** Ends an update of an effect that nobody has to look after any more. */
const NO_LONGER_WAITS = ' REMOVE attention, attentionAt';
const isFinal = (state: Effect['state']): boolean => state === 'ACCEPTED' || state === 'REJECTED';

const toMember = (item: unknown): TeamMember => ({
  ...toRecipient(item),
  notBefore: isJsonObject(item) ? Number(item['notBefore']) : 0,
});

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const toPlan = (item: Record<string, unknown>): RelayPlan => {
  const { timelineId, sender, from, receivedAt, begunAt, recipients, body, acknowledges, bounce, heldUntil } = item;
  const kind = PLAN_KINDS.find((one) => one === item['kind']);
  const isPlan = typeof timelineId === 'string' && typeof receivedAt === 'number' && typeof body === 'string';
  if (!isPlan || !kind || !Array.isArray(recipients)) throw new BrokenItem('An item of qdn-jobs is not a relay’s plan');
  return {
    kind,
    timelineId,
    sender: String(sender),
    from: String(from),
    receivedAt,
    begunAt: Number(begunAt),
    recipients: recipients.map(toMember),
    body,
    acknowledges: Array.isArray(acknowledges) ? acknowledges.flatMap((sid) => parseMessageSid(String(sid)) ?? []) : [],
    notice: textOrNull(item['notice']),
    bounce: bounce ? toRecipient(bounce) : null,
    heldUntil: typeof heldUntil === 'number' ? heldUntil : null,
    answeredBy: textOrNull(item['answeredBy']),
  };
};

/** The keys of an effect’s item, which an index has. */
const toEffectKey = ({ pk, sk }: Record<string, unknown>): EffectKey => {
  const [, sid = '', who = '', last] = String(sk).split('#');
  const [messageSid, recipient, attempt] = [parseMessageSid(sid), parseRecipientId(who), parseAttempt(last)];
  if (!messageSid || !recipient || attempt === null) throw new BrokenItem('An item of qdn-jobs is not an effect');
  return { timelineId: timelineIdOf(pk), messageSid, recipient, attempt };
};

const toRecent = ({ messageSid, from, body, receivedAt, heldUntil }: Record<string, unknown>): RecentMessage[] =>
  typeof receivedAt === 'number' && typeof body === 'string'
    ? [
        {
          messageSid: String(messageSid),
          from: String(from),
          body,
          receivedAt,
          heldUntil: typeof heldUntil === 'number' ? heldUntil : null,
        },
      ]
    : [];

const toEffect = (item: Record<string, unknown>): Effect => {
  const { timelineId, messageSid, body, state, owner, fence, leaseUntil, attempt, claims, claimedAt, updatedAt } = item;
  const { errorCode, errorClass } = item;
  const sid = parseMessageSid(String(messageSid));
  const known = EFFECT_STATES.find((one) => one === state);
  if (!sid || !known || typeof fence !== 'number' || typeof body !== 'string') {
    throw new BrokenItem('An item of qdn-jobs is not an effect');
  }
  return {
    timelineId: String(timelineId),
    messageSid: sid,
    ...toRecipient(item),
    attempt: Number(attempt),
    body,
    state: known,
    carrier: String(item['carrier']),
    carrierSince: Number(item['carrierSince']),
    isDoubtful: item['isDoubtful'] === true,
    owner: String(owner),
    fence,
    leaseUntil: Number(leaseUntil),
    claims: Number(claims),
    claimedAt: Number(claimedAt),
    carrierSid: textOrNull(item['carrierSid']),
    errorCode: typeof errorCode === 'number' || typeof errorCode === 'string' ? errorCode : null,
    errorClass: FAILURE_CLASSES.find((one) => one === errorClass) ?? null,
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
