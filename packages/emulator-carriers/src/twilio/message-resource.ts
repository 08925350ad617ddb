import type { StoredMessage } from '../phones/memory.ts';
import { addressesOf, type Senders } from './channel-address.ts';

export const API_VERSION = '2010-04-01';

export const messagesPath = (accountSid: string): string => `/${API_VERSION}/Accounts/${accountSid}/Messages`;

/** Returns a time in RFC 2822, the format of all dates of the API. */
export const rfc2822 = (at: number | null): string | null =>
  at === null ? null : new Date(at).toUTCString().replace('GMT', '+0000');

/** Account whose messages are shown. With `redactsBodies`, the words of a text are gone once it is sent, and pictures too. */
export type MessageAccount = { accountSid: string; redactsBodies?: boolean; senders?: Senders };

/**
 * Returns a message as the REST API shows it. https://www.twilio.com/docs/messaging/api/message-resource
 * An account can redact: https://www.twilio.com/docs/messaging/guides/privacy-message-redaction
 */
export const toResource = (message: StoredMessage, { accountSid, redactsBodies = false, senders }: MessageAccount) => {
  const { from, to } = addressesOf(message, senders);
  const path = `${messagesPath(accountSid)}/${message.sid}`;
  return {
    account_sid: accountSid,
    api_version: API_VERSION,
    body: redactsBodies && message.status !== 'queued' ? '' : message.body,
    date_created: rfc2822(message.createdAt),
    date_sent: rfc2822(message.sentAt),
    date_updated: rfc2822(message.updatedAt),
    direction: message.direction,
    error_code: message.errorCode,
    error_message: null,
    from,
    messaging_service_sid: null,
    num_media: String(message.media.length),
    num_segments: String(message.segments),
    price: null,
    price_unit: 'USD',
    sid: message.sid,
    status: message.status,
    subresource_uris: { media: `${path}/Media.json` },
    to,
    uri: `${path}.json`,
  };
};

export type ListQuery = { to: string | null; from: string | null; sentFrom: number | null; sentBefore: number | null };

/** Twilio's `DateSent`, `DateSent>` and `DateSent<`: days or moments in UTC, the first and the last included. */
export const parseListQuery = (query: URLSearchParams): ListQuery => {
  const DAY_MS = 86_400_000;
  const at = (name: string, end: boolean): number | null => {
    const text = query.get(name);
    const moment = text === null ? Number.NaN : Date.parse(text);
    if (Number.isNaN(moment)) return null;
    return end ? moment + (text?.length === 10 ? DAY_MS : 1000) : moment;
  };
  return {
    to: query.get('To'),
    from: query.get('From'),
    sentFrom: at('DateSent', false) ?? at('DateSent>', false),
    sentBefore: at('DateSent', true) ?? at('DateSent<', true),
  };
};

/** A message that is not sent yet matches no date. */
export const isListed = (
  message: StoredMessage,
  { to, from, sentFrom, sentBefore }: ListQuery,
  senders?: Senders,
): boolean => {
  const address = addressesOf(message, senders);
  const { sentAt } = message;
  const atAnyTime = sentFrom === null && sentBefore === null;
  const inTime =
    atAnyTime || (sentAt !== null && sentAt >= (sentFrom ?? 0) && sentAt < (sentBefore ?? Number.POSITIVE_INFINITY));
  return (to === null || address.to === to) && (from === null || address.from === from) && inTime;
};
