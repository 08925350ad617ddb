import { causeOf, NEVER_CONNECTED } from '@qdn/carrier-adapter/connection';
import { KeyRefused } from '@qdn/carrier-adapter/key-refused';
import {
  type Channel,
  channelOf,
  type FailureClass,
  type FindTexts,
  type ListedText,
  personKey,
  type SendOutcome,
  type Sms,
  type SmsCarrier,
} from '@qdn/domain';
// Deep imports: the message resource and its base are 31 KB minified, the whole client is 3.75 MB. The paths are internal to
// twilio, so the version is pinned and the tests cover them.
import DomainModule from 'twilio/lib/base/Domain.js';
import VersionModule from 'twilio/lib/base/Version.js';
import {
  type MessageInstance,
  MessageListInstance,
  type MessagePage,
} from 'twilio/lib/rest/api/v2010/account/message.js';
import { cjsDefault } from './cjs-default.ts';
import { twilioFailure } from './error-codes.ts';
import { createTwilioClient, TooManyRequests } from './twilio-client.ts';

const Domain = cjsDefault(DomainModule);
const Version = cjsDefault(VersionModule);

const API = 'https://api.twilio.com';
/** Shorter than the worker's own timeout, so that a send without an answer is written down as unknown, in ms. */
const TIMEOUT_MS = 8000;
/** Texts in one page of Twilio's list, and how many pages are read before the search is given up. */
const PAGE_SIZE = 100;
const MAX_PAGES = 20;
/** Resolution of Twilio's timestamps, in ms. */
const CLOCK_STEP_MS = 1000;
/** Maximum number of pictures in one message. */
const MAX_MEDIA = 10;
/** Prefix that Twilio adds to a trial account's texts, also in its message list. */
const TRIAL_PREFIX = 'Sent from your Twilio trial account - ';

export type TwilioOptions = {
  accountSid: string;
  apiKeySid: string;
  apiKeySecret: string;
  /** The number that texts go out from, in E.164. */
  from: string;
  /** The company's senders on other channels: the number on WhatsApp in E.164, the agent of RCS. A text to a channel without one goes as SMS. */
  senders?: Readonly<Partial<Record<Exclude<Channel, 'sms'>, string>>>;
  /** Returns the URL that Twilio reports an outbound message's outcome to. */
  statusCallback: (outboundMessageId: string) => string;
  /** Another base URL of the API, for an emulator. */
  apiUrl?: string;
  timeoutMs?: number;
};

/** The SDK has two exceptions for refusals, of the old and of the RFC 9457 form; both have `status`. */
const isRefusal = (error: unknown): error is Error & { status: number; code?: number } =>
  error instanceof Error && 'status' in error && typeof error.status === 'number';

/** The number's queue is full: nothing was queued. https://www.twilio.com/docs/api/errors/21611 */
const QUEUE_FULL = 21611;
/** A gateway gave up waiting for the answer, so the text may have been accepted. */
const REQUEST_TIMEOUT = 408;

