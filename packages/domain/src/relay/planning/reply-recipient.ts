import { parsePhoneNumber } from '../../ids.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import type { TimelineId } from '../outbound-message.ts';
import { type Conversation, likelyConversations } from './conversation.ts';
import { type ConversationLabel, labelOf } from './conversation-history.ts';
import { decide } from './decision-table.ts';
import { RECIPIENT_DECISION } from './dispatcher-decision.ts';
import type { FoundJob } from './find-job.ts';
import { guestHandle, jobHandle, leadingGuest } from './mentions.ts';

/** Maximum number of conversations that a dispatcher is offered when the recipient is unclear. */
const MAX_CHOICES = 3;

/** The recipient of a dispatcher's message; or a handle that matches no one, or the choices to ask about. */
export type ReplyRecipient =
  | { kind: 'known'; timelineId: TimelineId; to: string }
  | { kind: 'not-found'; handle: string }
  | { kind: 'unclear'; choices: ConversationLabel[] };

/**
 * Finds the recipient of a dispatcher's message (RECIPIENT_DECISION).
 * @param conversations of the dispatcher
 * @param now epoch ms
 */
export const replyRecipient = async (
  deps: RelayDependencies,
  message: InboundMessage,
  found: FoundJob,
  conversations: readonly Conversation[],
  now: number,
): Promise<ReplyRecipient> => {
  const guest = leadingGuest(message.body);
  const withGuest = guest === null ? undefined : conversations.find(({ from }) => guestHandle(from) === guest);
  const namedJob = found.isNamed ? found.job : null;
  const likely = likelyConversations(conversations, now).filter(({ from }) => parsePhoneNumber(from) !== null);
  const [newest] = likely;
  const [mentioned] = found.mentioned;
  const others = [...found.mentioned, ...found.maybeMentioned].filter(({ id }) => id !== newest?.timelineId);
  const outcome = decide(RECIPIENT_DECISION, {
    namesGuest: guest !== null,
    isGuestKnown: withGuest !== undefined,
    namesJob: namedJob !== null,
    namesUnknownJob: found.unknownId !== null,
    likelyConversations: likely.length,
    mentionedJobs: found.mentioned.length,
    otherMentionedJobs: others.length,
  });
  const job = outcome === 'mentioned-job' ? mentioned : namedJob;
  switch (outcome) {
    case 'guest':
    case 'conversation': {
      const conversation = outcome === 'guest' ? withGuest : newest;
      if (!conversation) break;
      return { kind: 'known', timelineId: conversation.timelineId, to: conversation.from };
    }
    case 'job':
    case 'mentioned-job':
      if (!job) break;
      return { kind: 'known', timelineId: job.id, to: job.customer.phone };
    case 'not-found':
      return { kind: 'not-found', handle: guest ?? jobHandle(found.unknownId ?? '', deps.company.jobPrefix) };
    case 'unclear':
      break;
  }
  const choices = await Promise.all(likely.slice(0, MAX_CHOICES).map((one) => labelOf(deps, one)));
  const alsoMentioned = others
    .filter(({ id }) => likely.every(({ timelineId }) => timelineId !== id))
    .map(({ id, customer }) => ({ handle: jobHandle(id, deps.company.jobPrefix), name: customer.name }));
  return { kind: 'unclear', choices: [...choices, ...alsoMentioned] };
};
