import { JOB_ID_PATTERN, LINK_ID_PATTERN, MESSAGE_SID_PATTERN, NAME_PATTERN, PHONE_PATTERN } from './patterns.ts';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** `QDN-1042`: an upper-case prefix of two to five letters and a number. */
export type JobId = Branded<'JobId'>;
/** `T1`, `trailer_07`: 1 to 32 letters, digits, `_` or `-`. */
export type TrailerId = Branded<'TrailerId'>;
/** The customer account that a job belongs to; same alphabet as a trailer ID. */
export type AccountId = Branded<'AccountId'>;
/** A backup contact of the dispatch team, or the word `customer`; same alphabet as a trailer ID. */
export type RecipientId = Branded<'RecipientId'>;
/**
 * Identifies a message in webhook, queue, timeline and log: Twilio's SID, or our own ID in the same form. `QA`: a message over
 * AWS, with its UUID there without the hyphens. `QC`: over any other carrier, with a digest of its ID there. `QT`: Twilio sent
 * no readable SID. `QS`: an outbound message that no inbound message caused.
 */
export type MessageSid = Branded<'MessageSid'>;
/** A tracking link; short, since it is sent in an SMS. */
export type LinkId = Branded<'LinkId'>;
/** ITU-T E.164 with a leading plus. */
export type PhoneNumber = Branded<'PhoneNumber'>;

const parser = <T extends string>(pattern: string) => {
  const expression = new RegExp(pattern);
  return (text: string): T | null => (expression.test(text) ? (text as T) : null);
};

/** Each parser returns the branded value, or null when the text is not one. */
export const parseJobId = parser<JobId>(JOB_ID_PATTERN);
/** Returns the ID of the job with this number; null when the number has no digits or too many. */
export const jobIdOf = (jobPrefix: string, number: string): JobId | null => parseJobId(`${jobPrefix}-${number}`);
export const parseTrailerId = parser<TrailerId>(NAME_PATTERN);
export const parseAccountId = parser<AccountId>(NAME_PATTERN);
export const parseRecipientId = parser<RecipientId>(NAME_PATTERN);
export const parseMessageSid = parser<MessageSid>(MESSAGE_SID_PATTERN);
export const parseLinkId = parser<LinkId>(LINK_ID_PATTERN);
export const parsePhoneNumber = parser<PhoneNumber>(PHONE_PATTERN);

/** Masks all digits but the last two: `+15125550142` → `+*********42`. Numbers with blanks are masked too. */
export const maskPhone = (phone: string): string => phone.replace(/\d(?=(?:\D*\d){2})/g, '*');