/** Returns the outcome of a failed create. */
const outcomeOf = (error: unknown): SendOutcome => {
  if (error instanceof TooManyRequests) {
    const { message: detail, retryAfterMs } = error;
    return { kind: 'not-processed', detail, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  }
  if (isRefusal(error)) {
    const { status, code, message } = error;
    const detail = `${status} ${code ?? ''} ${message}`;
    if (code === QUEUE_FULL) return { kind: 'not-processed', detail };
    const refused = status >= 400 && status < 500 && status !== REQUEST_TIMEOUT;
    if (!refused) return { kind: 'unknown', detail };
    const given = code || status;
    return { kind: 'rejected', class: twilioFailure(given), code: given, detail };
  }
  const cause = causeOf(error);
  return { kind: NEVER_CONNECTED.has(cause) ? 'not-processed' : 'unknown', detail: cause };
};

/** Tests whether a refusal may be about the pictures of a text: it is not about its recipient, the key or the rate. */
const mayBeAboutMedia = (failure: FailureClass): boolean => failure === 'setup' || failure === 'elsewhere';

/** Wraps a refused key in KeyRefused, so that the caller reloads the secret. */
const keyRefusalOr = (error: unknown): unknown =>
  isRefusal(error) && twilioFailure(error.code || error.status) === 'credentials'
    ? new KeyRefused('Twilio', error.status, { cause: error })
    : error;

type Addresses = { to: string; from: string };

/** Returns sender and recipient of a text, both with the prefix of its channel; of a channel without a sender, those of an SMS. */
const addressesOf = (to: string, { from, senders }: Pick<TwilioOptions, 'from' | 'senders'>): Addresses => {
  const channel = channelOf(to);
  const sender = channel === 'sms' ? undefined : senders?.[channel];
  return sender === undefined ? { to: personKey(to), from } : { to, from: `${channel}:${sender}` };
};

/** Tests whether Twilio shows a text with the words that it was given. */
const hasWords = (shown: string | null | undefined, body: string): boolean =>
  shown === body || shown === TRIAL_PREFIX + body;

/** Returns a message of Twilio's list. An account with message redaction lists no words. */
const listed = ({ sid, body: shown, dateCreated }: MessageInstance, body: string): ListedText =>
  hasWords(shown, body)
    ? { carrierSid: sid }
    : { carrierSid: sid, other: { body: shown ?? '', at: dateCreated.getTime() } };

/** Twilio as an SMS carrier, with an API key that can send and nothing more. */
export const createTwilioCarrier = (options: TwilioOptions): SmsCarrier & { find: FindTexts } => {
  const login = { user: options.apiKeySid, password: options.apiKeySecret };
  const twilio = createTwilioClient(login, options.apiUrl ?? API, options.timeoutMs ?? TIMEOUT_MS);
  // The resource asks for the generated V2010 class, which would bring every other resource along, and uses only its base.
  const version = new Version(new Domain(twilio, API), '2010-04-01') as Parameters<typeof MessageListInstance>[0];
  const messages = MessageListInstance(version, options.accountSid);

  const findFrom = async (
    { to, from: by }: Addresses,
    { body, sentAfter }: Parameters<FindTexts>[0],
  ): Promise<ListedText[]> => {
    const isOurs = ({ direction, dateCreated, from }: MessageInstance): boolean =>
      direction === 'outbound-api' &&
      dateCreated.getTime() >= sentAfter - CLOCK_STEP_MS &&
      (typeof from !== 'string' || from === by);
    const found: ListedText[] = [];
    // Twilio can filter by date_sent alone, which a queued message does not have yet: so the time is compared here. The
    // list is newest first.
    let page: Pick<MessagePage, 'instances' | 'nextPage'> | undefined = await messages.page({
      to,
      pageSize: PAGE_SIZE,
    });
    for (let pages = 1; page; pages++) {
      found.push(...page.instances.filter(isOurs).map((message) => listed(message, body)));
      const oldest = page.instances.at(-1);
      if (!oldest || oldest.dateCreated.getTime() < sentAfter - CLOCK_STEP_MS) break;
      if (pages === MAX_PAGES)
        throw new Error(`More than ${MAX_PAGES * PAGE_SIZE} texts since then: not searched to the end`);
      page = await page.nextPage();
    }
    return found;
  };

  // A text that its channel refused has gone as SMS.
  const findTexts: FindTexts = async (query) => {
    const own = addressesOf(query.to, options);
    const asSms = addressesOf(personKey(query.to), options);
    const found = await findFrom(own, query);
    return own.to === asSms.to ? found : [...found, ...(await findFrom(asSms, query))];
  };

  const create = async ({ to, body, media = [], outboundMessageId }: Sms): Promise<SendOutcome> => {
    try {
      const created = await messages.create({
        ...addressesOf(to, options),
        body,
        ...(media.length > 0 ? { mediaUrl: media.slice(0, MAX_MEDIA) } : {}),
        statusCallback: options.statusCallback(outboundMessageId),
      });
      // An answer without words says nothing about them.
      const isAltered = typeof created.body === 'string' && !hasWords(created.body, body);
      return { kind: 'accepted', carrierSid: created.sid, ...(isAltered ? { isAltered } : {}) };
    } catch (error) {
      return outcomeOf(error);
    }
  };

  return {
    name: 'twilio',
    send: async (sms: Sms) => {
      const onChannel = await create(sms);
      const isSms = onChannel.kind !== 'rejected' || onChannel.class !== 'channel' || channelOf(sms.to) === 'sms';
      const outcome = isSms ? onChannel : await create({ ...sms, to: personKey(sms.to) });
      const { media, ...plain } = isSms ? sms : { ...sms, to: personKey(sms.to) };
      // Twilio has certainly not taken it, perhaps because of the pictures. The text has a link to each of them.
      return media && outcome.kind === 'rejected' && mayBeAboutMedia(outcome.class) ? create(plain) : outcome;
    },
    find: (query) =>
      findTexts(query).catch((error: unknown) => {
        throw keyRefusalOr(error);
      }),
  };
};
