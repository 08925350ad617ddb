import type { CarrierFacts } from '@qdn/carrier-adapter/facts';

/**
 * Twilio's number is the company's `textNumber`; its webhooks have routes of their own, and are checked by the Auth Token. Its
 * credentials are a pair that is rotated, which `./qdn secrets push` knows by itself.
 */
export const twilioFacts: CarrierFacts = {
  name: 'twilio',
  needs: {},
  secrets: { sending: 'qdn/twilio-sender', webhook: null },
  ownerNames: {},
  hasChannels: true,
  sendActions: [],
};
