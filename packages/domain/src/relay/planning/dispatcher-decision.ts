import { decisionTable } from './decision-table.ts';

/**
 * The facts about a dispatcher's message.
 *  - `reaction`: the kind of tapback that it is, if it is one; `doubting` is a thumb down or a question mark, `disputing` the same on a
 *    colleague's answer
 *  - `command`: an order to the relay, as the whole text after its address
 *  - `isAddressed`: it names a person, guest or colleague
 *  - `isAcknowledgement`: it only says "I have it", in words or an emoji, without a picture
 *  - `conversations`: the number that it may be about: those that wait, or the one that it names or reacts to
 *  - `isQuestionOpen`: the one conversation has asked something, and no one has answered
 *  - `isQuestionOfOurs`: we have asked this dispatcher something that yes or no answers
 *  - `asksAboutJob`: it asks for status, arrival or place of a job that it names
 *  - `isWithoutWords`: it has nothing but punctuation
 */
export type DispatcherFacts = {
  isAutomaticReply: boolean;
  reaction: 'approving' | 'doubting' | 'disputing' | 'other' | null;
  command: 'undo' | 'mine' | 'claim' | 'release' | 'close' | 'yes' | 'no' | null;
  isAddressed: boolean;
  isAcknowledgement: boolean;
  conversations: number;
  isQuestionOpen: boolean;
  isQuestionOfOurs: boolean;
  asksAboutJob: boolean;
  isWithoutWords: boolean;
};

