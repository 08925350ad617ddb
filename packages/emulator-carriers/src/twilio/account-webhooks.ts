import type { Clock } from '../phones/clock.ts';
import type { Memory, Report, StoredMessage } from '../phones/memory.ts';
import type { Exchange, WebhookResult } from '../phones/page/view.ts';
import { geography } from '../phones/phone-number.ts';
import type { AccountNumber } from './account-number.ts';
import { addressesOf, type Senders } from './channel-address.ts';
import { parseTwiml, type TwimlReply } from './twiml.ts';
import { callWebhook, type WebhookTry } from './webhook.ts';

export type AccountWebhooksOptions = {
  accountSid: string;
  /** The primary Auth Token at this moment: the only one that signs. */
  authToken: () => string;
  /** The account's senders on other channels. */
  senders?: Senders;
  /** The URLs that a text to a number is delivered to, as configured at this moment. */
  webhooksOf: (number: string) => Pick<AccountNumber, 'smsUrl' | 'smsFallbackUrl'>;
  clock: Clock;
};

/** Returns the code of Twilio's debugger for a webhook that failed; null when it worked. */
const failureOf = (last: WebhookTry): { code: number; detail: string } | null => {
  if (last.status === null) return { code: 11205, detail: last.problem ?? 'no answer' };
  if (last.status < 200 || last.status > 299) return { code: 11200, detail: `the webhook answered ${last.status}` };
  const twiml = parseTwiml(last.contentType, last.answer);
  return 'code' in twiml ? twiml : null;
};

/** Returns a time as `YYMMDDhhmm` in UTC, the format of carriers' receipts. */
const receiptDate = (at: number): string => new Date(at).toISOString().replace(/[-T:]/g, '').slice(2, 12);

const phoneOf = (message: StoredMessage): string => (message.direction === 'inbound' ? message.from : message.to);

/** Calls the webhooks of the account: inbound texts with their fallback, and status callbacks. */
export class AccountWebhooks {
  readonly #memory: Memory;
  readonly #options: AccountWebhooksOptions;
  readonly #stopping: AbortSignal;

  constructor(memory: Memory, options: AccountWebhooksOptions, stopping: AbortSignal) {
    this.#memory = memory;
    this.#options = options;
    this.#stopping = stopping;
  }

  /** Reports one status to the message's callback URL and keeps the result. */
  async reportStatus(message: StoredMessage, { status, errorCode, at }: Report): Promise<void> {
    const final = status === 'delivered' || status === 'undelivered';
    const { from, to } = addressesOf(message, this.#options.senders);
    const parameters = {
      ...(errorCode === null ? {} : { ErrorCode: String(errorCode) }),
      ...(final ? { RawDlrDoneDate: receiptDate(at) } : {}),
      SmsSid: message.sid,
      SmsStatus: status,
      MessageStatus: status,
      To: to,
      MessageSid: message.sid,
      AccountSid: this.#options.accountSid,
      From: from,
      ApiVersion: '2010-04-01',
    };
    const last = await this.#call('status', message.statusCallback ?? '', parameters, message);
    if (this.#stopping.aborted) return;
    const webhook: WebhookResult = { status: last.status, problem: last.problem, tries: last.try, fallback: false };
    this.#memory.updateMessage(message, { webhook, unreported: message.unreported.slice(1) });
  }

  /** Calls the number's webhook, then its fallback. @returns the texts that the TwiML asks for */
  async deliverInbound(message: StoredMessage): Promise<TwimlReply[]> {
    const received = (webhook: WebhookResult | null) =>
      this.#memory.updateMessage(message, { status: 'received', done: true, webhook });
    const { smsUrl, smsFallbackUrl } = this.#options.webhooksOf(message.to);
    if (!smsUrl) {
      received(null);
      return [];
    }
    const parameters = this.#inboundParameters(message);
    let last = await this.#call('inbound', smsUrl, parameters, message);
    let failure = failureOf(last);
    let tries = last.try;
    const useFallback = failure !== null && smsFallbackUrl !== undefined && !this.#stopping.aborted;
    if (failure && smsFallbackUrl && useFallback) {
      const why = { ErrorCode: String(failure.code), ErrorUrl: last.url };
      last = await this.#call('fallback', smsFallbackUrl, { ...parameters, ...why }, message);
      failure = failureOf(last);
      tries += last.try;
    }
    if (this.#stopping.aborted) return [];
    received({ status: last.status, problem: failure?.detail ?? null, tries, fallback: useFallback });
    const twiml = parseTwiml(last.contentType, last.answer);
    return failure || 'code' in twiml ? [] : twiml.replies;
  }

  #call(
    kind: Exchange['kind'],
    url: string,
    parameters: Record<string, string>,
    message: StoredMessage,
  ): Promise<WebhookTry> {
    const { authToken, clock } = this.#options;
    return callWebhook(url, parameters, authToken(), this.#stopping, (one) => {
      const { contentType: _, ...rest } = one;
      const at = clock.now() - one.ms;
      const exchange = { ...rest, parameters: { ...parameters }, kind, at, method: 'POST', code: null };
      this.#memory.addExchange({ ...exchange, sid: message.sid, phone: phoneOf(message) });
    });
  }

  #inboundParameters(message: StoredMessage): Record<string, string> {
    const { from, to } = addressesOf(message, this.#options.senders);
    return {
      ...geography('To', message.to),
      ...geography('From', message.from),
      SmsMessageSid: message.sid,
      NumMedia: String(message.media.length),
      SmsSid: message.sid,
      SmsStatus: 'received',
      Body: message.body,
      To: to,
      NumSegments: String(message.segments),
      MessageSid: message.sid,
      AccountSid: this.#options.accountSid,
      From: from,
      ApiVersion: '2010-04-01',
      ...Object.fromEntries(
        message.media.flatMap(({ url, contentType }, i) => [
          [`MediaContentType${i}`, contentType],
          [`MediaUrl${i}`, url],
        ]),
      ),
    };
  }
}
