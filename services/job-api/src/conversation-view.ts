import type { Wire } from '@qdn/contracts';
import {
  activeClaim,
  type Conversation,
  type ConversationText,
  jobHandle,
  type LastText,
  maskPhone,
  parseJobId,
  waitingSince,
} from '@qdn/domain';

const iso = (at: number): string => new Date(at).toISOString();

/** A text of a conversation in an answer. */
export const textView = ({
  messageSid,
  timelineId,
  at,
  side,
  sender,
  body,
}: ConversationText): NonNullable<Wire<'listedConversation'>['last']> => ({
  sid: messageSid,
  at: iso(at),
  jobId: parseJobId(timelineId),
  side,
  sender,
  body,
});

const lastView = ({ lastOfPerson, lastOfTeam, lastOfCompany }: Conversation): Wire<'listedConversation'>['last'] => {
  const texts: Array<[ConversationText['side'], LastText | null]> = [
    ['person', lastOfPerson],
    ['team', lastOfTeam],
    ['company', lastOfCompany],
  ];
  const [last] = texts
    .flatMap(([side, text]) => (text ? [{ ...text, side, sender: text.by }] : []))
    .sort((a, b) => b.at - a.at);
  return last ? textView(last) : null;
};

/**
 * A conversation in an answer, without the number.
 * @param now epoch ms: a claim releases itself
 */
export const conversationView = (
  conversation: Conversation,
  jobPrefix: string,
  now: number,
): Wire<'listedConversation'> => {
  const { id, name, phone, jobs, handle, channel, waiting, closedAt, otherPhoneOf } = conversation;
  const [newest] = jobs;
  const since = waitingSince(conversation);
  const claim = activeClaim(conversation, now);
  return {
    id,
    name,
    handle: newest ? jobHandle(newest, jobPrefix) : handle,
    otherPhoneOf: otherPhoneOf && { name: otherPhoneOf.name, by: otherPhoneOf.by, at: iso(otherPhoneOf.at) },
    from: maskPhone(phone),
    jobs,
    channel,
    waiting: waiting.length,
    waitingSince: since === null ? null : iso(since),
    isQuestion: waiting.some(({ isQuestion }) => isQuestion),
    last: lastView(conversation),
    claim: claim && { ...claim, at: iso(claim.at) },
    closedAt: closedAt === null ? null : iso(closedAt),
  };
};