/** The decision about a dispatcher's message. Nothing is swallowed: it reaches someone, or its writer learns what became of it. */
export const DISPATCHER_DECISION = decisionTable<DispatcherFacts>()({
  title: 'A dispatcher’s message',
  conditions: {
    isAutomaticReply: {
      label: 'the phone answered by itself',
      holds: ({ isAutomaticReply }) => isAutomaticReply,
    },
    isUndo: { label: 'it is UNDO', holds: ({ command }) => command === 'undo' },
    isApproval: { label: 'it is a reaction that approves', holds: ({ reaction }) => reaction === 'approving' },
    isDoubt: { label: 'it is a reaction that doubts', holds: ({ reaction }) => reaction === 'doubting' },
    isDispute: {
      label: 'it is a reaction that doubts a colleague’s answer',
      holds: ({ reaction }) => reaction === 'disputing',
    },
    isReaction: { label: 'it is a reaction', holds: ({ reaction }) => reaction !== null },
    isYes: { label: 'it says yes', holds: ({ command }) => command === 'yes' },
    isNo: { label: 'it says no', holds: ({ command }) => command === 'no' },
    isQuestionOfOurs: { label: 'we have asked', holds: ({ isQuestionOfOurs }) => isQuestionOfOurs },
    isMine: { label: 'it says "mine"', holds: ({ command }) => command === 'mine' },
    isClaim: { label: 'it says "on it", "got it" or the like', holds: ({ command }) => command === 'claim' },
    isRelease: { label: 'it says "release"', holds: ({ command }) => command === 'release' },
    isClose: { label: 'it says "close"', holds: ({ command }) => command === 'close' },
    isUnaddressed: { label: 'it names no one', holds: ({ isAddressed }) => !isAddressed },
    isAcknowledgement: {
      label: 'it only acknowledges',
      holds: ({ isAcknowledgement }) => isAcknowledgement,
    },
    isNoConversation: { label: 'no conversation waits', holds: ({ conversations }) => conversations === 0 },
    areSeveralConversations: {
      label: 'it may be about several conversations',
      holds: ({ conversations }) => conversations > 1,
    },
    isQuestionOpen: { label: 'a question is open in it', holds: ({ isQuestionOpen }) => isQuestionOpen },
    asksAboutJob: {
      label: 'it asks for status, arrival or place of a job that it names',
      holds: ({ asksAboutJob }) => asksAboutJob,
    },
    isWithoutWords: { label: 'it has no words', holds: ({ isWithoutWords }) => isWithoutWords },
  },
  outcomes: {
    ignore: 'do nothing',
    'take-back': 'take back the dispatcher’s last text if it still waits, and say so',
    seen: 'show colleagues that the dispatcher has seen it; the question stays open',
    acknowledge:
      'mark the conversation as seen, show that to colleagues, and tell the dispatcher that the person was not told',
    'ask-for-answer': 'tell the dispatcher that the person does not see it',
    'ask-colleagues': 'ask colleagues whether the answer is right',
    'send-held': 'send the held text, or link the phone that was asked about',
    'drop-held': 'drop the held text, or link nothing',
    claim: 'note that the dispatcher has the conversation, and show that to colleagues',
    release: 'release the conversation, and show that to colleagues',
    close: 'close the conversation, and show that to colleagues',
    'say-no-one-waits': 'tell the dispatcher that no one is waiting',
    'ask-recipient': 'ask the dispatcher who it is for',
    'answer-question': 'answer the dispatcher from the job',
    'say-without-words': 'tell the dispatcher that it has no words',
    'pass-on': 'pass it on (next tables); `@u0199 is 1042` is asked about instead',
  },
  rows: [
    { when: ['isAutomaticReply'], outcome: 'ignore' },
    { when: ['isApproval', 'isNoConversation'], outcome: 'ignore' },
    { when: ['isApproval', 'isQuestionOpen'], outcome: 'seen' },
    { when: ['isApproval'], outcome: 'acknowledge' },
    { when: ['isDoubt', 'isNoConversation'], outcome: 'ignore' },
    { when: ['isDoubt'], outcome: 'ask-for-answer' },
    { when: ['isDispute'], outcome: 'ask-colleagues' },
    { when: ['isReaction'], outcome: 'ignore' },
    { when: ['isUndo'], outcome: 'take-back' },
    { when: ['isUnaddressed', 'isQuestionOfOurs', 'isYes'], outcome: 'send-held' },
    { when: ['isUnaddressed', 'isQuestionOfOurs', 'isNo'], outcome: 'drop-held' },
    { when: ['isRelease', 'isNoConversation'], outcome: 'say-no-one-waits' },
    { when: ['isRelease', 'areSeveralConversations'], outcome: 'ask-recipient' },
    { when: ['isRelease'], outcome: 'release' },
    { when: ['isClose', 'isNoConversation'], outcome: 'say-no-one-waits' },
    { when: ['isClose', 'areSeveralConversations'], outcome: 'ask-recipient' },
    { when: ['isClose'], outcome: 'close' },
    { when: ['isMine', 'isNoConversation'], outcome: 'say-no-one-waits' },
    { when: ['isMine', 'areSeveralConversations'], outcome: 'ask-recipient' },
    { when: ['isMine'], outcome: 'claim' },
    { when: ['isUnaddressed', 'isClaim', 'isNoConversation'], outcome: 'say-no-one-waits' },
    { when: ['isUnaddressed', 'isClaim', 'areSeveralConversations'], outcome: 'ask-recipient' },
    { when: ['isUnaddressed', 'isClaim', 'isQuestionOpen'], outcome: 'claim' },
    { when: ['isUnaddressed', 'isClaim'], outcome: 'acknowledge' },
    { when: ['isUnaddressed', 'isAcknowledgement', 'isNoConversation'], outcome: 'say-no-one-waits' },
    { when: ['isUnaddressed', 'isAcknowledgement', 'areSeveralConversations'], outcome: 'ask-recipient' },
    { when: ['isUnaddressed', 'isAcknowledgement', 'isQuestionOpen'], outcome: 'pass-on' },
    { when: ['isUnaddressed', 'isAcknowledgement'], outcome: 'acknowledge' },
    { when: ['asksAboutJob'], outcome: 'answer-question' },
    { when: ['isUnaddressed', 'isWithoutWords'], outcome: 'say-without-words' },
    { when: [], outcome: 'pass-on' },
  ],
});

