export type { RecentMessage } from './budget.ts';
export type { TeamMember } from './cascade.ts';
export { type RelayDependencies, type RelayReport, Unsettled } from './dependencies.ts';
export {
  claimed,
  DELIVERY_STATES,
  type Delivery,
  EFFECT_STATES,
  type Effect,
  type EffectKey,
  type EffectState,
  effectId,
  handedOver,
  LEASE_MS,
  nextStep,
  opened,
  parseAttempt,
  parseEffectId,
  type Receipt,
  type SettledAs,
  settled,
  suppressed,
  type TimelineId,
  UNMATCHED,
  withReceipt,
} from './effect.ts';
export { type CarrierErrorCode, FAILURE_CLASSES, type FailureClass } from './failure-class.ts';
export { giveNotice } from './give-notice.ts';
export type { InboundMessage } from './inbound-message.ts';
export { etaWords, relayText } from './message-wording.ts';
export { announce, type NoticeOrder, type NoticePolicy, type NoticeQueue } from './notice.ts';
export { PLAN_KINDS, type PlanKind, type Recipient, type RelayPlan } from './plan.ts';
export { type Budgets, type Cascade, DEFAULT_POLICY, type RelayCompany, type RelayPolicy } from './policy.ts';
export { followUp, recordReceipt, relayMessage, sweep } from './relay-message.ts';
export { retryAfterS } from './retry-delays.ts';
export { segments } from './segments.ts';
export type { CarrierList, FindTexts, SendOutcome, Sms, SmsCarrier } from './sms-carrier.ts';
