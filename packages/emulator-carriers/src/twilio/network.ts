import { randomBytes } from 'node:crypto';
import { BackgroundWork, StatusReports } from '../phones/background-work.ts';
import type { Clock, Pace } from '../phones/clock.ts';
import type { FromPhone } from '../phones/emulated-carrier.ts';
import { deliveryError, type Fault } from '../phones/faults.ts';
import { KEYWORD_REPLIES, keywordOf } from '../phones/keywords.ts';
import type { Memory, Report, StoredMessage } from '../phones/memory.ts';
import { newMessage } from '../phones/new-message.ts';
import type { MessageStatus } from '../phones/page/view.ts';
import { segments } from '../phones/segments.ts';
import type { AccountNumber } from './account-number.ts';
import { AccountWebhooks, type AccountWebhooksOptions } from './account-webhooks.ts';
import { type Channel, WHATSAPP_WINDOW_MS } from './channel-address.ts';

export type TwilioNetworkOptions = AccountWebhooksOptions & {
  numberOf: (number: string) => AccountNumber | undefined;
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
  channel?: Channel;
};

/** Free text after WhatsApp's 24 hours. */
const OUTSIDE_WINDOW = 63016;

const sid = (prefix: 'SM' | 'MM' | 'ME'): string => `${prefix}${randomBytes(16).toString('hex')}`;

/**
 * The network between Twilio and the phones. Takes texts in both directions, moves their status forward, and calls the
 * account's webhooks. `resume` continues the work of an earlier process.
 */
export class TwilioNetwork {
  readonly #memory: Memory;
  readonly #options: TwilioNetworkOptions;
  readonly #work = new BackgroundWork();
  readonly #webhooks: AccountWebhooks;
  readonly #reports: StatusReports;

  constructor(memory: Memory, options: TwilioNetworkOptions) {
    this.#memory = memory;
    this.#options = options;
    this.#webhooks = new AccountWebhooks(memory, options, this.#work.signal);
    this.#reports = new StatusReports(this.#work, (message, report) => this.#webhooks.reportStatus(message, report));
  }

  /** Takes a checked text for delivery. An unknown number gets a phone, so that its arrival is visible. */
  send(text: Outbound): StoredMessage {
    this.#ensurePhone(text.to);
    const { mediaUrls, ...rest } = text;
    const content = {
      sid: sid(mediaUrls.length > 0 ? 'MM' : 'SM'),
      media: mediaUrls.map((url) => ({ url, contentType: '' })),
      segments: mediaUrls.length > 0 ? 1 : segments(text.body),
    };
    const message = this.#memory.addMessage(newMessage({ ...rest, ...content }, this.#options.clock.now()));
    this.#work.run(this.#deliver(message));
    return message;
  }

