import type { RelayDependencies } from '../dependencies.ts';
import type { Conversation } from './conversation.ts';
import { type Desk, newDesk, relayedToDesk } from './desk.ts';
import { personKey } from './person-key.ts';

/*
 * The desk of a phone that has none yet, from the texts that were sent to it: versions before desks kept nothing else. A new phone has no
 * such texts, so this costs one read in its life.
 */

/** Age and number of the texts that are looked at, and the number of plans that are read at a time. */
const SENT_WITHIN_MS = 7 * 24 * 3_600_000;
const MAX_SENT_TEXTS = 60;
const TEXTS_PER_READ = 20;

/** The desk, and the texts of its conversations that no one has answered. */
export type EarlierDesk = { desk: Desk; conversations: Array<Pick<Conversation, 'phone' | 'waiting'>> };

/** Returns the desk of a phone from the texts that were sent to it. Only reads. */
export const deskFromSentTexts = async (
  { relay, now }: Pick<RelayDependencies, 'relay' | 'now'>,
  phone: string,
): Promise<EarlierDesk> => {
  const sent = (await relay.sentTo(phone, now() - SENT_WITHIN_MS)).slice(0, MAX_SENT_TEXTS);
  const conversations = new Map<string, Conversation['waiting']>();
  let desk = newDesk(phone);
  let relayed = 0;
  for (let i = 0; i < sent.length && relayed < TEXTS_PER_READ; i += TEXTS_PER_READ) {
    const part = sent.slice(i, i + TEXTS_PER_READ);
    const plans = await Promise.all(part.map(({ messageSid }) => relay.plan(messageSid)));
    for (const [index, { messageSid, at }] of part.entries()) {
      const plan = plans[index];
      if (plan?.kind !== 'team') continue;
      relayed += 1;
      const person = personKey(plan.from);
      const { timelineId, receivedAt: since } = plan;
      // The newest text of a conversation is the first one.
      if (!conversations.has(person)) desk = relayedToDesk(desk, { phone: person, timelineId }, at);
      const waiting = conversations.get(person) ?? [];
      const waits = plan.answeredBy === null && !plan.forInformation;
      conversations.set(person, waits ? [{ messageSid, timelineId, since, isQuestion: false }, ...waiting] : waiting);
    }
  }
  return { desk, conversations: [...conversations].map(([person, waiting]) => ({ phone: person, waiting })) };
};
