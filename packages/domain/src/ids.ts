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
 * What names a message through webhook, queue, timeline and log: Twilio's SID, or one of ours of the same form. `QA`: it came
 * over AWS, whose UUID it is without the hyphens; `QT`: Twilio gave none that could be read; `QS`: a text of ours that no
 * message has caused.
 */
export type MessageSid = Branded<'MessageSid'>;
/** A minted tracking link; short, since it travels in an SMS. */
export type LinkId = Branded<'LinkId'>;
/** ITU-T E.164 with a leading plus. */
export type PhoneNumber = Branded<'PhoneNumber'>;

export const JOB_ID_PATTERN = '^[A-Z]{2,5}-[0-9]{1,9}$';
export const NAME_PATTERN = '^[A-Za-z0-9_-]{1,32}$';
export const MESSAGE_SID_PATTERN = '^(SM|MM|QA|QT|QS)[0-9a-fA-F]{32}$';
/** A message's SID as Twilio gives it: `SM`, or `MM` with media. */
export const TWILIO_SID_PATTERN = '^(SM|MM)[0-9a-fA-F]{32}$';
export const PHONE_PATTERN = '^\\+[1-9][0-9]{6,14}$';
export const LINK_ID_PATTERN = '^[A-Za-z0-9_-]{8,16}$';

const parser = <T extends string>(pattern: string) => {
  const expression = new RegExp(pattern);
  return (text: string): T | null => (expression.test(text) ? (text as T) : null);
};

/** Each parser returns the branded value, or null when the text is not one. */
export const parseJobId = parser<JobId>(JOB_ID_PATTERN);
export const parseTrailerId = parser<TrailerId>(NAME_PATTERN);
export const parseAccountId = parser<AccountId>(NAME_PATTERN);
export const parseRecipientId = parser<RecipientId>(NAME_PATTERN);
export const parseMessageSid = parser<MessageSid>(MESSAGE_SID_PATTERN);
export const parseLinkId = parser<LinkId>(LINK_ID_PATTERN);
export const parsePhoneNumber = parser<PhoneNumber>(PHONE_PATTERN);

/** `+15125550142` → `+*********42`: enough to tell two numbers apart, too little to call. Also of one that has blanks in it. */
export const maskPhone = (phone: string): string => phone.replace(/\d(?=(?:\D*\d){2})/g, '*');
