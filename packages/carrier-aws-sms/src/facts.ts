import { type CarrierFacts, OWN_NUMBER } from '@qdn/carrier-adapter/facts';

/** The configuration set whose event destination hears of every text (services/sms-relay/resources/inbound-sources.cjs). */
export const CONFIGURATION_SET = 'qdn-relay';

/** AWS needs no secret: the worker's role may send as this identity. Its events come through SNS, with no webhook. */
export const awsSmsFacts: CarrierFacts = {
  name: 'aws',
  needs: {
    identity: {
      what: 'the ARN of the number or pool that texts go out from, like arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-0123456789abcdef',
      pattern: /^arn:aws[a-z-]*:sms-voice:[a-z0-9-]+:\d{12}:(phone-number|pool)\/[\w-]+$/,
    },
    number: OWN_NUMBER,
  },
  secrets: { sending: null, webhook: null },
  ownerNames: {},
  sendActions: ['sms-voice:SendTextMessage'],
};
