import type { Job, OutboundMessage, RelayCompany, RelayPlan } from '@qdn/domain';
import type { Text } from './texts.ts';

/** A text that a carrier accepted. */
export type AcceptedText = {
  carrier: string;
  carrierSid: string;
  outboundMessageId: string;
  to: string;
  body: string;
  hasPictures: boolean;
};

/** A message as a timeline has it. */
export type MessageOnTimeline = { timelineId: string; from: string; body: string };

/** The events that the guarantees cover. `step` is only printed for a failing seed; no rule reads it. */
export type Happening =
  /** The company of the seed. */
  | { kind: 'company'; company: RelayCompany }
  /** All jobs, at the start and after each change. */
  | { kind: 'jobs'; jobs: readonly Job[] }
  /** A text that someone writes; its `at` counts from the start. */
  | { kind: 'written'; text: Text }
  /** Answer to the sender of a webhook; null if it got none. */
  | { kind: 'answered'; status: number | null }
  | { kind: 'accepted'; text: AcceptedText }
  /** The list of a carrier has no words. */
  | { kind: 'redacted'; carrier: string }
  /** The queue accepted a receipt, and the carrier got a success status. */
  | { kind: 'receipt'; outboundMessageId: string; status: string }
  /** The plan that a worker read. */
  | { kind: 'planned'; plan: RelayPlan }
  /** The new state of an outbound message in the store. */
  | { kind: 'outbound-message'; outbound: OutboundMessage }
  /** The records of the compliance log. */
  | { kind: 'logged'; id: string }
  /** The new consent of a number in the store. */
  | { kind: 'consent'; phone: string; isStopped: boolean }
  | { kind: 'dead-lettered' }
  | { kind: 'replayed' }
  /** The final state without pending events: after the nemesis, and again after the replay of the dead-letter queue. */
  | {
      kind: 'at-rest';
      round: 'nemesis' | 'replay';
      plan: RelayPlan | null;
      outboundMessages: OutboundMessage[];
      isDead: boolean;
      /** The timelines that have the message. */
      timelines: readonly MessageOnTimeline[];
    }
  | { kind: 'step'; who: string; what: string };

/** `sid` is the message concerned; null for events that concern all. */
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

const outboundLine = (outbound: OutboundMessage): string => {
  const { recipient, attempt, state, carrier, fence, claims, owner, carrierSid, errorCode, delivery } = outbound;
  return `${recipient}${attempt > 1 ? ` attempt ${attempt}` : ''} ${state} with ${carrier} fence ${fence} claim ${claims} by ${owner} ${carrierSid ?? ''} ${errorCode ?? ''} ${delivery ?? ''}`.trimEnd();
};

const sentence = (entry: Entry): string => {
  switch (entry.kind) {
    case 'company':
      return `COMPANY with ${entry.company.contacts.map(({ id }) => id).join(', ')}`;
    case 'jobs':
      return `JOBS ${entry.jobs.map(({ id, status, contacts }) => `${id} ${status}: ${contacts.map((one) => one.id).join(', ')}`).join('; ')}`;
    case 'written':
      return `WRITTEN by ${entry.text.from}: ${entry.text.body}`;
    case 'answered':
      return `WEBHOOK answered ${entry.status ?? 'with nothing'}`;
    case 'accepted':
      return `ACCEPTED by ${entry.text.carrier}: ${entry.text.outboundMessageId} to ${entry.text.to} as ${entry.text.carrierSid}`;
    case 'redacted':
      return `REDACTED: the list of ${entry.carrier} has no words`;
    case 'receipt':
      return `RECEIPT ${entry.status} for ${entry.outboundMessageId}`;
    case 'planned':
      return `plan: ${entry.plan.kind} ${entry.plan.timelineId} to ${entry.plan.recipients.map(({ recipient }) => recipient).join(', ') || 'no one'}`;
    case 'outbound-message':
      return `OUTBOUND ${outboundLine(entry.outbound)}`;
    case 'logged':
      return `logged: ${entry.id}`;
    case 'consent':
      return `CONSENT ${entry.phone} ${entry.isStopped ? 'stopped' : 'started'}`;
    case 'dead-lettered':
      return 'DEAD-LETTERED';
    case 'replayed':
      return 'REPLAYED';
    case 'at-rest':
      return `AT REST after ${entry.round}: ${entry.isDead ? 'in the dead-letter queue; ' : ''}${entry.outboundMessages.map(outboundLine).join('; ') || 'no outbound messages'}`;
    case 'step':
      return `${entry.who}: ${entry.what}`;
  }
};

/**
 * Returns the history as lines: only events of one message, of the workers that held it, and those that concern all messages.
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
