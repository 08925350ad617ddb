export type { RecentMessage } from './budget.ts';
export { numberOfCaller } from './callable-number.ts';
export type { TeamMember } from './cascade.ts';
export { CONSENT_ORIGINS, type Consent, type ConsentOrigin, consentOf, MAX_CONSENT_REASON } from './consent.ts';
export type { MessageClaim } from './conversation/claim-hold.ts';
export {
  activeClaim,
  type Conversation,
  type ConversationClaim,
  isQuiet,
  type LastText,
  lastTextAt,
  newConversation,
  type WaitingText,
  waitingSince,
} from './conversation/conversation.ts';
export {
  CONVERSATION_COMMANDS,
  type ConversationCommand,
  type ConversationPorts,
  commandConversation,
  findConversation,
  listOpenConversations,
  readConversation,
} from './conversation/conversation-commands.ts';
export {
  DESK_QUESTION_KINDS,
  type Desk,
  type DeskChoice,
  type DeskConversation,
  type DeskQuestion,
  type DeskSent,
  newDesk,
  type OwnTextToDesk,
} from './conversation/desk.ts';
export { CHANNELS, type Channel, channelOf, personKey } from './conversation/person-key.ts';
export { type ConsentDecision, decideConsent } from './decide-consent.ts';
export { type RelayDependencies, RelayIncomplete, type RelayReport } from './dependencies.ts';
export { type CarrierErrorCode, FAILURE_CLASSES, type FailureClass } from './failure-class.ts';
export { giveAlert } from './give-alert.ts';
export { giveMissedCall, giveUnansweredCall, type MissedCall } from './give-missed-call.ts';
export { giveNotice } from './give-notice.ts';
export { BURST_MS } from './in-order.ts';
export type { InboundMessage } from './inbound-message.ts';
export type { MediaPart } from './media-parts.ts';
export { announce, type NoticeOrder, type NoticePolicy, type NoticeQueue } from './notice.ts';
export { onCall } from './on-call.ts';
export {
  claimed,
  DELIVERY_STATES,
  type Delivery,
  handedOver,
  LEASE_MS,
  nextStep,
  OUTBOUND_MESSAGE_STATES,
  type OutboundMessage,
  type OutboundMessageKey,
  type OutboundMessageState,
  opened,
  outboundMessageId,
  parseAttempt,
  parseOutboundMessageId,
  type Receipt,
  type Resolution,
  resolved,
  suppressed,
  type TimelineId,
  UNMATCHED,
  withReceipt,
} from './outbound-message.ts';
export type { AlertQueue, OwnerAlert } from './owner-alert.ts';
export { readableLine, readableWords, withoutHidden } from './plain-words.ts';
export {
  type Copy,
  OPERATOR,
  PLAN_KINDS,
  type PlanKind,
  type PlannedCall,
  type Recipient,
  type RelayPlan,
  TEAM_ORDERS,
  type TeamOrder,
} from './plan.ts';
export { jobHandle } from './planning/mentions.ts';
export { type Duty, dutyAt } from './planning/team.ts';
export {
  type Budgets,
  type Cascade,
  DEFAULT_POLICY,
  type Driver,
  type RelayCompany,
  type RelayPolicy,
  type TeamPolicy,
} from './policy.ts';
export { withoutCarriersKeywords, withWordsOfTheTrade } from './recognition/opt-out.ts';
export { followUp, recordReceipt, relayMessage, sweep } from './relay-message.ts';
export { MAX_DELIVERIES, retryAfterS, retryUnreadableAfterS, STUCK_AFTER_DELIVERIES } from './retry-delays.ts';
export {
  type DutyShift,
  type DutySwap,
  dateAfter,
  nextChangeOfDuty,
  onDuty,
  type Rota,
  type RotaShift,
  SWAP_STATES,
  shiftsOn,
  WEEKDAYS,
  type Weekday,
  weekdayOf,
} from './rota/rota.ts';
export { segments } from './segments.ts';
export type { CarrierList, FindTexts, ListedText, SendOutcome, Sms, SmsCarrier } from './sms-carrier.ts';
export type { TeamMessage } from './team-wording.ts';
