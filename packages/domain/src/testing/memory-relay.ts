import type { MessageSid } from '../ids.ts';
import type { RelayStore, Resolution, TimelineEntry } from '../ports/relay.ts';
import { type Effect, isNewerDelivery } from '../relay/effect.ts';

type EffectKey = Pick<Effect, 'scope' | 'messageSid' | 'recipient'>;
const nameOf = ({ scope, messageSid, recipient }: EffectKey) => `${scope} ${messageSid} ${recipient}`;

/** The relay's memory, in memory, under the same contract as the table. `reads` counts what an engine would be asked. */
export const memoryRelay = (): RelayStore & { reads: number } => {
  const resolutions = new Map<MessageSid, Resolution>();
  const messages = new Map<string, Omit<TimelineEntry, 'effects'>>();
  const effects = new Map<string, Effect>();
  const change = (key: EffectKey, changes: Partial<Effect>): void => {
    const found = effects.get(nameOf(key));
    if (found) effects.set(nameOf(key), { ...found, ...changes });
  };

  const store: RelayStore & { reads: number } = {
    reads: 0,
    pin: async (sid, resolution) => {
      const pinned = resolutions.get(sid) ?? resolution;
      resolutions.set(sid, pinned);
      return { ...pinned };
    },
    resolution: async (sid) => {
      store.reads += 1;
      return structuredClone(resolutions.get(sid) ?? null);
    },
    record: async (scope, { messageSid, receivedAt, body }, sender) => {
      const key = `${scope} ${messageSid}`;
      if (!messages.has(key)) messages.set(key, { message: { messageSid, receivedAt, body }, sender });
    },
    open: async (effect) => {
      if (effects.has(nameOf(effect))) return false;
      effects.set(nameOf(effect), { ...effect });
      return true;
    },
    findEffect: async (key) => {
      store.reads += 1;
      return structuredClone(effects.get(nameOf(key)) ?? null);
    },
    claim: async (seen, owner, now, leaseUntil) => {
      const found = effects.get(nameOf(seen));
      if (!found || found.fence !== seen.fence || found.state !== seen.state) return null;
      change(seen, {
        state: 'CLAIMED',
        owner,
        fence: seen.fence + 1,
        leaseUntil,
        updatedAt: now,
        attempts: found.attempts + 1,
      });
      return structuredClone(effects.get(nameOf(seen)) ?? null);
    },
    settle: async (claimed, result, now) => {
      const found = effects.get(nameOf(claimed));
      if (!found || found.fence !== claimed.fence || found.state !== 'CLAIMED') return false;
      change(claimed, { ...result, updatedAt: now });
      return true;
    },
    recordDelivery: async (key, { carrierSid, delivery, errorCode }, now) => {
      const found = effects.get(nameOf(key));
      if (!found) return;
      const moves = delivery !== null && isNewerDelivery(found.delivery, delivery);
      if (moves) change(key, { state: 'ACCEPTED', carrierSid, delivery, errorCode, updatedAt: now });
      else if (delivery === null && found.state !== 'ACCEPTED')
        change(key, { state: 'ACCEPTED', carrierSid, updatedAt: now });
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
