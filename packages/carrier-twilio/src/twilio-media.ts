import { KeyRefused } from '@qdn/carrier-adapter/key-refused';
import { ProductError, TWILIO_SID_PATTERN } from '@qdn/domain';
import { basicAuthorization } from './twilio-login.ts';

const API = 'https://api.twilio.com';
/** For each of the two requests, in ms: a person waits for the picture. */
const TIMEOUT_MS = 4000;
const SID = new RegExp(TWILIO_SID_PATTERN);
const MEDIA_SID = /^ME[0-9a-f]{32}$/i;

export type TwilioMediaOptions = {
  accountSid: string;
  apiKeySid: string;
  apiKeySecret: string;
  /** Another base URL of the API. The credentials go nowhere else. */
  apiUrl?: string;
  timeoutMs?: number;
};

/** @param detail for the log */
const unavailable = (detail: string, cause: unknown = new Error(detail)): ProductError =>
  new ProductError('unavailable', 'Twilio cannot be reached right now. Try again shortly.', { retryAfterS: 5, cause });

/** The media SIDs of Twilio's list, sorted: its own order is not documented, and must be the same each time. */
const sidsIn = (list: unknown): string[] => {
  if (typeof list !== 'object' || list === null || !('media_list' in list) || !Array.isArray(list.media_list))
    return [];
  const sids = list.media_list.map((one: unknown) =>
    typeof one === 'object' && one !== null && 'sid' in one && typeof one.sid === 'string' ? one.sid : '',
  );
  return sids.filter((sid) => MEDIA_SID.test(sid)).sort();
};

/** Asks Twilio with a key. Null when there is no such thing (any more). @throws KeyRefused; ProductError `unavailable` */
const askTwilio = async (
  { apiKeySid, apiKeySecret, timeoutMs = TIMEOUT_MS }: TwilioMediaOptions,
  url: string,
): Promise<Response | null> => {
  const headers = { Authorization: basicAuthorization({ user: apiKeySid, password: apiKeySecret }) };
  let response: Response;
  try {
    // Never on to where a redirect points: not with these credentials.
    response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    throw unavailable('no answer', error);
  }
  if (response.status === 401 || response.status === 403) throw new KeyRefused('Twilio', response.status);
  return response.status === 404 || response.status === 410 ? null : response;
};

/**
 * Reads the words of a message.
 * @returns null when Twilio does not have them: it was deleted, or the account redacts words
 * @throws KeyRefused; ProductError `unavailable`
 * @see https://www.twilio.com/docs/messaging/api/message-resource
 */
export const readTwilioWords = async (options: TwilioMediaOptions, messageSid: string): Promise<string | null> => {
  // It becomes part of a path that credentials are sent to.
  if (!SID.test(messageSid)) return null;
  const { accountSid, apiUrl = API } = options;
  const found = await askTwilio(options, `${apiUrl}/2010-04-01/Accounts/${accountSid}/Messages/${messageSid}.json`);
  if (!found) return null;
  if (!found.ok) throw unavailable(`the message was answered ${found.status}`);
  const message: unknown = await found.json().catch((error: unknown) => Promise.reject(unavailable('no words', error)));
  const has = typeof message === 'object' && message !== null && 'body' in message && typeof message.body === 'string';
  return (has && (message.body as string)) || null;
};

/**
 * Finds where a picture of a message can be had without credentials: Twilio answers a request for a picture with a redirect to
 * a signed address of its CDN, which ends after some hours. Without the SDK, whose client is 400 KB.
 * @returns null when Twilio has no such picture (any more)
 * @throws KeyRefused; ProductError `unavailable`
 * @see https://www.twilio.com/docs/messaging/api/media-resource
 */
export const locateTwilioMedia = async (
  options: TwilioMediaOptions,
  messageSid: string,
  index: number,
): Promise<string | null> => {
  // They become part of a path that credentials are sent to.
  if (!SID.test(messageSid)) return null;
  const { accountSid, apiUrl = API } = options;
  const path = `${apiUrl}/2010-04-01/Accounts/${accountSid}/Messages/${messageSid}/Media`;
  const ask = (url: string) => askTwilio(options, url);

  const listed = await ask(`${path}.json`);
  if (!listed) return null;
  if (!listed.ok) throw unavailable(`the list of media was answered ${listed.status}`);
  const sid = sidsIn(await listed.json().catch((error: unknown) => Promise.reject(unavailable('no list', error))))[
    index
  ];
  if (!sid) return null;

  const media = await ask(`${path}/${sid}`);
  if (!media) return null;
  await media.body?.cancel();
  const location = media.status >= 300 && media.status < 400 ? media.headers.get('location') : null;
  if (!location || !URL.canParse(location, path))
    throw unavailable(`media was answered ${media.status}, and no address`);
  return new URL(location, path).href;
};
