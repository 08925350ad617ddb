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
  /** False for a number that takes calls only. */
  takesTexts?: boolean;
  /** URL for the statuses of texts without their own callback. */
  statusCallback?: string;
};

/** Returns the SID of a number: the same at each start. */
export const numberSid = (number: string): string => `PN${createHash('md5').update(number).digest('hex')}`;
