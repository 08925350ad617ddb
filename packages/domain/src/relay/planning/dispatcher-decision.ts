import { decisionTable } from './decision-table.ts';

/**
 * The facts about a dispatcher's message.
 *  - `reaction`: the kind of tapback that it is, if it is one
 *  - `isAcknowledgement`: it only says "I have it": an approving reaction, or such words without a picture
 *  - `isAboutOneJob`: the acknowledgement, or the text that it reacts to, names a job
 *  - `unansweredConversations`: the number that the acknowledgement may be about
 *  - `asksAboutJob`: it asks for status, arrival or place of a job that it names
 *  - `asksForCall`: after a job or guest, it only asks to be connected by phone
 *  - `recipient`: whether its recipient is known
 *  - `isEmpty`: there is no text or picture to send
 */
export type DispatcherFacts = {
  isAutomaticReply: boolean;
  reaction: 'approving' | 'other' | null;
  isAcknowledgement: boolean;
  isAboutOneJob: boolean;
  unansweredConversations: number;
  asksAboutJob: boolean;
  asksForCall: boolean;
  recipient: 'known' | 'not-found' | 'unclear';
  isEmpty: boolean;
};

/** The decision about a dispatcher's message. An uncertain recipient is asked about, never guessed. */
export const DISPATCHER_DECISION = decisionTable<DispatcherFacts>()({
  title: 'A dispatcher’s message',
  conditions: {
    isAutomaticReply: {
      label: 'the phone answered by itself',
      holds: ({ isAutomaticReply }) => isAutomaticReply,
    },
    isOtherReaction: {
      label: 'it is a reaction that does not approve',
      holds: ({ reaction }) => reaction === 'other',
    },
    isAcknowledgement: {
      label: 'it only acknowledges',
      holds: ({ isAcknowledgement }) => isAcknowledgement,
    },
    isNothingUnanswered: {
      label: 'no message is unanswered',
      holds: ({ unansweredConversations }) => unansweredConversations === 0,
    },
    isAboutOneJob: { label: 'it names a job', holds: ({ isAboutOneJob }) => isAboutOneJob },
    areSeveralUnanswered: {
      label: 'several conversations are unanswered',
      holds: ({ unansweredConversations }) => unansweredConversations > 1,
    },
    asksAboutJob: {
      label: 'it asks for status, arrival or place of a job that it names',
      holds: ({ asksAboutJob }) => asksAboutJob,
    },
    isRecipientNotFound: {
      label: 'it names a job or guest that does not exist',
      holds: ({ recipient }) => recipient === 'not-found',
    },
    isRecipientUnclear: {
      label: 'its recipient is unclear',
      holds: ({ recipient }) => recipient === 'unclear',
    },
    asksForCall: {
      label: 'after a job or guest it only says "call"',
      holds: ({ asksForCall }) => asksForCall,
    },
    isEmpty: { label: 'there is nothing to send', holds: ({ isEmpty }) => isEmpty },
  },
  outcomes: {
    ignore: 'do nothing',
    'acknowledge-job': 'mark the job’s messages as answered',
    'acknowledge-newest': 'mark the newest conversation as answered',
    'acknowledge-newest-list-others': 'mark the newest conversation as answered, and list the others to the dispatcher',
    'answer-question': 'answer the dispatcher from the job',
    'say-not-found': 'tell the dispatcher that no job matches',
    'ask-recipient': 'ask the dispatcher who it is for',
    'place-call': 'ring the dispatcher, and connect the recipient',
    'ask-for-text': 'tell the dispatcher to type a message',
    send: 'send it to its recipient, and mark the recipient’s messages as answered',
  },
  rows: [
    { when: ['isAutomaticReply'], outcome: 'ignore' },
    { when: ['isOtherReaction'], outcome: 'ignore' },
    { when: ['isAcknowledgement', 'isNothingUnanswered'], outcome: 'ignore' },
    { when: ['isAcknowledgement', 'isAboutOneJob'], outcome: 'acknowledge-job' },
    { when: ['isAcknowledgement', 'areSeveralUnanswered'], outcome: 'acknowledge-newest-list-others' },
    { when: ['isAcknowledgement'], outcome: 'acknowledge-newest' },
    { when: ['asksAboutJob'], outcome: 'answer-question' },
    { when: ['isRecipientNotFound'], outcome: 'say-not-found' },
    { when: ['isRecipientUnclear'], outcome: 'ask-recipient' },
    { when: ['asksForCall'], outcome: 'place-call' },
    { when: ['isEmpty'], outcome: 'ask-for-text' },
    { when: [], outcome: 'send' },
  ],
});

/**
 * The facts about the recipient of a dispatcher's message. `likelyConversations` counts those that it may belong to;
 * `mentionedJobs` those in the middle of its sentence, `otherMentionedJobs` without the job of the likely conversation.
 */
export type RecipientFacts = {
  namesGuest: boolean;
  isGuestKnown: boolean;
  namesJob: boolean;
  namesUnknownJob: boolean;
  likelyConversations: number;
  mentionedJobs: number;
  otherMentionedJobs: number;
};

/** The decision about the recipient of a dispatcher's message. */
export const RECIPIENT_DECISION = decisionTable<RecipientFacts>()({
  title: 'The recipient of a dispatcher’s message',
  conditions: {
    namesGuest: { label: 'it begins with a guest such as @u0199', holds: ({ namesGuest }) => namesGuest },
    isGuestKnown: { label: 'that guest has written lately', holds: ({ isGuestKnown }) => isGuestKnown },
    namesJob: { label: 'it begins with a job, or its webhook names one', holds: ({ namesJob }) => namesJob },
    namesUnknownJob: {
      label: 'it begins with a job that does not exist',
      holds: ({ namesUnknownJob }) => namesUnknownJob,
    },
    isOneConversationLikely: {
      label: 'one conversation is unanswered or active',
      holds: ({ likelyConversations }) => likelyConversations === 1,
    },
    isNoConversationLikely: {
      label: 'no conversation is unanswered or recent',
      holds: ({ likelyConversations }) => likelyConversations === 0,
    },
    mentionsNoOtherJob: {
      label: 'it mentions no other job',
      holds: ({ otherMentionedJobs }) => otherMentionedJobs === 0,
    },
    mentionsOneJob: { label: 'it mentions one job', holds: ({ mentionedJobs }) => mentionedJobs === 1 },
  },
  outcomes: {
    guest: 'that guest',
    job: 'the customer of that job',
    conversation: 'the person in that conversation',
    'mentioned-job': 'the customer of the mentioned job',
    'not-found': 'not found',
    unclear: 'unclear',
  },
  rows: [
    { when: ['namesGuest', 'isGuestKnown'], outcome: 'guest' },
    { when: ['namesGuest'], outcome: 'not-found' },
    { when: ['namesJob'], outcome: 'job' },
    { when: ['namesUnknownJob'], outcome: 'not-found' },
    { when: ['isOneConversationLikely', 'mentionsNoOtherJob'], outcome: 'conversation' },
    { when: ['isNoConversationLikely', 'mentionsOneJob'], outcome: 'mentioned-job' },
    { when: [], outcome: 'unclear' },
  ],
});
