import type { JobId, MessageSid } from '../ids.ts';
import { parseJobId } from '../ids.ts';

/** A customer's or dispatcher's text as the webhook received it. `receivedAt` is epoch ms; `pathJob` null for `inbound`. */
export type InboundMessage = {
  messageSid: MessageSid;
  pathJob: JobId | null;
  receivedAt: number;
  from: string;
  to: string;
  body: string;
  optOutType: string | null;
  media: Array<{ url: string; contentType: string }>;
};

/** Twilio answers these itself when they are the whole message. https://www.twilio.com/docs/messaging/guides/opt-out-keywords */
const KEYWORDS = {
  stop: ['STOP', 'UNSUBSCRIBE', 'END', 'QUIT', 'STOPALL', 'REVOKE', 'OPTOUT', 'CANCEL'],
  start: ['START', 'UNSTOP'],
  help: ['HELP', 'INFO'],
} as const;
export type Keyword = keyof typeof KEYWORDS;

/** The compliance keyword that the whole message is, or null. Such a message is never relayed. */
export const keywordOf = (message: Pick<InboundMessage, 'body' | 'optOutType'>): Keyword | null => {
  const words = (message.optOutType ?? message.body).trim().toUpperCase();
  for (const [keyword, spellings] of Object.entries(KEYWORDS)) {
    if (spellings.some((spelling) => spelling === words)) return keyword as Keyword;
  }
  return null;
};

/**
 * The job that a text names: `QDN-1042`, `qdn 1042`, `QDN1042`, `#1042`, `@1042`, `job 1042`, in any case and between any
 * punctuation. The first one counts. A bare number is no job: it may be a house number.
 */
export const mentionedJob = (text: string, prefix = 'QDN'): JobId | null => {
  const found = text.match(
    new RegExp(
      `(?:\\b${prefix}[\\s._:#-]{0,3}|[#@]|\\bjob[\\s.:#-]{1,3}(?:no\\.?\\s*)?(?:${prefix}[\\s._:#-]{0,3})?)(\\d{1,9})\\b`,
      'i',
    ),
  );
  return found ? parseJobId(`${prefix}-${Number(found[1])}`) : null;
};

/** A dispatcher's words without the leading mention of the job: `@1042 on my way` → `on my way`. */
export const withoutLeadingMention = (text: string, prefix = 'QDN'): string =>
  text
    .replace(new RegExp(`^\\s*(?:${prefix}[\\s._:#-]{0,3}|[#@]|job[\\s.:#-]{1,3})\\d{1,9}\\b[\\s,:;.-]*`, 'i'), '')
    .trim() || text.trim();
