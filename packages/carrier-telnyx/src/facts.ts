import { type CarrierFacts, OWN_NUMBER } from '@qdn/carrier-adapter/facts';

/** The worker reads the API key of the secret, the webhook its public key. */
const SECRET = 'qdn/telnyx';
const KEYS = 'It is in the Telnyx portal under Keys & Credentials.';

export const telnyxFacts: CarrierFacts = {
  name: 'telnyx',
  needs: { number: OWN_NUMBER },
  secrets: { sender: SECRET, webhook: SECRET },
  ownerNames: {
    apiKey: { name: 'TELNYX_API_KEY', what: 'an API key to send with; it begins with KEY', where: KEYS },
    publicKey: { name: 'TELNYX_PUBLIC_KEY', what: 'the public key that signs webhooks, in base64', where: KEYS },
  },
  sendActions: [],
};
