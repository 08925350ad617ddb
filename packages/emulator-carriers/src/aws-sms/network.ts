import { randomUUID } from 'node:crypto';
import { BackgroundWork, StatusReports } from '../phones/background-work.ts';
import type { Clock, Pace } from '../phones/clock.ts';
import { deliveryError, type Fault } from '../phones/faults.ts';
import { KEYWORD_REPLIES, keywordOf } from '../phones/keywords.ts';
import type { Memory, Report, StoredMessage } from '../phones/memory.ts';
import { newMessage } from '../phones/new-message.ts';
import type { MessageStatus } from '../phones/page/view.ts';
import { deliveryEvent, inboundEvent } from './events.ts';

/** The key of AWS among the carriers of the emulator. */
export const AWS = 'aws';

/** Puts a notification's body into the queue, raw, as the topics' subscription does. Resolves once it is there. */
export type Publish = (body: string) => Promise<void>;

export type AwsSmsNetworkOptions = { number: string; publish: Publish; clock: Clock; pace: Pace };

/** A text that the API accepted. `isReported`: events follow. */
export type AwsOutbound = { to: string; body: string; context: Record<string, string>; isReported: boolean };

/** Delay before a publication is retried, in ms. SNS retries for days; this is a little faster. */
const RETRY_MS = 1000;

/** Returns JSON in ASCII only: the SQS emulator refuses an emoji, which AWS accepts. */
const asciiJson = (value: object): string =>
  JSON.stringify(value).replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** Returns the effect of a phone's own condition, which holds for texts of any carrier. Twilio's API faults have none here. */
const conditionOf = (fault: Fault | null): { errorCode: number | null; isReceipted: boolean } => {
  if (fault === 'landline') return { errorCode: 30005, isReceipted: true };
  return { errorCode: deliveryError(fault), isReceipted: fault !== 'no-receipt' };
};

const asParameters = (event: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(event).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );

/**
 * The network between AWS's number and the phones: moves texts forward and publishes an event for each step; takes the texts of
 * phones to the number. `resume` continues the work of an earlier process.
 */
export class AwsSmsNetwork {
  readonly #memory: Memory;
  readonly #options: AwsSmsNetworkOptions;
  readonly #work = new BackgroundWork();
  readonly #reports: StatusReports;

  constructor(memory: Memory, options: AwsSmsNetworkOptions) {
    this.#memory = memory;
    this.#options = options;
    this.#reports = new StatusReports(this.#work, (message, report) => this.#reportStatus(message, report));
  }

