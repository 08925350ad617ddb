import type { MessageSid } from '../ids.ts';
import { type RelayScope, UNMATCHED } from './effect.ts';
import { guestHandle, JOB_PREFIX } from './inbound.ts';
import type { RelayPlan } from './plan.ts';

/** What a dispatcher was sent because of a customer's message, and when (epoch ms). */
export type Told = { messageSid: MessageSid; at: number; plan: RelayPlan };

/** All that one person has written on one job, as far as one dispatcher was told of it. */
export type Conversation = { scope: RelayScope; from: string; told: Told[] };

/** A talk that was going on so lately that a text without a name may belong to it, in ms. */
const LATELY_MS = 15 * 60_000;
/** What is older is not meant by a text that names nothing, in ms. */
const RECENTLY_MS = 24 * 3_600_000;

/** Groups what a dispatcher was told by who had written, the newest first. */
export const conversationsOf = (told: readonly Told[]): Conversation[] => {
  const talks: Conversation[] = [];
  for (const one of told.toSorted((a, b) => b.at - a.at)) {
    const { scope, from, kind } = one.plan;
    if (kind !== 'team') continue;
    const talk = talks.find((other) => other.scope === scope && other.from === from);
    if (talk) talk.told.push(one);
    else talks.push({ scope, from, told: [one] });
  }
  return talks;
};

const isOpen = ({ told }: Conversation): boolean => told.some(({ plan }) => plan.answeredBy === null);

/**
 * The conversations that a dispatcher's text may belong to which names none: those that wait for an answer and those of the last
 * minutes; without any, those of the day. One is certain; several have to be asked about.
 * @param now epoch ms
 */
export const candidatesFor = (talks: readonly Conversation[], now: number): Conversation[] => {
  const since = (ms: number) => talks.filter(({ told }) => told.some(({ at }) => now - at <= ms));
  const pressing = since(RECENTLY_MS).filter((talk) => isOpen(talk) || since(LATELY_MS).includes(talk));
  return pressing.length > 0 ? pressing : since(RECENTLY_MS);
};

/** The messages of conversations that nobody has answered yet. */
export const openMessages = (talks: readonly Conversation[]): MessageSid[] =>
  talks.flatMap(({ told }) => told.filter(({ plan }) => plan.answeredBy === null).map(({ messageSid }) => messageSid));

/** How a dispatcher names a job in an answer: `@1042`; a job of another prefix in full. */
export const jobHandle = (scope: RelayScope): string => {
  const [prefix, number] = scope.split('-');
  return prefix === JOB_PREFIX ? `@${number}` : `@${scope}`;
};

/** How a dispatcher names whoever wrote; null when they cannot be answered at all, as a sender without a number. */
export const handleOf = (scope: RelayScope, from: string, customer: string | null): string | null =>
  scope !== UNMATCHED && from === customer ? jobHandle(scope) : guestHandle(from);
