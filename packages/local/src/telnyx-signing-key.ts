import { generateKeyPairSync } from 'node:crypto';

/** Signs the webhooks of this machine's Telnyx; the services get its public half with their settings. */
export const { privateKey: TELNYX_SIGNING_KEY } = generateKeyPairSync('ed25519');
