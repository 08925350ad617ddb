import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { claimed, type Delivery, handedOver, type OutboundMessage, type RelayStore } from '@qdn/domain';
import { reaching } from '../failures.ts';
import {
  ATTENTION,
  INDEXES,
  outboundMessageKey,
  outboundMessagePk,
  outboundMessagePrefix,
} from '../jobs-table/keys.ts';
import { queryAll } from '../query.ts';
import { isFinal, toOutboundMessage, toOutboundMessageKey } from './relay-items.ts';
import { holds, type RelayTable, STORE } from './relay-table.ts';

/** Ends an update of an outbound message that needs no more attention. */
const NO_LONGER_WAITS = ' REMOVE attention, attentionAt';

/** Tells whether an outbound message is in the state that this worker has written. */
const isClaim = (found: OutboundMessage | null, { owner, fence, state }: OutboundMessage): boolean =>
  found?.state === state && found.owner === owner && found.fence === fence;

/** Writes the next state of an outbound message that is still as it was read. */
const replace = async (
  table: RelayTable,
  seen: OutboundMessage,
  next: OutboundMessage | null,
): Promise<OutboundMessage | null> => {
  if (!next) return null;
  const isTaken = await holds(() =>
    table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: outboundMessageKey(seen),
        UpdateExpression:
          'SET body = :body, #state = :state, #owner = :owner, carrier = :carrier, carrierSince = :since, isDoubtful = :doubtful, fence = :next, leaseUntil = :lease, updatedAt = :now, claims = :claims',
        ConditionExpression: 'fence = :seen AND #state = :was',
        ExpressionAttributeNames: { '#state': 'state', '#owner': 'owner' },
        ExpressionAttributeValues: {
          ':body': next.body,
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
  return isTaken || isClaim(await table.findOutboundMessage(seen), next) ? next : null;
};

/** Writes of the texts to recipients. */
export const outboundMessageWrites = (
  table: RelayTable,
): Pick<RelayStore, 'open' | 'claim' | 'handOver' | 'resolve'> => ({
  open: (outbound) =>
    reaching(STORE, async () => {
      const waits =
        outbound.state === 'CLAIMED' ? { attention: ATTENTION.unresolved, attentionAt: outbound.claimedAt } : {};
      return (
        (await table.put({ ...outboundMessageKey(outbound), ...outbound, ...waits })) ||
        isClaim(await table.findOutboundMessage(outbound), outbound)
      );
    }),

  claim: (seen, owner, carrier, now, body) =>
    reaching(STORE, () => replace(table, seen, claimed(seen, owner, carrier, now, body))),

  handOver: (claim, carrier, now) => reaching(STORE, () => replace(table, claim, handedOver(claim, carrier, now))),

  resolve: (claim, result, now) =>
    reaching(STORE, () =>
      holds(() =>
        table.client.send(
          new UpdateCommand({
            TableName: table.name,
            Key: outboundMessageKey(claim),
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
});

/** States that each report of the carrier may follow: only forward, so that a final state stays. */
const EARLIER: Record<Delivery | 'none', ReadonlyArray<Delivery | null>> = {
  none: [],
  sent: [null],
  delivered: [null, 'sent'],
  undelivered: [null, 'sent'],
  failed: [null, 'sent'],
};

/** Receipts for the texts to recipients, and queries of them. */
export const outboundMessageReads = (
  table: RelayTable,
): Pick<RelayStore, 'recordDelivery' | 'findOutboundMessage' | 'outboundMessagesOf' | 'sentTo'> => ({
  recordDelivery: (key, { carrierSid, delivery, errorCode, errorClass }, now) =>
    reaching(STORE, async () => {
      const earlier = EARLIER[delivery ?? 'none'];
      const isNew = earlier.map((_, i) => `delivery = :earlier${i}`).join(' OR ') || '#state <> :accepted';
      const update = new UpdateCommand({
        TableName: table.name,
        Key: outboundMessageKey(key),
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
        changed = (await table.client.send(update)).Attributes;
      });
      return changed ? toOutboundMessage(changed) : null;
    }),

  findOutboundMessage: (key) => reaching(STORE, () => table.findOutboundMessage(key)),

  outboundMessagesOf: (timelineId, sid) =>
    reaching(STORE, async () => {
      const items = await queryAll(table.client, {
        TableName: table.name,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
        ExpressionAttributeValues: { ':pk': outboundMessagePk(timelineId, sid), ':prefix': outboundMessagePrefix(sid) },
        ConsistentRead: true,
      });
      return items.map(toOutboundMessage);
    }),

  sentTo: (phone, since) =>
    reaching(STORE, async () => {
      const items = await queryAll(table.client, {
        TableName: table.name,
        IndexName: INDEXES.byRecipient,
        KeyConditionExpression: '#to = :phone AND claimedAt >= :since',
        ExpressionAttributeNames: { '#to': 'to' },
        ExpressionAttributeValues: { ':phone': phone, ':since': since },
        ScanIndexForward: false,
      });
      return items.map((item) => ({ ...toOutboundMessageKey(item), at: Number(item['claimedAt']) }));
    }),
});
