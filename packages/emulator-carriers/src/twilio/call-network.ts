import { randomBytes } from 'node:crypto';
import { BackgroundWork } from '../phones/background-work.ts';
import type { Clock, Pace } from '../phones/clock.ts';
import type { FromCaller } from '../phones/emulated-carrier.ts';
import type { Memory } from '../phones/memory.ts';
import type { Answering, Call, CallEvent, CallStatus } from '../phones/page/view.ts';
import { geography } from '../phones/phone-number.ts';
import type { AccountNumber } from './account-number.ts';
import { type CallVerb, parseCallTwiml } from './twiml.ts';
import { callWebhook } from './webhook.ts';

export type CallNetworkOptions = {
  accountSid: string;
  /** The primary Auth Token at this moment: the only one that signs. */
  authToken: () => string;
  numberOf: (number: string) => AccountNumber | undefined;
  /** The URLs of a number for calls, as configured at this moment. */
  voiceOf: (number: string) => Pick<AccountNumber, 'voiceUrl' | 'voiceFallbackUrl' | 'statusCallback'>;
  clock: Clock;
  pace: Pace;
};

/** A call that the product asks for. */
export type PlacedCall = { from: string; to: string; url: string; statusCallback: string | null };

/** One phone at the line, for which TwiML is run. `form` are Twilio's parameters of the leg. */
type Leg = {
  call: Call;
  phone: string;
  isAnswered: boolean;
  hangsUp: boolean;
  /** True when it is a person, who presses a key when asked to. */
  presses: boolean;
  form: () => Record<string, string>;
};

/** The end of a document: the leg hung up, or the document was run to its end. */
type DocumentEnd = 'hung-up' | 'ran-out';

const MAX_STEPS = 40;
const sid = (): string => `CA${randomBytes(16).toString('hex')}`;

const DIAL_STATUS: Readonly<Record<Answering, string>> = {
  answers: 'completed',
  voicemail: 'completed',
  'no-answer': 'no-answer',
  busy: 'busy',
};
const OUTCOMES: Readonly<Record<Answering, (name: string) => string>> = {
  answers: (name) => `${name} picked up`,
  voicemail: (name) => `${name}’s voicemail picked up`,
  'no-answer': (name) => `${name} did not answer`,
  busy: (name) => `${name} was busy`,
};

/**
 * The calls between Twilio and the phones: calls the voice webhook, follows its TwiML (Dial, Number, Gather, Say, Redirect, Reject, Hangup)
 * as the phones answer, and reports the end.
 * @see https://www.twilio.com/docs/voice/twiml
 */
export class CallNetwork {
  readonly #memory: Memory;
  readonly #options: CallNetworkOptions;
  readonly #work = new BackgroundWork();
  readonly #hungUp = new Set<string>();

  constructor(memory: Memory, options: CallNetworkOptions) {
    this.#memory = memory;
    this.#options = options;
  }

  /** Calls one of the account's numbers. @returns null when it is not one of them */
  receive({ from, to, hangsUp }: FromCaller): Call | null {
    if (!this.#options.numberOf(to)) return null;
    this.#ensurePhone(from);
    const call = this.#add('inbound', from, to);
    this.#work.run(this.#runInbound(call, hangsUp));
    return call;
  }

  /** Lets the caller of an inbound call give up. @returns true while there is such a call */
  hangUp(callSid: string): boolean {
    const call = this.#memory.calls.find((one) => one.sid === callSid);
    if (call?.direction !== 'inbound' || call.endedAt !== null) return false;
    this.#hungUp.add(callSid);
    this.#note(call, call.from, 'ended', `${this.#nameOf(call.from)} hung up`);
    return true;
  }

  /** Places a checked call of the API. */
  place(placed: PlacedCall): Call {
    this.#ensurePhone(placed.to);
    const call = this.#add('outbound-api', placed.from, placed.to);
    this.#work.run(this.#runOutbound(call, placed));
    return call;
  }

  /** Ends the calls that were under way when the last process ended. */
  resume(): void {
    for (const call of this.#memory.calls.filter(({ endedAt }) => endedAt === null))
      this.#memory.updateCall(call, { status: 'failed', endedAt: this.#options.clock.now() });
  }

  settled(): Promise<void> {
    return this.#work.settled();
  }

  stop(): Promise<void> {
    return this.#work.stop();
  }

  #ensurePhone(number: string): void {
    if (number.startsWith('+') && !this.#memory.phone(number) && !this.#options.numberOf(number))
      this.#memory.putPhone({ number, name: number, role: 'other' });
  }

  #add(direction: Call['direction'], from: string, to: string): Call {
    const createdAt = this.#options.clock.now();
    const status = direction === 'inbound' ? 'ringing' : 'queued';
    return this.#memory.addCall({ sid: sid(), direction, from, to, status, createdAt, endedAt: null, events: [] });
  }

  #note(call: Call, phone: string, kind: CallEvent['kind'], text: string): void {
    const event = { at: this.#options.clock.now(), phone, kind, text };
    this.#memory.updateCall(call, { events: [...call.events, event] });
  }

  #pause(): Promise<void> {
    const { clock, pace } = this.#options;
    return clock.sleep(pace.callMs ?? 0, this.#work.signal);
  }

  #answeringOf(number: string): Answering {
    return this.#memory.phone(number)?.answering ?? 'answers';
  }

