export {
  DELIVERY_STATES,
  type Delivery,
  EFFECT_STATES,
  type Effect,
  type EffectState,
  effectId,
  isNewerDelivery,
  LEASE_MS,
  nextStep,
  RECONCILE_GRACE_MS,
  type RelayScope,
  settled,
  UNMATCHED,
} from './effect.ts';
export { type InboundMessage, type Keyword, keywordOf, mentionedJob, withoutLeadingMention } from './inbound.ts';
export { type PlannedEffect, planRelay, type Sender, senderOf } from './plan.ts';
export { parseEffectId, type RelayDependencies, relayMessage, Unsettled } from './relay-message.ts';
export type { SendOutcome, Sms, SmsCarrier } from './sms-carrier.ts';
export { etaWords, MAX_SMS_LENGTH, type RelayContext, relayText, replyText, segments, unmatchedText } from './text.ts';
