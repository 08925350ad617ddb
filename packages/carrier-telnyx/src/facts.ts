import { type CarrierFacts, OWN_NUMBER } from '@qdn/carrier-adapter/facts';

export const telnyxFacts: CarrierFacts = {
  name: 'telnyx',
  needs: {
    number: OWN_NUMBER,
    publicKeys: {
      what: 'a list of the public keys that sign its webhooks, in base64, from the Telnyx portal under Keys & Credentials',
      pattern: /^[A-Za-z0-9+/]{43}=$/,
    },
  },
  secrets: { sending: 'qdn/telnyx', webhook: null },
  ownerNames: {
    apiKey: {
      name: 'TELNYX_API_KEY',
      what: 'an API key to send with; it begins with KEY',
      where: 'It is in the Telnyx portal under Keys & Credentials.',
    },
  },
  sendActions: [],
};
