import { createHash } from 'node:crypto';

/** A number of the account. The URLs may carry connection overrides in their fragment (`#rc=3&rp=ct,rt,5xx&rt=4000`). */
export type AccountNumber = {
  number: string;
  name: string;
  /** Called for each inbound text; without it they are only kept. */
  smsUrl?: string;
  /** Called when `smsUrl` fails. */
  smsFallbackUrl?: string;
  /** A TwiML application: while it is set, the URLs are not used. */
  smsApplicationSid?: string;
  /** False for a number that takes calls only. */
  takesTexts?: boolean;
  /** Receives the statuses of texts that name no callback of their own. */
  statusCallback?: string;
};

/** The SID of a number: the same at each start. */
export const numberSid = (number: string): string => `PN${createHash('md5').update(number).digest('hex')}`;
