import { randomBytes } from 'node:crypto';
import { segments } from '@qdn/domain';
import { deliveryError, type Fault } from '../phones/faults.ts';
import { KEYWORD_REPLIES, keywordOf } from '../phones/keywords.ts';
import type { Memory, Report, StoredMessage } from '../phones/memory.ts';
import type { Exchange, MessageStatus, WebhookResult } from '../phones/page/view.ts';
import { geography } from '../phones/phone-number.ts';
import { parseTwiml } from './twiml.ts';
import { callWebhook, type WebhookTry } from './webhook.ts';

/** A number of the account. The URLs may carry connection overrides in their fragment (`#rc=3&rp=ct,rt,5xx&rt=4000`). */
export type AccountNumber = {
  number: string;
  name: string;
  /** Called for each inbound text; without one they are only kept. */
  smsUrl?: string;
  /** Called when `smsUrl` fails. */
  smsFallbackUrl?: string;
  /** A TwiML application: while there is one, the URLs are not used. */
  smsApplicationSid?: string;
  /** False for a number for calls alone. */
  takesTexts?: boolean;
  /** Told of the statuses of texts that name no callback of their own. */
  statusCallback?: string;
};

/** Time as the stand-in sees it: `now` in epoch ms; `sleep` resolves early when the signal aborts. */
export type Clock = { now: () => number; sleep: (ms: number, signal: AbortSignal) => Promise<void> };

/** How long a text waits in the queue, and how long its delivery takes, in ms. */
export type Pace = { queueMs: number; deliveryMs: number };

export type NetworkOptions = {
  accountSid: string;
  /** The primary Auth Token as it is now: the only one that signs. */
  authToken: () => string;
  numberOf: (number: string) => AccountNumber | undefined;
  /** Where texts to a number are brought, as it is set up at that moment. */
  webhooksOf: (number: string) => Pick<AccountNumber, 'smsUrl' | 'smsFallbackUrl'>;
  clock: Clock;
  pace: Pace;
  mediaUrl: (messageSid: string, mediaSid: string) => string;
};

export type Outbound = {
  from: string;
  to: string;
  body: string;
  mediaUrls: string[];
  statusCallback: string | null;
  direction: 'outbound-api' | 'outbound-reply';
  fault: Fault | null;
};

/** A text as a phone sends it; `photos` counts attached pictures. */
export type FromPhone = { from: string; to: string; body: string; photos: number };

const sid = (prefix: 'SM' | 'MM' | 'ME'): string => `${prefix}${randomBytes(16).toString('hex')}`;

/** What became of one webhook: it worked, or with which code of Twilio's debugger it failed. */
const failureOf = (last: WebhookTry): { code: number; detail: string } | null => {
  if (last.status === null) return { code: 11205, detail: last.problem ?? 'no answer' };
  if (last.status < 200 || last.status > 299) return { code: 11200, detail: `the webhook answered ${last.status}` };
  const twiml = parseTwiml(last.contentType, last.answer);
  return 'code' in twiml ? twiml : null;
};

/** `YYMMDDhhmm` in UTC, as carriers date their receipts. */
const receiptDate = (at: number): string => new Date(at).toISOString().replace(/[-T:]/g, '').slice(2, 12);

/**
 * The network between Twilio and the phones. Takes texts in both directions, moves their status forward, and tells the
 * account's webhooks. What was under way when the process ended goes on with `resume`.
 */
