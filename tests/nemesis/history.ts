import type { Effect, RelayPlan } from '@qdn/domain';

/** One text that a carrier took. */
export type AcceptedText = {
  carrier: string;
  carrierSid: string;
  effectId: string;
  to: string;
  body: string;
};

/** What happened, as far as the promises are about it. `step` is for whoever reads a failing seed, and no rule looks at it. */
export type Happening =
  /** What the sender of a webhook was told; null when it got no answer. */
  | { kind: 'answered'; status: number | null }
  | { kind: 'accepted'; text: AcceptedText }
  /** The queue took a receipt: its carrier was told so. */
  | { kind: 'receipt'; effectId: string; status: string }
  /** What a worker was told that the plan is. */
  | { kind: 'planned'; plan: RelayPlan }
  /** An effect as the store has it from now on. */
  | { kind: 'effect'; effect: Effect }
  /** What the compliance log has got. */
  | { kind: 'logged'; id: string }
  /** What the store has about a number's wishes from now on. */
  | { kind: 'consent'; phone: string; isStopped: boolean }
  | { kind: 'dead-lettered' }
  | { kind: 'replayed' }
  /** How things stand when nothing is left to happen: with the nemesis, and once more after the dead-letter queue was replayed. */
  | { kind: 'at-rest'; round: 'nemesis' | 'replay'; plan: RelayPlan | null; effects: Effect[]; isDead: boolean }
  | { kind: 'step'; who: string; what: string };

/** `sid` is the message concerned; null for what concerns all. */
export type Entry = Happening & { at: number; sid: string | null };

export type History = {
  entries: readonly Entry[];
  add(at: number, sid: string | null, happening: Happening): void;
};

export const newHistory = (): History => {
  const entries: Entry[] = [];
  return {
    entries,
    add: (at, sid, happening) => {
      entries.push({ at, sid, ...happening });
    },
  };
};

const effectLine = (effect: Effect): string => {
  const { recipient, attempt, state, carrier, fence, claims, owner, carrierSid, errorCode, delivery } = effect;
  return `${recipient}${attempt > 1 ? ` attempt ${attempt}` : ''} ${state} with ${carrier} fence ${fence} claim ${claims} by ${owner} ${carrierSid ?? ''} ${errorCode ?? ''} ${delivery ?? ''}`.trimEnd();
};

const sentence = (entry: Entry): string => {
  switch (entry.kind) {
    case 'answered':
      return `WEBHOOK answered ${entry.status ?? 'with nothing'}`;
    case 'accepted':
      return `ACCEPTED by ${entry.text.carrier}: ${entry.text.effectId} to ${entry.text.to} as ${entry.text.carrierSid}`;
    case 'receipt':
      return `RECEIPT ${entry.status} for ${entry.effectId}`;
    case 'planned':
      return `plan: ${entry.plan.kind} ${entry.plan.timelineId} to ${entry.plan.recipients.map(({ recipient }) => recipient).join(', ') || 'nobody'}`;
    case 'effect':
      return `EFFECT ${effectLine(entry.effect)}`;
    case 'logged':
      return `logged: ${entry.id}`;
    case 'consent':
      return `CONSENT ${entry.phone} ${entry.isStopped ? 'stopped' : 'started'}`;
    case 'dead-lettered':
      return 'DEAD-LETTERED';
    case 'replayed':
      return 'REPLAYED';
    case 'at-rest':
      return `AT REST after ${entry.round}: ${entry.isDead ? 'in the dead-letter queue; ' : ''}${entry.effects.map(effectLine).join('; ') || 'no effects'}`;
    case 'step':
      return `${entry.who}: ${entry.what}`;
  }
};

/**
 * The history as lines, shortened to one message, to what the workers did that had it in hand, and to what concerned all of them.
 * @param sid null for everything
 */
export const historyOf = (entries: readonly Entry[], sid: string | null): string => {
  const start = entries[0]?.at ?? 0;
  const hands = new Set(entries.flatMap((entry) => (entry.kind === 'step' && entry.sid === sid ? [entry.who] : [])));
  return entries
    .filter(
      (entry) =>
        sid === null || entry.sid === sid || (entry.kind === 'step' && entry.sid === null && hands.has(entry.who)),
    )
    .map((entry) => {
      const message = sid === null ? `${entry.sid?.slice(-4) ?? '    '} ` : '';
      return `  ${((entry.at - start) / 1000).toFixed(3).padStart(10)} s  ${message}${sentence(entry)}`;
    })
    .join('\n');
};
