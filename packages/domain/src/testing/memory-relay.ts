import type { MessageSid } from '../ids.ts';
import type { CarrierTrouble, Consent, RelayStore, TimelineEntry } from '../ports/relay.ts';
import type { RecentMessage } from '../relay/budget.ts';
import {
  claimed,
  handedOver,
  type OutboundMessage,
  type OutboundMessageKey,
  outboundMessageId,
  resolved,
  type TimelineId,
  withReceipt,
} from '../relay/outbound-message.ts';
import type { RelayPlan } from '../relay/plan.ts';

type Recorded = RecentMessage & { timelineId: TimelineId; sender: string; messageSid: MessageSid };

/** Makes a relay store in memory, under the same contract as the table. `reads` counts the reads of an engine. */
export const memoryRelay = (): RelayStore & { reads: number } => {
  const plans = new Map<MessageSid, RelayPlan>();
  const flags = new Map<MessageSid, number>();
  const messages = new Map<string, Recorded>();
  const outboundMessages = new Map<string, OutboundMessage>();
  const consents = new Map<string, Consent>();
  const troubles = new Map<string, CarrierTrouble>();
  const find = (key: OutboundMessageKey) => outboundMessages.get(outboundMessageId(key)) ?? null;
  const isClaim = (found: OutboundMessage | null, owner: string, fence: number) =>
    found?.state === 'CLAIMED' && found.owner === owner && found.fence === fence;
  const onTimeline = (timelineId: TimelineId) =>
    [...messages.values()].filter((one) => one.timelineId === timelineId).sort((a, b) => a.receivedAt - b.receivedAt);
  const ofMessage = (timelineId: TimelineId, sid: MessageSid) =>
    [...outboundMessages.values()]
      .filter((outbound) => outbound.timelineId === timelineId && outbound.messageSid === sid)
      .sort((a, b) => (a.recipient === b.recipient ? a.attempt - b.attempt : a.recipient < b.recipient ? -1 : 1));
  /** Replaces an outbound message if it has not changed since it was read. */
  const replace = (seen: OutboundMessage, next: OutboundMessage | null, owner: string): OutboundMessage | null => {
    const found = find(seen);
    if (!next || isClaim(found, owner, next.fence)) return next && structuredClone(found);
    if (!found || found.fence !== seen.fence || found.state !== seen.state) return null;
    outboundMessages.set(outboundMessageId(seen), { ...next });
    return structuredClone(next);
  };

  const store: RelayStore & { reads: number } = {
    reads: 0,
    plan: async (sid) => {
      store.reads += 1;
      return structuredClone(plans.get(sid) ?? null);
    },
    pin: async (sid, plan) => {
      const pinned = plans.get(sid) ?? structuredClone(plan);
      plans.set(sid, pinned);
      return structuredClone(pinned);
    },
    record: async ({ timelineId, sender, heldUntil }, { messageSid, receivedAt, from, body }) => {
      const key = `${timelineId} ${messageSid}`;
      if (!messages.has(key)) messages.set(key, { timelineId, sender, messageSid, from, body, receivedAt, heldUntil });
    },
    acknowledge: async (sid, who) => {
      const plan = plans.get(sid);
      if (!plan || plan.answeredBy !== null) return false;
      plans.set(sid, { ...plan, answeredBy: who });
      flags.delete(sid);
      return true;
    },
    flagUnanswered: async (sid, at) => {
      if (plans.get(sid)?.answeredBy === null && !flags.has(sid)) flags.set(sid, at);
    },
    open: async (outbound) => {
      const found = find(outbound);
      if (found)
        return found.owner === outbound.owner && found.fence === outbound.fence && found.state === outbound.state;
      outboundMessages.set(outboundMessageId(outbound), { ...outbound });
      return true;
    },
    findOutboundMessage: async (key) => {
      store.reads += 1;
      return structuredClone(find(key));
    },
    outboundMessagesOf: async (timelineId, sid) => {
      store.reads += 1;
      return structuredClone(ofMessage(timelineId, sid));
    },
    claim: async (seen, owner, carrier, now) => replace(seen, claimed(seen, owner, carrier, now), owner),
    handOver: async (claim, carrier, now) => replace(claim, handedOver(claim, carrier, now), claim.owner),
    resolve: async (claim, result, now) => {
      const found = find(claim);
      const next = found && resolved(found, claim.fence, result, now);
      if (next) outboundMessages.set(outboundMessageId(claim), next);
      return next !== null;
    },
    recordDelivery: async (key, receipt, now) => {
      const found = find(key);
      const next = found && withReceipt(found, receipt, now);
      if (next) outboundMessages.set(outboundMessageId(key), next);
      return structuredClone(next);
    },
    recent: async (timelineId, since) => {
      store.reads += 1;
      return onTimeline(timelineId)
        .filter(({ receivedAt }) => receivedAt >= since)
        .map(({ messageSid, from, body, receivedAt, heldUntil }) => ({
          messageSid,
          from,
          body,
          receivedAt,
          heldUntil,
        }));
    },
    sentTo: async (phone, since) => {
      store.reads += 1;
      return [...outboundMessages.values()]
        .filter(({ to, claimedAt }) => to === phone && claimedAt >= since)
        .sort((a, b) => b.claimedAt - a.claimedAt)
        .map(({ timelineId, messageSid, recipient, attempt, claimedAt }) => ({
          timelineId,
          messageSid,
          recipient,
          attempt,
          at: claimedAt,
        }));
    },
    stopped: async (phones) => {
      store.reads += 1;
      return new Set(phones.filter((phone) => consents.get(phone)?.isStopped));
    },
    setConsent: async (consent) => {
      if ((consents.get(consent.phone)?.at ?? -1) <= consent.at) consents.set(consent.phone, { ...consent });
    },
    trouble: async (carrier) => {
      store.reads += 1;
      return structuredClone(troubles.get(carrier) ?? null);
    },
    noteTrouble: async (carrier, at) => {
      if (at === null) troubles.delete(carrier);
      else if (!troubles.has(carrier)) troubles.set(carrier, { since: at, triedAt: at });
    },
    tryAgain: async (carrier, { triedAt }, now) => {
      const trouble = troubles.get(carrier);
      if (trouble?.triedAt !== triedAt) return false;
      troubles.set(carrier, { ...trouble, triedAt: now });
      return true;
    },
    attention: async (before) => {
      store.reads += 1;
      return structuredClone({
        unresolved: [...outboundMessages.values()]
          .filter(({ state, claimedAt }) => state !== 'ACCEPTED' && state !== 'REJECTED' && claimedAt < before)
          .sort((a, b) => a.claimedAt - b.claimedAt),
        unanswered: [...flags].flatMap(([messageSid, since]) => {
          const timelineId = plans.get(messageSid)?.timelineId;
          return timelineId !== undefined && since < before ? [{ messageSid, timelineId, since }] : [];
        }),
      });
    },
    timeline: async (timelineId): Promise<TimelineEntry[]> => {
      store.reads += 1;
      return onTimeline(timelineId).map(({ messageSid, receivedAt, body, sender }) => ({
        message: { messageSid, receivedAt, body },
        sender,
        outboundMessages: structuredClone(ofMessage(timelineId, messageSid)),
      }));
    },
  };
  return store;
};
