import type { KeyCheck } from '@qdn/carrier-adapter/key-check';
import { telnyxKeyCheck } from '@qdn/carrier-telnyx/key-check';

/**
 * Checks of a sending secret, by carrier. Twilio's is a pair of secrets that is rotated, with checks of its own in the command line; AWS
 * has no secret.
 */
export const KEY_CHECKS: ReadonlyMap<string, KeyCheck> = new Map([['telnyx', telnyxKeyCheck]]);
