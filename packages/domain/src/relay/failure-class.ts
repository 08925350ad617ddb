/**
 * Reasons for which a carrier does not send a text or could not deliver it, as its adapter classifies them:
 *  - `opted-out`: the recipient has asked for no more texts; final, on every carrier
 *  - `unreachable`: this number never takes a text; final, on every carrier
 *  - `credentials`: our key is not valid; read the secret again, then as `setup`
 *  - `setup`: someone on our side has to fix it; another carrier may take the text
 *  - `elsewhere`: this carrier cannot deliver it now; it may be sent later, or by another carrier
 *  - `channel`: this channel cannot carry it, such as WhatsApp after its 24 hours; the same carrier may send it as SMS
 *  - `later`: not processed; the same text may be sent again after a pause
 *  - `ambiguous`: it may have gone out; look for it before it is sent again
 */
export const FAILURE_CLASSES = [
  'opted-out',
  'unreachable',
  'credentials',
  'setup',
  'elsewhere',
  'channel',
  'later',
  'ambiguous',
] as const;
export type FailureClass = (typeof FAILURE_CLASSES)[number];

/** An error code as the carrier gives it; the domain never reads it. */
export type CarrierErrorCode = string | number;

/** Tells whether another carrier may send the text. Never for a failure that is about the recipient. */
export const mayGoElsewhere = (failure: FailureClass): boolean =>
  failure === 'setup' || failure === 'credentials' || failure === 'elsewhere';
