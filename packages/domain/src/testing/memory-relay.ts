import type { MessageSid } from '../ids.ts';
import type { RelayStore, TimelineEntry } from '../ports/relay.ts';
import { claimed, type Effect, type EffectKey, effectId, settled, withReceipt } from '../relay/effect.ts';
import type { RelayPlan } from '../relay/plan.ts';

/** The relay's memory, in memory, under the same contract as the table. `reads` counts what an engine would be asked. */
export const memoryRelay = (): RelayStore & { reads: number } => {
  const plans = new Map<MessageSid, RelayPlan>();
  const messages = new Map<string, Omit<TimelineEntry, 'effects'>>();
  const effects = new Map<string, Effect>();
  const find = (key: EffectKey) => effects.get(effectId(key)) ?? null;
  const isClaim = (found: Effect | null, owner: string, fence: number) =>
    found?.state === 'CLAIMED' && found.owner === owner && found.fence === fence;

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
    record: async ({ scope, sender }, { messageSid, receivedAt, body }) => {
      const key = `${scope} ${messageSid}`;
      if (!messages.has(key)) messages.set(key, { message: { messageSid, receivedAt, body }, sender });
    },
    open: async (effect) => {
      const found = find(effect);
      if (found) return isClaim(found, effect.owner, effect.fence);
      effects.set(effectId(effect), { ...effect });
      return true;
    },
    findEffect: async (key) => {
      store.reads += 1;
      return structuredClone(find(key));
    },
    claim: async (seen, owner, now) => {
      const next = claimed(seen, owner, now);
      const found = find(seen);
      if (!next || isClaim(found, owner, next.fence)) return next && structuredClone(found);
      if (!found || found.fence !== seen.fence || found.state !== seen.state) return null;
      effects.set(effectId(seen), { ...next });
      return next;
    },
    settle: async (claim, result, now) => {
      const found = find(claim);
      const next = found && settled(found, claim.fence, result, now);
      if (next) effects.set(effectId(claim), next);
      return next !== null;
    },
    recordDelivery: async (key, receipt, now) => {
      const found = find(key);
      const next = found && withReceipt(found, receipt, now);
      if (next) effects.set(effectId(key), next);
    },
    timeline: async (scope) => {
      store.reads += 1;
      return [...messages]
        .filter(([key]) => key.startsWith(`${scope} `))
        .map(([, entry]) => ({
          ...structuredClone(entry),
          effects: [...effects.values()]
            .filter((effect) => effect.scope === scope && effect.messageSid === entry.message.messageSid)
            .sort((a, b) => (a.recipient < b.recipient ? -1 : 1))
            .map((effect) => ({ ...effect })),
        }))
        .sort((a, b) => a.message.receivedAt - b.message.receivedAt);
    },
  };
  return store;
};