export const createNetwork = (memory: Memory, options: NetworkOptions) => {
  const { accountSid, authToken, clock, pace } = options;
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const run = (work: Promise<void>): void => {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };
  const { numberOf, webhooksOf } = options;
  const contactOf = (message: StoredMessage): string => (message.direction === 'inbound' ? message.from : message.to);

  const call = (kind: Exchange['kind'], url: string, parameters: Record<string, string>, message: StoredMessage) =>
    callWebhook(url, parameters, authToken(), stopping.signal, (one) => {
      const { contentType: _, ...rest } = one;
      const at = clock.now() - one.ms;
      const exchange = { ...rest, parameters: { ...parameters }, kind, at, method: 'POST', code: null };
      memory.addExchange({ ...exchange, sid: message.sid, phone: contactOf(message) });
    });

  const tell = async (message: StoredMessage, callback: string, report: Report): Promise<void> => {
    const { status, errorCode, at } = report;
    const final = status === 'delivered' || status === 'undelivered';
    const last = await call(
      'status',
      callback,
      {
        ...(errorCode === null ? {} : { ErrorCode: String(errorCode) }),
        ...(final ? { RawDlrDoneDate: receiptDate(at) } : {}),
        SmsSid: message.sid,
        SmsStatus: status,
        MessageStatus: status,
        To: message.to,
        MessageSid: message.sid,
        AccountSid: accountSid,
        From: message.from,
        ApiVersion: '2010-04-01',
      },
      message,
    );
    if (stopping.signal.aborted) return;
    const webhook: WebhookResult = { status: last.status, problem: last.problem, tries: last.try, fallback: false };
    memory.updateMessage(message, { webhook, unreported: message.unreported.slice(1) });
  };

  /** Tells the account of what it was not told of yet, one after the other, so that `delivered` never overtakes `sent`. */
  const telling = new Map<string, Promise<void>>();
  const tellAll = async (message: StoredMessage, callback: string): Promise<void> => {
    for (let next = message.unreported[0]; next && !stopping.signal.aborted; next = message.unreported[0]) {
      await tell(message, callback, next);
    }
  };
  const startTelling = (message: StoredMessage): void => {
    if (!message.statusCallback || message.unreported.length === 0 || telling.has(message.sid)) return;
    const work = tellAll(message, message.statusCallback).finally(() => telling.delete(message.sid));
    telling.set(message.sid, work);
    run(work);
  };

  const moveTo = (message: StoredMessage, status: MessageStatus, errorCode: number | null = null): void => {
    const now = clock.now();
    const report: Report = { status, errorCode, at: now };
    memory.updateMessage(message, {
      status,
      errorCode,
      updatedAt: now,
      sentAt: message.sentAt ?? now,
      unreported: message.statusCallback ? [...message.unreported, report] : [],
      done: status !== 'sent',
    });
    startTelling(message);
  };

  const deliver = async (message: StoredMessage): Promise<void> => {
    const errorCode = deliveryError(message.fault);
    if (message.status === 'queued') {
      await clock.sleep(pace.queueMs, stopping.signal);
      if (stopping.signal.aborted) return;
      if (message.fault === 'queue-full') return moveTo(message, 'failed', errorCode);
      moveTo(message, 'sent');
    }
    if (message.fault === 'no-receipt') return memory.updateMessage(message, { done: true });
    await clock.sleep(pace.deliveryMs, stopping.signal);
    if (stopping.signal.aborted) return;
    if (errorCode !== null) return moveTo(message, 'undelivered', errorCode);
    moveTo(message, 'delivered');
    // A text to one of the account's own numbers comes in again: the loop that a relay must cut.
    if (numberOf(message.to)) receive({ from: message.from, to: message.to, body: message.body, photos: 0 });
  };

  /** Takes a checked text for delivery. A number that no phone here has gets one: the text must be seen to arrive. */
  const send = (text: Outbound): StoredMessage => {
    if (!memory.phone(text.to) && !numberOf(text.to))
      memory.putPhone({ number: text.to, name: text.to, role: 'other' });
    const now = clock.now();
    const { mediaUrls, ...rest } = text;
    const message = memory.addMessage({
      ...rest,
      sid: sid(mediaUrls.length > 0 ? 'MM' : 'SM'),
      media: mediaUrls.map((url) => ({ url, contentType: '' })),
      segments: mediaUrls.length > 0 ? 1 : segments(text.body),
      status: 'queued',
      errorCode: null,
      createdAt: now,
      updatedAt: now,
      sentAt: null,
      webhook: null,
      unreported: [],
      done: false,
    });
    run(deliver(message));
    return message;
  };

  const isOptedOut = (phone: string, number: string): boolean =>
    memory.phone(phone)?.optedOutOf.includes(number) ?? false;

  const reply = (
    message: StoredMessage,
    text: { to: string; body: string; media: string[]; statusCallback: string | null },
  ): void => {
    if (isOptedOut(text.to, message.to)) return;
    const { to, body, media: mediaUrls, statusCallback } = text;
    send({
      from: message.to,
      to,
      body,
      mediaUrls,
      statusCallback,
      direction: 'outbound-reply',
      fault: memory.phone(to)?.fault ?? null,
    });
  };

  /** STOP, START and HELP are answered by Twilio itself; the webhook is called all the same. */
  const obeyKeyword = (message: StoredMessage): void => {
    const keyword = keywordOf(message.body);
    const phone = memory.phone(message.from);
    if (!keyword || !phone) return;
    const optedOut = isOptedOut(message.from, message.to);
    if ((keyword === 'stop' && optedOut) || (keyword === 'start' && !optedOut)) return;
    const answer = { to: message.from, body: KEYWORD_REPLIES[keyword], media: [], statusCallback: null };
    const others = phone.optedOutOf.filter((number) => number !== message.to);
    if (keyword === 'start') memory.updatePhone(phone.number, { optedOutOf: others });
    reply(message, answer);
    if (keyword === 'stop') memory.updatePhone(phone.number, { optedOutOf: [...others, message.to] });
  };

  const inboundParameters = (message: StoredMessage): Record<string, string> => ({
    ...geography('To', message.to),
    ...geography('From', message.from),
    SmsMessageSid: message.sid,
    NumMedia: String(message.media.length),
    SmsSid: message.sid,
    SmsStatus: 'received',
    Body: message.body,
    To: message.to,
    NumSegments: String(message.segments),
    MessageSid: message.sid,
    AccountSid: accountSid,
    From: message.from,
    ApiVersion: '2010-04-01',
    ...Object.fromEntries(
      message.media.flatMap(({ url, contentType }, i) => [
        [`MediaContentType${i}`, contentType],
        [`MediaUrl${i}`, url],
      ]),
    ),
  });

  /** Calls the number's webhook, then its fallback, and sends what the TwiML asks for. */
  const announce = async (message: StoredMessage, number: AccountNumber): Promise<void> => {
    const received = (webhook: WebhookResult | null) =>
      memory.updateMessage(message, { status: 'received', done: true, webhook });
    const { smsUrl, smsFallbackUrl } = webhooksOf(number.number);
    if (!smsUrl) return received(null);
    const parameters = inboundParameters(message);
    let last = await call('inbound', smsUrl, parameters, message);
    let failure = failureOf(last);
    let tries = last.try;
    const useFallback = failure !== null && smsFallbackUrl !== undefined && !stopping.signal.aborted;
    if (failure && smsFallbackUrl && useFallback) {
      const why = { ErrorCode: String(failure.code), ErrorUrl: last.url };
      last = await call('fallback', smsFallbackUrl, { ...parameters, ...why }, message);
      failure = failureOf(last);
      tries += last.try;
    }
    if (stopping.signal.aborted) return;
    received({ status: last.status, problem: failure?.detail ?? null, tries, fallback: useFallback });
    const twiml = parseTwiml(last.contentType, last.answer);
    if (failure || 'code' in twiml) return;
    for (const { to, ...rest } of twiml.replies) reply(message, { ...rest, to: to ?? message.from });
  };

  const startAnnouncing = (message: StoredMessage): boolean => {
    const number = numberOf(message.to);
    if (number) run(announce(message, number));
    return number !== undefined;
  };

  /** A text from a phone. @returns null when the number is none of the account's, so that nobody would get it */
  const receive = ({ from, to, body, photos }: FromPhone): StoredMessage | null => {
    if (!numberOf(to)) return null;
    if (!memory.phone(from) && !numberOf(from)) memory.putPhone({ number: from, name: from, role: 'other' });
    const now = clock.now();
    const messageSid = sid(photos > 0 ? 'MM' : 'SM');
    const message = memory.addMessage({
      sid: messageSid,
      direction: 'inbound',
      from,
      to,
      body,
      media: Array.from({ length: photos }, () => ({
        url: options.mediaUrl(messageSid, sid('ME')),
        contentType: 'image/jpeg',
      })),
      segments: photos > 0 ? 1 : segments(body),
      status: 'receiving',
      errorCode: null,
      createdAt: now,
      updatedAt: now,
      sentAt: now,
      webhook: null,
      statusCallback: null,
      fault: null,
      unreported: [],
      done: false,
    });
    obeyKeyword(message);
    startAnnouncing(message);
    return message;
  };

  return {
    send,
    receive,
    isOptedOut,
    /** Calls an inbound text's webhook once more, as happens when an answer was lost on its way to Twilio. */
    repeat: (messageSid: string): boolean => {
      const message = memory.message(messageSid);
      return message?.direction === 'inbound' && !message.carrier && startAnnouncing(message);
    },
    /** Goes on with what was under way when the last process ended. */
    resume: (): void => {
      for (const message of memory.messages) {
        if (message.carrier) continue;
        if (message.direction !== 'inbound') {
          if (!message.done) run(deliver(message));
          startTelling(message);
        } else if (!message.done) startAnnouncing(message);
      }
    },
    /** Resolves when nothing is being delivered or told. */
    settled: async (): Promise<void> => {
      while (underWay.size > 0) await Promise.all(underWay);
    },
    /** Ends what is under way, to be resumed by the next process. */
    stop: async (): Promise<void> => {
      stopping.abort();
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
};
export type Network = ReturnType<typeof createNetwork>;