  #form(call: Call, status: CallStatus, more: Record<string, string> = {}): Record<string, string> {
    const { from, to, direction } = call;
    return {
      Called: to,
      ...geography('To', to),
      Caller: from,
      Direction: direction,
      ...geography('From', from),
      CallSid: call.sid,
      To: to,
      CallStatus: status,
      From: from,
      AccountSid: this.#options.accountSid,
      ApiVersion: '2010-04-01',
      ...more,
    };
  }

  async #runInbound(call: Call, hangsUp: boolean): Promise<void> {
    const { voiceUrl, voiceFallbackUrl, statusCallback } = this.#options.voiceOf(call.to);
    const form = () => this.#form(call, leg.isAnswered ? 'in-progress' : 'ringing');
    const leg: Leg = { call, phone: call.from, isAnswered: false, hangsUp, presses: false, form };
    await this.#pause();
    if (voiceUrl === undefined) {
      this.#note(call, call.from, 'said', 'This number takes no calls: it has no voice URL.');
      return this.#end(call, 'no-answer', null);
    }
    await this.#run(leg, await this.#documentOf(leg, voiceUrl, form(), voiceFallbackUrl));
    if (this.#work.isStopping) return;
    const isOver = call.status !== 'ringing' && call.status !== 'in-progress';
    await this.#end(call, isOver ? call.status : leg.isAnswered ? 'completed' : 'no-answer', statusCallback ?? null);
  }

  async #runOutbound(call: Call, { url, statusCallback }: PlacedCall): Promise<void> {
    await this.#pause();
    this.#memory.updateCall(call, { status: 'ringing' });
    this.#note(call, call.to, 'rang', `${this.#nameOf(call.to)}’s phone rang`);
    await this.#pause();
    if (this.#work.isStopping) return;
    const answering = this.#answeringOf(call.to);
    this.#note(call, call.to, 'outcome', OUTCOMES[answering](this.#nameOf(call.to)));
    if (answering === 'busy' || answering === 'no-answer') return this.#end(call, answering, statusCallback);
    this.#memory.updateCall(call, { status: 'in-progress' });
    const form = () => this.#form(call, 'in-progress');
    const leg: Leg = { call, phone: call.to, isAnswered: true, hangsUp: false, presses: answering === 'answers', form };
    await this.#run(leg, await this.#documentOf(leg, url, form()));
    if (this.#work.isStopping) return;
    await this.#end(call, 'completed', statusCallback);
  }

  async #end(call: Call, status: CallStatus, statusCallback: string | null): Promise<void> {
    this.#memory.updateCall(call, { status, endedAt: this.#options.clock.now() });
    if (statusCallback) await this.#post(call, statusCallback, this.#form(call, status, { CallDuration: '0' }));
  }

  #nameOf(number: string): string {
    return this.#memory.phone(number)?.name ?? number;
  }

  async #post(call: Call, url: string, parameters: Record<string, string>) {
    const { authToken, clock } = this.#options;
    const phone = call.direction === 'inbound' ? call.from : call.to;
    return callWebhook(url, parameters, authToken(), this.#work.signal, (one) => {
      const { contentType: _, ...rest } = one;
      const exchange = {
        ...rest,
        parameters,
        kind: 'call',
        at: clock.now() - one.ms,
        method: 'POST',
        code: null,
      } as const;
      this.#memory.addExchange({ ...exchange, sid: call.sid, phone: phone.startsWith('+') ? phone : null });
    });
  }

  /** Fetches a document; null when neither the address nor its fallback answers with TwiML. */
  async #documentOf(
    leg: Leg,
    url: string,
    parameters: Record<string, string>,
    fallback?: string,
  ): Promise<CallVerb[] | null> {
    const last = await this.#post(leg.call, url, parameters);
    const isGood = last.status !== null && last.status >= 200 && last.status < 300;
    const found = isGood ? parseCallTwiml(last.contentType, last.answer) : null;
    if (found && 'verbs' in found) return found.verbs;
    if (fallback && !this.#work.isStopping)
      return this.#documentOf(leg, fallback, { ...parameters, ErrorCode: isGood ? '12100' : '11200', ErrorUrl: url });
    this.#note(leg.call, leg.phone, 'said', 'We are sorry, an application error has occurred. Goodbye.');
    return null;
  }

  /** Runs a document, and those that follow it. */
  async #run(leg: Leg, document: CallVerb[] | null, steps = 0): Promise<DocumentEnd> {
    if (document === null || steps > MAX_STEPS) return 'hung-up';
    const goTo = async (url: string, more: Record<string, string> = {}): Promise<DocumentEnd> =>
      this.#run(leg, await this.#documentOf(leg, url, { ...leg.form(), ...more }), steps + 1);
    for (const verb of document) {
      if (this.#work.isStopping || this.#hungUp.has(leg.call.sid)) return 'hung-up';
      switch (verb.name) {
        case 'Say':
          await this.#say(leg, verb);
          break;
        case 'Reject':
          this.#note(leg.call, leg.phone, 'ended', 'heard a busy line');
          this.#memory.updateCall(leg.call, { status: verb.attribute('reason') === 'busy' ? 'busy' : 'no-answer' });
          return 'hung-up';
        case 'Hangup':
          return 'hung-up';
        case 'Redirect':
          return goTo(verb.text);
        case 'Gather': {
          for (const said of verb.children.filter(({ name }) => name === 'Say')) await this.#say(leg, said);
          const action = verb.attribute('action');
          if (!leg.presses || action === null) break;
          this.#note(leg.call, leg.phone, 'pressed', `${this.#nameOf(leg.phone)} pressed 1`);
          return goTo(action, { Digits: '1' });
        }
        case 'Dial': {
          const action = verb.attribute('action');
          const result = await this.#dial(leg, verb);
          if (result === null) return 'hung-up';
          if (action !== null) return goTo(action, result);
          break;
        }
      }
    }
    return 'ran-out';
  }

  async #say(leg: Leg, { text }: CallVerb): Promise<void> {
    this.#answer(leg);
    this.#note(leg.call, leg.phone, 'said', text);
    await this.#pause();
  }

  #answer(leg: Leg): void {
    if (leg.isAnswered) return;
    leg.isAnswered = true;
    this.#memory.updateCall(leg.call, { status: 'in-progress' });
  }

  /** Rings the numbers of a Dial, until one is connected. @returns the parameters for its action; null when the call stopped */
  async #dial(leg: Leg, verb: CallVerb): Promise<Record<string, string> | null> {
    if (verb.attribute('answerOnBridge') !== 'true') this.#answer(leg);
    const numbers = verb.children.filter(({ name }) => name === 'Number');
    const child = sid();
    let status = 'no-answer';
    for (const number of numbers) {
      const ended = await this.#ringNumber(leg, number, verb.attribute('callerId') ?? leg.call.to, child);
      if (ended === null) return null;
      status = ended.status;
      if (ended.isBridged || ended.status === 'canceled')
        return {
          DialCallSid: child,
          DialCallStatus: status,
          DialBridged: String(ended.isBridged),
          DialCallDuration: '0',
        };
    }
    return { DialCallSid: child, DialCallStatus: status, DialBridged: 'false', DialCallDuration: '0' };
  }

  /** Rings one number; with a `url`, its document decides whether the two are connected. */
  async #ringNumber(
    leg: Leg,
    { text: number, attribute }: CallVerb,
    callerId: string,
    childSid: string,
  ): Promise<{ status: string; isBridged: boolean } | null> {
    const { call } = leg;
    const name = this.#nameOf(number);
    this.#note(call, number, 'rang', `${name}’s phone rang`);
    await this.#pause();
    if (this.#work.isStopping) return null;
    if (leg.hangsUp || this.#hungUp.has(call.sid)) {
      if (leg.hangsUp) this.#note(call, leg.phone, 'ended', `${this.#nameOf(leg.phone)} hung up`);
      this.#memory.updateCall(call, { status: 'no-answer' });
      this.#hungUp.add(call.sid);
      // The action is called all the same, and its answer ignored.
      leg.form = () => this.#form(call, 'no-answer');
      return { status: 'canceled', isBridged: false };
    }
    const answering = this.#answeringOf(number);
    this.#note(call, number, 'outcome', OUTCOMES[answering](name));
    if (answering === 'busy' || answering === 'no-answer') return { status: DIAL_STATUS[answering], isBridged: false };
    const url = attribute('url');
    const form = () => ({
      ...this.#form(call, 'in-progress', { Direction: 'outbound-dial', ParentCallSid: call.sid }),
      CallSid: childSid,
      From: callerId,
      Caller: callerId,
      To: number,
      Called: number,
    });
    const own: Leg = { call, phone: number, isAnswered: true, hangsUp: false, presses: answering === 'answers', form };
    const isRefused = url !== null && (await this.#run(own, await this.#documentOf(own, url, form()))) === 'hung-up';
    if (isRefused) return { status: 'completed', isBridged: false };
    this.#answer(leg);
    this.#note(call, number, 'outcome', `${this.#nameOf(leg.phone)} and ${name} are connected`);
    await this.#pause();
    return { status: 'completed', isBridged: true };
  }
}
