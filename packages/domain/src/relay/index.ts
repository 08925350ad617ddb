export {
  claimed,
  DELIVERY_STATES,
  type Delivery,
  EFFECT_STATES,
  type Effect,
  type EffectKey,
  type EffectState,
  effectId,
  LEASE_MS,
  opened,
  parseEffectId,
  type Receipt,
  type RelayScope,
  type SettledAs,
  settled,
  UNMATCHED,
  withReceipt,
} from './effect.ts';
export { type InboundMessage, mentionsIn } from './inbound.ts';
export type { Recipient, RelayCompany, RelayPlan } from './plan.ts';
export { type RelayDependencies, type RelayReport, relayMessage, retryAfterS, Unsettled } from './relay-message.ts';
export type { FindTexts, SearchableCarrier, SendOutcome, Sms, SmsCarrier } from './sms-carrier.ts';
export { etaWords, relayText, segments } from './text.ts';