  /** Takes a text from a phone. @returns null when the number is not one of the account's */
  receive({ from, to, body, photos, channel }: FromPhone): StoredMessage | null {
    if (!this.#options.numberOf(to)) return null;
    this.#ensurePhone(from);
    const messageSid = sid(photos > 0 ? 'MM' : 'SM');
    const content = {
      body,
      media: Array.from({ length: photos }, () => ({
        url: this.#options.mediaUrl(messageSid, sid('ME')),
        contentType: 'image/jpeg',
      })),
      segments: photos > 0 ? 1 : segments(body),
    };
    const on = channel ? { channel } : {};
    const text = { sid: messageSid, direction: 'inbound', from, to, ...content, ...on } as const;
    const message = this.#memory.addMessage(newMessage(text, this.#options.clock.now()));
    this.#obeyKeyword(message);
    this.#startInbound(message);
    return message;
  }

  isOptedOut(phone: string, number: string): boolean {
    return this.#memory.phone(phone)?.optedOutOf.includes(number) ?? false;
  }

  /** Calls an inbound text's webhook once more, as happens when an answer was lost on its way to Twilio. */
  repeat(messageSid: string): boolean {
    const message = this.#memory.message(messageSid);
    return message?.direction === 'inbound' && !message.carrier && this.#startInbound(message);
  }

  /** Continues the work that was under way when the last process ended. */
  resume(): void {
    for (const message of this.#memory.messages) {
      if (message.carrier) continue;
      if (message.direction !== 'inbound') {
        if (!message.done) this.#work.run(this.#deliver(message));
        this.#startReporting(message);
      } else if (!message.done) this.#startInbound(message);
    }
  }

  settled(): Promise<void> {
    return this.#work.settled();
  }

  stop(): Promise<void> {
    return this.#work.stop();
  }

  #ensurePhone(number: string): void {
    if (!this.#memory.phone(number) && !this.#options.numberOf(number))
      this.#memory.putPhone({ number, name: number, role: 'other' });
  }

  async #deliver(message: StoredMessage): Promise<void> {
    const { clock, pace } = this.#options;
    const errorCode = this.#isOutsideWindow(message) ? OUTSIDE_WINDOW : this.#errorOf(message);
    if (message.status === 'queued') {
      await clock.sleep(pace.queueMs, this.#work.signal);
      if (this.#work.isStopping) return;
      if (message.fault === 'queue-full') return this.#moveTo(message, 'failed', errorCode);
      this.#moveTo(message, 'sent');
    }
    if (message.fault === 'no-receipt') return this.#memory.updateMessage(message, { done: true });
    await clock.sleep(pace.deliveryMs, this.#work.signal);
    if (this.#work.isStopping) return;
    if (errorCode !== null) return this.#moveTo(message, 'undelivered', errorCode);
    this.#moveTo(message, 'delivered');
    // A text to one of the account's own numbers comes in again: the loop that a relay must break.
    this.receive({ from: message.from, to: message.to, body: message.body, photos: 0 });
  }

  #errorOf({ channel, fault }: StoredMessage): number | null {
    return fault === 'channel-closed' && !channel ? null : deliveryError(fault);
  }

  /** True for a text over WhatsApp to a phone that has not written over it for a day. */
  #isOutsideWindow({ channel, to, createdAt }: StoredMessage): boolean {
    if (channel !== 'whatsapp') return false;
    const isRecent = (one: StoredMessage) =>
      one.channel === 'whatsapp' &&
      one.direction === 'inbound' &&
      one.from === to &&
      createdAt - one.createdAt < WHATSAPP_WINDOW_MS;
    return !this.#memory.messages.some(isRecent);
  }

  #moveTo(message: StoredMessage, status: MessageStatus, errorCode: number | null = null): void {
    const now = this.#options.clock.now();
    const report: Report = { status, errorCode, at: now };
    this.#memory.updateMessage(message, {
      status,
      errorCode,
      updatedAt: now,
      sentAt: message.sentAt ?? now,
      unreported: message.statusCallback ? [...message.unreported, report] : [],
      done: status !== 'sent',
    });
    this.#startReporting(message);
  }

  #startReporting(message: StoredMessage): void {
    if (message.statusCallback) this.#reports.start(message);
  }

  #startInbound(message: StoredMessage): boolean {
    const isOwn = this.#options.numberOf(message.to) !== undefined;
    if (isOwn) this.#work.run(this.#deliverInbound(message));
    return isOwn;
  }

  async #deliverInbound(message: StoredMessage): Promise<void> {
    for (const { to, ...rest } of await this.#webhooks.deliverInbound(message)) {
      this.#reply(message, { ...rest, to: to ?? message.from });
    }
  }

  #reply(
    message: StoredMessage,
    text: { to: string; body: string; media: string[]; statusCallback: string | null },
  ): void {
    const { channel } = message;
    if (!channel && this.isOptedOut(text.to, message.to)) return;
    const { to, body, media: mediaUrls, statusCallback } = text;
    const fault = this.#memory.phone(to)?.fault ?? null;
    this.send({
      from: message.to,
      to,
      body,
      mediaUrls,
      statusCallback,
      direction: 'outbound-reply',
      fault,
      ...(channel ? { channel } : {}),
    });
  }

  /** Twilio itself answers STOP, START and HELP; the webhook is called too. */
  #obeyKeyword(message: StoredMessage): void {
    // Twilio obeys no keywords on WhatsApp.
    const keyword = message.channel === 'whatsapp' ? null : keywordOf(message.body);
    const phone = this.#memory.phone(message.from);
    if (!keyword || !phone) return;
    const optedOut = this.isOptedOut(message.from, message.to);
    if ((keyword === 'stop' && optedOut) || (keyword === 'start' && !optedOut)) return;
    const answer = { to: message.from, body: KEYWORD_REPLIES[keyword], media: [], statusCallback: null };
    const others = phone.optedOutOf.filter((number) => number !== message.to);
    if (keyword === 'start') this.#memory.updatePhone(phone.number, { optedOutOf: others });
    this.#reply(message, answer);
    if (keyword === 'stop') this.#memory.updatePhone(phone.number, { optedOutOf: [...others, message.to] });
  }
}
