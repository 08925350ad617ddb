import type { BackupContact } from '../../job.ts';
import { replyText } from '../customer-wording.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { askRecipientText, NOTHING_TO_SEND, stillUnansweredText, unknownHandleText } from '../message-wording.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { CUSTOMER, NOTHING_PLANNED, type Planned, recipientNow } from '../plan.ts';
import { isAcknowledgement } from '../recognition/acknowledgement.ts';
import { isAutomaticReply } from '../recognition/automatic-reply.ts';
import { isCallRequest, withHandleFirst } from '../recognition/call-request.ts';
import { type Reaction, reactionOf } from '../recognition/reaction.ts';
import { handleInOurText } from '../text-layout.ts';
import { type Conversation, conversationsOf, unansweredMessages } from './conversation.ts';
import { labelOf, messagesRelayedTo, textHeldForRecipient, unansweredMessagesFrom } from './conversation-history.ts';
import { decide } from './decision-table.ts';
import { DISPATCHER_DECISION, type DispatcherFacts } from './dispatcher-decision.ts';
import type { FoundJob } from './find-job.ts';
import { mentionsIn, withoutLeadingMention } from './mentions.ts';
import { planCall } from './plan-call.ts';
import { type ReplyRecipient, replyRecipient } from './reply-recipient.ts';
import { composeDispatcherAnswer, isAnswerable, mediaLinks } from './text-facts.ts';

/** An answer belongs to messages of the recipient not older than this, in ms. */
const ANSWERED_WITHIN_MS = 24 * 3_600_000;
/** Maximum number of other unanswered conversations that an acknowledgement is answered with. */
const MAX_OTHERS_LISTED = 3;

/** A dispatcher's message, with everything that is read to decide about it. */
type DispatcherMessage = {
  deps: RelayDependencies;
  message: InboundMessage;
  contact: BackupContact;
  found: FoundJob;
  /** Epoch ms. */
  now: number;
  /** The text without the job or guest that it begins with. */
  text: string;
  conversations: Conversation[];
};

/**
 * Plans a dispatcher's message (DISPATCHER_DECISION).
 * @param now epoch ms
 */
export const planDispatcherMessage = async (
  deps: RelayDependencies,
  received: InboundMessage,
  contact: BackupContact,
  found: FoundJob,
  now: number,
): Promise<Planned> => {
  const message = { ...received, body: withHandleFirst(received.body) };
  const text = withoutLeadingMention(message.body, deps.company.jobPrefix);
  const isAutomatic = isAutomaticReply(message.body);
  const relayed = isAutomatic ? [] : await messagesRelayedTo(deps, message.from, now);
  const of = { deps, message, contact, found, now, text, conversations: conversationsOf(relayed) };
  const reaction = reactionOf(message.body);
  const ackJob = acknowledgedJob(of, reaction);
  const unanswered = unansweredConversations(of, ackJob);
  const facts: DispatcherFacts = {
    isAutomaticReply: isAutomatic,
    reaction: reaction && (reaction.isApproving ? 'approving' : 'other'),
    isAcknowledgement: reaction
      ? reaction.isApproving
      : isAcknowledgement(text) && message.media.length === 0 && found.unknownId === null,
    isAboutOneJob: ackJob !== null,
    unansweredConversations: unanswered.length,
    asksAboutJob: found.isNamed && found.job !== null && isAnswerable(deps, message),
    // Without a handle, "call" may be words to a customer.
    asksForCall: text !== message.body.trim() && message.media.length === 0 && isCallRequest(text),
    recipient: 'known',
    isEmpty: false,
  };
  // Most rows decide without the recipient: it is looked up only when one of the others might.
  const outcome = decide(DISPATCHER_DECISION, facts);
  switch (outcome) {
    case 'acknowledge-job':
      return { ...NOTHING_PLANNED, timelineId: ackJob ?? UNMATCHED, acknowledges: unansweredMessages(unanswered) };
    case 'acknowledge-newest':
    case 'acknowledge-newest-list-others':
      return acknowledgeNewest(of, unanswered, outcome === 'acknowledge-newest-list-others');
    case 'answer-question':
      return found.job ? answer(of, await composeDispatcherAnswer(deps, message, found.job)) : NOTHING_PLANNED;
    case 'place-call':
    case 'send':
      return planForRecipient(of, facts);
    default:
      return NOTHING_PLANNED;
  }
};

/** Returns the job that an acknowledgement names, itself or in the text that it reacts to; null without one. */
const acknowledgedJob = ({ deps, found }: DispatcherMessage, reaction: Reaction | null): string | null => {
  const named = found.isNamed ? found.job : null;
  if (named || !reaction) return named?.id ?? null;
  // Our texts begin with the handle. Any other job in the quote is the customer's words.
  const handle = handleInOurText(reaction.quote);
  const { jobPrefix } = deps.company;
  return mentionsIn(handle ?? reaction.quote, jobPrefix)[0]?.job ?? null;
};

