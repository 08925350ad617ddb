import { createHash } from 'node:crypto';

/** A number of the account. The URLs may carry connection overrides in their fragment (`#rc=3&rp=ct,rt,5xx&rt=4000`). */
export type AccountNumber = {
  number: string;
  name: string;
  /** URL that is called for each inbound text. Without it, texts are only stored. */
  smsUrl?: string;
  /** URL that is called when `smsUrl` fails. */
  smsFallbackUrl?: string;
  /** SID of a TwiML application. While it is set, the URLs are not used. */
  smsApplicationSid?: string;
  /** URL that is called for each call. Without it, the caller hears that the number is out of service. */
  voiceUrl?: string;
  /** URL that is called when `voiceUrl` fails. */
  voiceFallbackUrl?: string;
  /** SID of a TwiML application for calls. While it is set, the voice URLs are not used. */
  voiceApplicationSid?: string;
  /** False for a number that takes calls only. */
  takesTexts?: boolean;
  /** URL that is called at the end of each call, and for the statuses of texts without their own callback. */
  statusCallback?: string;
};

/** Returns the SID of a number: the same at each start. */
export const numberSid = (number: string): string => `PN${createHash('md5').update(number).digest('hex')}`;