/**
 * The facts about the recipient of a dispatcher's message.
 *  - `addressee`: whoever it names
 *  - `isOnlyOpen`: the named person's conversation is the only one that waits or is active on this phone
 *  - `isOnDesk`: the named person has a conversation of the last day on this phone
 *  - `isAnotherWaiting`: someone else waits for an answer on this phone
 *  - `likelyConversations`: the number that a text without an address may belong to
 *  - `isCrossing`: the likely conversation came within seconds of the text, so the dispatcher may mean another one on this phone
 *  - `mentionedJobs` are those in the middle of its sentence, `otherMentionedJobs` those without the likely conversation's
 */
export type RecipientFacts = {
  addressee: 'none' | 'person' | 'colleagues' | 'unknown' | 'several';
  isOnlyOpen: boolean;
  isOnDesk: boolean;
  isAnotherWaiting: boolean;
  likelyConversations: number;
  isCrossing: boolean;
  mentionedJobs: number;
  otherMentionedJobs: number;
};

/** The decision about the recipient of a dispatcher's message. An uncertain one is asked about, never guessed. */
export const RECIPIENT_DECISION = decisionTable<RecipientFacts>()({
  title: 'The recipient of a dispatcher’s message',
  conditions: {
    namesSeveral: { label: 'its address fits several people', holds: ({ addressee }) => addressee === 'several' },
    namesUnknown: { label: 'its address fits no one', holds: ({ addressee }) => addressee === 'unknown' },
    namesColleagues: {
      label: 'it begins with a colleague or @team',
      holds: ({ addressee }) => addressee === 'colleagues',
    },
    namesPerson: { label: 'it names a job or guest', holds: ({ addressee }) => addressee === 'person' },
    isOnlyOpen: { label: 'that conversation is the only open one', holds: ({ isOnlyOpen }) => isOnlyOpen },
    isNotOnDesk: { label: 'that person has not written lately', holds: ({ isOnDesk }) => !isOnDesk },
    isAnotherWaiting: { label: 'another one is waiting', holds: ({ isAnotherWaiting }) => isAnotherWaiting },
    isOneConversationLikely: {
      label: 'one conversation is unanswered or active',
      holds: ({ likelyConversations }) => likelyConversations === 1,
    },
    isCrossing: {
      label: 'that one came within seconds of it, and there are others',
      holds: ({ isCrossing }) => isCrossing,
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
    addressed: 'that person, at once',
    'addressed-to-confirm': 'that person, once the dispatcher has said yes',
    'addressed-with-undo': 'that person, after the time for UNDO',
    conversation: 'the person in that conversation, at once',
    'mentioned-job': 'the customer of the mentioned job, after the time for UNDO',
    colleagues: 'the colleagues alone',
    'not-found': 'not found',
    unclear: 'unclear',
  },
  rows: [
    { when: ['namesSeveral'], outcome: 'unclear' },
    { when: ['namesUnknown'], outcome: 'not-found' },
    { when: ['namesColleagues'], outcome: 'colleagues' },
    { when: ['namesPerson', 'isOnlyOpen'], outcome: 'addressed' },
    { when: ['namesPerson', 'isNotOnDesk', 'isAnotherWaiting'], outcome: 'addressed-to-confirm' },
    { when: ['namesPerson'], outcome: 'addressed-with-undo' },
    { when: ['isOneConversationLikely', 'isCrossing'], outcome: 'unclear' },
    { when: ['isOneConversationLikely', 'mentionsNoOtherJob'], outcome: 'conversation' },
    { when: ['isNoConversationLikely', 'mentionsOneJob'], outcome: 'mentioned-job' },
    { when: [], outcome: 'unclear' },
  ],
});

/**
 * The facts about words of a dispatcher that are to be passed on.
 *  - `isAddressed`: they name a person
 *  - `isForColleagues`: they sound like talk among colleagues
 *  - `isTheirOwnWords`: they repeat the person's own words and nothing else
 *  - `isSecondAnswer`: a colleague has answered or taken the conversation, and the dispatcher may not have seen it
 */
export type ReplyFacts = {
  recipient: 'known' | 'with-undo' | 'to-confirm' | 'colleagues' | 'not-found' | 'unclear';
  isAddressed: boolean;
  asksForCall: boolean;
  isEmpty: boolean;
  isForColleagues: boolean;
  isTheirOwnWords: boolean;
  isSecondAnswer: boolean;
};

/** The decision about words that a dispatcher wants to pass on. */
export const REPLY_DECISION = decisionTable<ReplyFacts>()({
  title: 'A dispatcher’s words to pass on',
  conditions: {
    isNotFound: { label: 'its address fits no one', holds: ({ recipient }) => recipient === 'not-found' },
    isUnaddressed: { label: 'it names no one', holds: ({ isAddressed }) => !isAddressed },
    isForColleagues: {
      label: 'it sounds like talk among colleagues',
      holds: ({ isForColleagues }) => isForColleagues,
    },
    isUnclear: { label: 'its recipient is unclear', holds: ({ recipient }) => recipient === 'unclear' },
    asksForCall: { label: 'it only says "call"', holds: ({ asksForCall }) => asksForCall },
    isEmpty: { label: 'there is nothing to send', holds: ({ isEmpty }) => isEmpty },
    isToColleagues: { label: 'it is for colleagues', holds: ({ recipient }) => recipient === 'colleagues' },
    isTheirOwnWords: { label: 'it repeats the person’s own words', holds: ({ isTheirOwnWords }) => isTheirOwnWords },
    isSecondAnswer: {
      label: 'a colleague has answered or taken the conversation, perhaps unseen',
      holds: ({ isSecondAnswer }) => isSecondAnswer,
    },
    isToConfirm: {
      label: 'it is for someone who has not written, while another one waits',
      holds: ({ recipient }) => recipient === 'to-confirm',
    },
    isWithUndo: {
      label: 'it is for another conversation than the open one',
      holds: ({ recipient }) => recipient === 'with-undo',
    },
  },
  outcomes: {
    'say-not-found': 'tell the dispatcher that no one has this handle, and who is waiting',
    'ask-team-or-person': 'ask the dispatcher whether it is for a person or for colleagues',
    'ask-recipient': 'ask the dispatcher who it is for',
    'say-how-to-call': 'tell the dispatcher how to ring a person',
    'place-call': 'ring the dispatcher, and connect the recipient',
    'ask-for-text': 'tell the dispatcher to type a message',
    note: 'send it to the colleagues alone',
    'say-own-words': 'tell the dispatcher that these are the person’s own words',
    'ask-second-answer': 'show the dispatcher the first answer, and ask whether this one goes out too',
    'ask-person': 'ask the dispatcher whether it is for that person',
    'send-with-undo': 'confirm the recipient to the dispatcher, and send it after the time for UNDO',
    send: 'send it, show it to colleagues, and mark the person’s messages as answered',
  },
  rows: [
    { when: ['isNotFound'], outcome: 'say-not-found' },
    { when: ['isUnaddressed', 'isForColleagues'], outcome: 'ask-team-or-person' },
    { when: ['isUnaddressed', 'asksForCall'], outcome: 'say-how-to-call' },
    { when: ['isUnclear'], outcome: 'ask-recipient' },
    { when: ['asksForCall'], outcome: 'place-call' },
    { when: ['isEmpty'], outcome: 'ask-for-text' },
    { when: ['isToColleagues'], outcome: 'note' },
    { when: ['isTheirOwnWords'], outcome: 'say-own-words' },
    { when: ['isToConfirm'], outcome: 'ask-person' },
    { when: ['isSecondAnswer'], outcome: 'ask-second-answer' },
    { when: ['isWithUndo'], outcome: 'send-with-undo' },
    { when: [], outcome: 'send' },
  ],
});
