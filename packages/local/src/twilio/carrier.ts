import { randomBytes } from 'node:crypto';
import { segments } from '@qdn/domain';
import type { Phone, State, StateFile, StoredMessage } from './state.ts';
import { sendWebhook, type WebhookResult } from './webhook.ts';

/** A number of the account, and where its texts go. */
export type AccountNumber = { number: string; name: string; smsUrl: string; fallbackUrl?: string };

export type CarrierOptions = { accountSid: string; authTokens: readonly string[]; numbers: readonly AccountNumber[]; pauseMs: number };

export const newSid = (prefix: 'SM' | 'MM'): string => `${prefix}${randomBytes(16).toString('hex')}`;

const STOP = new Set(['STOP', 'UNSUBSCRIBE', 'END', 'QUIT', 'STOPALL', 'REVOKE', 'OPTOUT', 'CANCEL']);
const START = new Set(['START', 'UNSTOP']);
const HELP = new Set(['HELP', 'INFO']);

/** What a phone's fault makes of a text that Twilio took. https://www.twilio.com/docs/api/errors */
const UNDELIVERED: Partial<Record<Phone['fault'], number>> = { unreachable: 30003, filtered: 30007 };

const phoneOf = (state: State, number: string): Phone | undefined => state.phones.find((phone) => phone.number === number);

/** The network between Twilio and the phones: takes texts in both directions and tells the account's webhooks. */
export const createCarrier = (file: StateFile, options: CarrierOptions) => {
  const underWay = new Set<Promise<unknown>>();
  const track = (work: Promise<unknown>): void => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  const pause = () => new Promise((resolve) => setTimeout(resolve, options.pauseMs));
  const authToken = options.authTokens[0] ?? '';
  const report = (what: string) => (url: string, result: WebhookResult) =>
    file.change(({ webhooks }) => webhooks.push({ at: Date.now(), what, url, status: result.status, ms: Math.round(result.ms) }));

  const setStatus = async (message: StoredMessage, status: string, errorCode: number | null = null): Promise<void> => {
    file.change(() => Object.assign(message, { status, errorCode, updatedAt: Date.now() }));
    if (!message.statusCallback) return;
    const parameters = {
      AccountSid: options.accountSid,
      ApiVersion: '2010-04-01',
      From: message.from,
      To: message.to,
      MessageSid: message.sid,
      SmsSid: message.sid,
      MessageStatus: status,
      SmsStatus: status,
      ...(errorCode === null ? {} : { ErrorCode: String(errorCode) }),
    };
    await sendWebhook(message.statusCallback, parameters, authToken, report(`status ${status}`));
  };

  const deliver = async (message: StoredMessage): Promise<void> => {
    await pause();
    const fault = phoneOf(file.state, message.to)?.fault ?? 'none';
    await setStatus(message, 'sent');
    await pause();
    const errorCode = UNDELIVERED[fault];
    if (errorCode) await setStatus(message, 'undelivered', errorCode);
    else await setStatus(message, 'delivered');
  };

  /** Takes an outbound text, already checked, and delivers it by and by. */
  const take = (text: Pick<StoredMessage, 'from' | 'to' | 'body' | 'statusCallback' | 'direction'>): StoredMessage => {
    const now = Date.now();
    const message: StoredMessage = {
      ...text,
      sid: newSid('SM'),
      mediaUrls: [],
      status: 'queued',
      errorCode: null,
      segments: segments(text.body),
      at: now,
      updatedAt: now,
    };
    file.change(({ messages }) => messages.push(message));
    track(deliver(message));
    return message;
  };

  /** Twilio answers these itself, and remembers who stopped. */
  const obeyKeyword = (message: StoredMessage, company: string): boolean => {
    const word = message.body.trim().toUpperCase();
    const reply = (body: string) => take({ from: message.to, to: message.from, body, statusCallback: null, direction: 'outbound-reply' });
    const stopped = (value: boolean) =>
      file.change((state) => {
        const phone = phoneOf(state, message.from);
        if (phone) phone.stopped = value;
      });
    if (STOP.has(word)) {
      reply('You have successfully been unsubscribed. You will not receive any more messages from this number. Reply START to resubscribe.');
      stopped(true);
    } else if (START.has(word)) {
      stopped(false);
      reply('You have successfully been re-subscribed to messages from this number. Reply HELP for help. Reply STOP to unsubscribe.');
    } else if (HELP.has(word)) reply(`${company}: Reply STOP to unsubscribe. Msg&Data Rates May Apply.`);
    else return false;
    return true;
  };

  const inboundParameters = (message: StoredMessage): Record<string, string> => ({
    ToCountry: 'US',
    ToState: 'TX',
    SmsMessageSid: message.sid,
    NumMedia: String(message.mediaUrls.length),
    ToCity: 'AUSTIN',
    FromZip: '78751',
    SmsSid: message.sid,
    FromState: 'TX',
    SmsStatus: 'received',
    FromCity: 'AUSTIN',
    Body: message.body,
    FromCountry: 'US',
    To: message.to,
    ToZip: '',
    NumSegments: String(message.segments),
    MessageSid: message.sid,
    AccountSid: options.accountSid,
    From: message.from,
    ApiVersion: '2010-04-01',
    ...Object.fromEntries(message.mediaUrls.flatMap((url, i) => [[`MediaUrl${i}`, url], [`MediaContentType${i}`, 'image/jpeg']])),
  });

  /** Calls the number's webhook, then its fallback; a `<Message>` in the answer is sent back. */
  const announce = async (message: StoredMessage, number: AccountNumber): Promise<void> => {
    const parameters = inboundParameters(message);
    let answer = await sendWebhook(number.smsUrl, parameters, authToken, report('inbound'));
    if ((answer.status === null || answer.status >= 400) && number.fallbackUrl) {
      const why = { ErrorCode: '11200', ErrorUrl: number.smsUrl };
      answer = await sendWebhook(number.fallbackUrl, { ...parameters, ...why }, authToken, report('fallback'));
    }
    if (answer.status !== 200) return;
    const replies = /xml/.test(answer.contentType) ? [...answer.body.matchAll(/<Message[^>]*>([\s\S]*?)<\/Message>/g)] : [];
    for (const [, body = ''] of replies) take({ from: message.to, to: message.from, body, statusCallback: null, direction: 'outbound-reply' });
  };

  return {
    take,
    /** A text from a phone to one of the account's numbers. @returns it, or null when the number is not ours */
    receive: (from: string, to: string, body: string, mediaUrls: readonly string[] = []): StoredMessage | null => {
      const number = options.numbers.find((one) => one.number === to);
      if (!number) return null;
      const now = Date.now();
      const message: StoredMessage = {
        sid: newSid(mediaUrls.length > 0 ? 'MM' : 'SM'),
        direction: 'inbound',
        from,
        to,
        body,
        mediaUrls: [...mediaUrls],
        status: 'received',
        errorCode: null,
        segments: segments(body),
        statusCallback: null,
        at: now,
        updatedAt: now,
      };
      file.change(({ messages }) => messages.push(message));
      obeyKeyword(message, number.name);
      track(announce(message, number));
      return message;
    },
    /** Sends an inbound message's webhook once more, as Twilio does when an answer was lost. */
    repeat: (sid: string): boolean => {
      const message = file.state.messages.find((one) => one.sid === sid && one.direction === 'inbound');
      const number = options.numbers.find((one) => one.number === message?.to);
      if (!message || !number) return false;
      track(announce(message, number));
      return true;
    },
    /** Resolves when nothing is being delivered or announced. */
    settled: async (): Promise<void> => {
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
};
export type Carrier = ReturnType<typeof createCarrier>;
