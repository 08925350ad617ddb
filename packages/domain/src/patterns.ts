/*
 * Patterns of the identifiers, as the text of a regular expression. This module has no imports and no side effects: JSON Schemas,
 * parsers and the edge function take them from here.
 */
/** `QDN-1042` */
export const JOB_ID_PATTERN = '^[A-Z]{2,5}-[0-9]{1,9}$';
/** The prefix of a company's job IDs. */
export const JOB_PREFIX_PATTERN = '^[A-Z]{2,5}$';
/** The prefix of a company that has not chosen its own. */
export const DEFAULT_JOB_PREFIX = 'QDN';
/** A trailer, an account or a contact: `T1`, `trailer_07` */
export const NAME_PATTERN = '^[A-Za-z0-9_-]{1,32}$';
/** A message of any carrier (see `MessageSid`). */
export const MESSAGE_SID_PATTERN = '^(SM|MM|QA|QC|QT|QS)[0-9a-fA-F]{32}$';
/** A message's SID from Twilio: `SM`, or `MM` with media. */
export const TWILIO_SID_PATTERN = '^(SM|MM)[0-9a-fA-F]{32}$';
/** ITU-T E.164 with a leading plus */
export const PHONE_PATTERN = '^\\+[1-9][0-9]{6,14}$';
export const LINK_ID_PATTERN = '^[A-Za-z0-9_-]{8,16}$';