  /** Takes a checked text for delivery. An unknown number gets a phone, so that its arrival is visible. */
  send(
    { to, body, context, isReported }: AwsOutbound,
    direction: StoredMessage['direction'] = 'outbound-api',
  ): StoredMessage {
    this.#ensurePhone(to);
    const now = this.#options.clock.now();
    const text = { carrier: AWS, sid: randomUUID(), direction, from: this.#options.number, to, body, context };
    const delivery = {
      isUnreported: !isReported,
      fault: this.#memory.phone(to)?.fault ?? null,
      unreported: isReported ? [{ status: 'queued', errorCode: null, at: now } as const] : [],
    };
    const message = this.#memory.addMessage(newMessage({ ...text, ...delivery }, now));
    this.#reports.start(message);
    this.#work.run(this.#deliver(message));
    return message;
  }

  /** Takes a text from a phone to the number. Pictures do not get through: two-way MMS is not supported. */
  receive(from: string, body: string): StoredMessage {
    this.#ensurePhone(from);
    const to = this.#options.number;
    const text = { carrier: AWS, sid: randomUUID(), direction: 'inbound', from, to, body } as const;
    const message = this.#memory.addMessage(newMessage(text, this.#options.clock.now()));
    this.#obeyKeyword(message);
    this.#work.run(this.#publishInbound(message));
    return message;
  }

  isOptedOut(phone: string): boolean {
    return this.#memory.phone(phone)?.optedOutOf.includes(this.#options.number) ?? false;
  }

  /** Publishes an inbound text once more: SNS delivers at least once. @returns true when there is such a text */
  repeat(sid: string): boolean {
    const message = this.#memory.message(sid);
    if (message?.carrier !== AWS || message.direction !== 'inbound') return false;
    this.#work.run(this.#publishInbound(message));
    return true;
  }

  /** Continues the work that was under way when the last process ended. */
  resume(): void {
    for (const message of this.#memory.messages) {
      if (message.carrier !== AWS) continue;
      this.#reports.start(message);
      if (message.done) continue;
      this.#work.run(message.direction === 'inbound' ? this.#publishInbound(message) : this.#deliver(message));
    }
  }

  settled(): Promise<void> {
    return this.#work.settled();
  }

  stop(): Promise<void> {
    return this.#work.stop();
  }

  #ensurePhone(number: string): void {
    if (!this.#memory.phone(number)) this.#memory.putPhone({ number, name: number, role: 'other' });
  }

  async #deliver(message: StoredMessage): Promise<void> {
    const { clock, pace } = this.#options;
    const { errorCode, isReceipted } = conditionOf(message.fault);
    if (message.status === 'queued') {
      await clock.sleep(pace.queueMs, this.#work.signal);
      if (this.#work.isStopping) return;
      this.#moveTo(message, 'sent');
    }
    if (!isReceipted) return this.#memory.updateMessage(message, { done: true });
    await clock.sleep(pace.deliveryMs, this.#work.signal);
    if (this.#work.isStopping) return;
    if (errorCode === null) this.#moveTo(message, 'delivered');
    else this.#moveTo(message, 'undelivered', errorCode);
  }

  #moveTo(message: StoredMessage, status: MessageStatus, errorCode: number | null = null): void {
    const now = this.#options.clock.now();
    const report: Report = { status, errorCode, at: now };
    this.#memory.updateMessage(message, {
      status,
      errorCode,
      updatedAt: now,
      sentAt: message.sentAt ?? now,
      unreported: message.isUnreported ? [] : [...message.unreported, report],
      done: status !== 'sent',
    });
    this.#reports.start(message);
  }

  async #reportStatus(message: StoredMessage, report: Report): Promise<void> {
    const tries = await this.#publish(message, deliveryEvent(message, report), 'status');
    if (tries !== null) this.#memory.updateMessage(message, { unreported: message.unreported.slice(1) });
  }

  async #publishInbound(message: StoredMessage): Promise<void> {
    const previous = this.#memory.messages.findLast(({ carrier, to }) => carrier === AWS && to === message.from);
    const tries = await this.#publish(message, inboundEvent(message, previous), 'inbound');
    if (tries === null) return;
    const webhook = { status: 200, problem: null, tries, fallback: false };
    this.#memory.updateMessage(message, { status: 'received', done: true, webhook });
  }

  /** Publishes until the event is in the queue. @returns the number of attempts; null when the process stops before */
  async #publish(message: StoredMessage, event: object, kind: 'inbound' | 'status'): Promise<number | null> {
    const { clock, publish } = this.#options;
    for (let tries = 1; ; tries += 1) {
      const began = clock.now();
      const problem = await publish(asciiJson(event)).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      this.#memory.addExchange({
        carrier: AWS,
        kind,
        at: began,
        method: 'SNS',
        url: kind === 'status' ? 'qdn-sms-events' : 'qdn-sms-inbound',
        parameters: asParameters(event),
        try: tries,
        status: problem === null ? 200 : null,
        problem,
        answer: 'It is in the queue.',
        code: null,
        ms: clock.now() - began,
        sid: message.sid,
        phone: message.direction === 'inbound' ? message.from : message.to,
      });
      if (problem === null) return tries;
      await clock.sleep(RETRY_MS, this.#work.signal);
      if (this.#work.isStopping) return null;
    }
  }

  /** AWS itself answers STOP and the other keywords, and publishes them too. */
  #obeyKeyword({ from, body }: StoredMessage): void {
    const { number } = this.#options;
    const keyword = keywordOf(body);
    const phone = this.#memory.phone(from);
    if (!keyword || !phone) return;
    const others = phone.optedOutOf.filter((one) => one !== number);
    if (keyword === 'start') this.#memory.updatePhone(from, { optedOutOf: others });
    if (!this.isOptedOut(from)) {
      this.send({ to: from, body: KEYWORD_REPLIES[keyword], context: {}, isReported: false }, 'outbound-reply');
    }
    if (keyword === 'stop') this.#memory.updatePhone(from, { optedOutOf: [...others, number] });
  }
}