/** Returns a dispatcher's unanswered conversations, the newest first: of one job, or of any where `jobId` is null. */
const unansweredConversations = ({ conversations }: DispatcherMessage, jobId: string | null): Conversation[] =>
  conversations.filter((one) => unansweredMessages([one]).length > 0 && (jobId === null || one.timelineId === jobId));

/** Marks the conversation that the dispatcher saw last as answered; the others stay unanswered. */
const acknowledgeNewest = async (
  of: DispatcherMessage,
  [newest, ...others]: readonly Conversation[],
  listsOthers: boolean,
): Promise<Planned> => {
  if (!newest) return NOTHING_PLANNED;
  const acknowledged = { timelineId: newest.timelineId, acknowledges: unansweredMessages([newest]) };
  if (!listsOthers) return { ...NOTHING_PLANNED, ...acknowledged };
  const labels = await Promise.all([newest, ...others.slice(0, MAX_OTHERS_LISTED)].map((one) => labelOf(of.deps, one)));
  return { ...(await answer(of, stillUnansweredText(labels))), ...acknowledged };
};

/** Sends a message to its recipient, or asks the dispatcher for what is missing. */
const planForRecipient = async (of: DispatcherMessage, facts: DispatcherFacts): Promise<Planned> => {
  const { deps, message, found, conversations, now, text } = of;
  const recipient = await replyRecipient(deps, message, found, conversations, now);
  const isBlank = text === '' && message.media.length === 0;
  const media = recipient.kind === 'known' ? await mediaLinks(deps, message) : [];
  const said = recipient.kind === 'known' && isBlank ? await textHeldForRecipient(deps, message, now) : text;
  const outcome = decide(DISPATCHER_DECISION, { ...facts, recipient: recipient.kind, isEmpty: said === null });
  if (outcome === 'say-not-found' && recipient.kind === 'not-found')
    return answer(of, unknownHandleText(recipient.handle));
  if (outcome === 'ask-recipient' && recipient.kind === 'unclear')
    return answer(of, askRecipientText(recipient.choices));
  if (outcome === 'place-call' && recipient.kind === 'known') return call(of, recipient);
  if (outcome === 'send' && recipient.kind === 'known' && said !== null) return send(of, recipient, said, media);
  return answer(of, NOTHING_TO_SEND);
};

/** Places a call, or tells the dispatcher why that is not possible. */
const call = async (
  of: DispatcherMessage,
  { timelineId, to }: Extract<ReplyRecipient, { kind: 'known' }>,
): Promise<Planned> => {
  const { deps, message, conversations, now } = of;
  const planned = await planCall(deps, message, { timelineId, to });
  if (planned.kind === 'refused') return { ...(await answer(of, planned.body)), timelineId };
  const recent = await deps.relay.recent(timelineId, now - ANSWERED_WITHIN_MS);
  const relayed = unansweredMessages(conversations.filter((one) => one.timelineId === timelineId && one.from === to));
  const acknowledges = [...new Set([...relayed, ...(await unansweredMessagesFrom(deps, recent, to))])];
  return { ...NOTHING_PLANNED, timelineId, acknowledges, call: planned.call };
};

const send = async (
  { deps, message, contact, conversations, now }: DispatcherMessage,
  { timelineId, to }: Extract<ReplyRecipient, { kind: 'known' }>,
  text: string,
  media: readonly string[],
): Promise<Planned> => {
  const { budgets, plainPunctuation } = deps.company.policy;
  const recent = await deps.relay.recent(timelineId, now - ANSWERED_WITHIN_MS);
  // A phone that answers our failure notices by itself would never stop.
  const windowStart = now - budgets.minutes * 60_000;
  const sentLately = recent.filter(({ from, receivedAt }) => from === message.from && receivedAt > windowStart);
  const isLoop = sentLately.length >= budgets.perSender;
  const relayed = unansweredMessages(conversations.filter((one) => one.timelineId === timelineId && one.from === to));
  return {
    kind: 'reply',
    timelineId,
    recipients: [recipientNow(CUSTOMER, to, now)],
    body: replyText(deps.company.name, text, media, plainPunctuation),
    acknowledges: [...new Set([...relayed, ...(await unansweredMessagesFrom(deps, recent, to))])],
    bounce: isLoop ? null : { recipient: contact.id, to: message.from },
  };
};

/** Answers the dispatcher, unless that has happened too often: a phone that answers by itself would never stop. */
const answer = async ({ deps, message, contact, found, now }: DispatcherMessage, body: string): Promise<Planned> => {
  const { budgets } = deps.company.policy;
  const recent = await deps.relay.recent(found.job?.id ?? UNMATCHED, now - budgets.minutes * 60_000);
  const isLoop = recent.filter(({ from }) => from === message.from).length >= budgets.perSender;
  if (isLoop) return NOTHING_PLANNED;
  return { kind: 'answer', recipients: [recipientNow(contact.id, message.from, now)], body };
};
