import { randomUUID } from 'node:crypto';
import { segments } from '@qdn/domain';
import { deliveryError, type Fault } from '../phones/faults.ts';
import { KEYWORD_REPLIES, keywordOf } from '../phones/keywords.ts';
import type { Memory, Report, StoredMessage } from '../phones/memory.ts';
import type { MessageStatus } from '../phones/page/view.ts';
import type { Clock, Pace } from '../twilio/network.ts';
import { deliveryEvent, inboundEvent } from './events.ts';

/** What the topics' subscription does: puts a notification's body into the queue, raw. Resolves once it is there. */
export type Publish = (body: string) => Promise<void>;

export type AwsSmsNetworkOptions = { number: string; publish: Publish; clock: Clock; pace: Pace };

/** A text that the API has taken. `isTold`: whether events will come of it. */
export type AwsOutbound = { to: string; body: string; context: Record<string, string>; isTold: boolean };

/** SNS tries again for days; so does this, a little faster, in ms. */
const RETRY_MS = 1000;

/** JSON in ASCII alone: the embedded SQS refuses an emoji, which AWS's takes. */
const asciiJson = (value: object): string =>
  JSON.stringify(value).replaceAll(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A phone's own condition: what befalls any carrier's text to it. Twilio's API faults are none. */
const conditionOf = (fault: Fault | null): { errorCode: number | null; isReceipted: boolean } => {
  if (fault === 'landline') return { errorCode: 30005, isReceipted: true };
  return { errorCode: deliveryError(fault), isReceipted: fault !== 'no-receipt' };
};

/**
 * The network between AWS's number and the phones: moves texts forward and publishes an event for each step; takes what phones
 * text to the number. What was under way when the process ended goes on with `resume`.
 */
export const createAwsSmsNetwork = (memory: Memory, { number, publish, clock, pace }: AwsSmsNetworkOptions) => {
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  const run = (work: Promise<void>): void => {
    const tracked = work.finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };
  const phoneOf = (message: StoredMessage): string => (message.direction === 'inbound' ? message.from : message.to);

  /** Publishes until it is in the queue. @returns the tries; null when the process ends before */
  const tell = async (message: StoredMessage, event: object, kind: 'inbound' | 'status'): Promise<number | null> => {
    for (let tries = 1; ; tries += 1) {
      const began = clock.now();
      const problem = await publish(asciiJson(event)).then(
        () => null,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      memory.addExchange({
        carrier: 'aws',
        kind,
        at: began,
        method: 'SNS',
        url: kind === 'status' ? 'qdn-sms-events' : 'qdn-sms-inbound',
        parameters: Object.fromEntries(
          Object.entries(event).map(([name, value]) => [
            name,
            typeof value === 'object' ? JSON.stringify(value) : String(value),
          ]),
        ),
        try: tries,
        status: problem === null ? 200 : null,
        problem,
        answer: 'It is in the queue.',
        code: null,
        ms: clock.now() - began,
        sid: message.sid,
        phone: phoneOf(message),
      });
      if (problem === null) return tries;
      await clock.sleep(RETRY_MS, stopping.signal);
      if (stopping.signal.aborted) return null;
    }
  };

  /** Tells what was not told yet, one after the other. */
  const telling = new Map<string, Promise<void>>();
  const tellAll = async (message: StoredMessage): Promise<void> => {
    for (let next = message.unreported[0]; next && !stopping.signal.aborted; next = message.unreported[0]) {
      const tries = await tell(message, deliveryEvent(message, next), 'status');
      if (tries !== null) memory.updateMessage(message, { unreported: message.unreported.slice(1) });
    }
  };
  const startTelling = (message: StoredMessage): void => {
    if (message.unreported.length === 0 || telling.has(message.sid)) return;
    const work = tellAll(message).finally(() => telling.delete(message.sid));
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
      unreported: message.isUntold ? [] : [...message.unreported, report],
      done: status !== 'sent',
    });
    startTelling(message);
  };

  const deliver = async (message: StoredMessage): Promise<void> => {
    const { errorCode, isReceipted } = conditionOf(message.fault);
    if (message.status === 'queued') {
      await clock.sleep(pace.queueMs, stopping.signal);
      if (stopping.signal.aborted) return;
      moveTo(message, 'sent');
    }
    if (!isReceipted) return memory.updateMessage(message, { done: true });
    await clock.sleep(pace.deliveryMs, stopping.signal);
    if (stopping.signal.aborted) return;
    if (errorCode === null) moveTo(message, 'delivered');
    else moveTo(message, 'undelivered', errorCode);
  };

  /** Takes a checked text for delivery. A number that no phone here has gets one: the text must be seen to arrive. */
  const send = ({ to, body, context, isTold }: AwsOutbound, direction: StoredMessage['direction'] = 'outbound-api') => {
    if (!memory.phone(to)) memory.putPhone({ number: to, name: to, role: 'other' });
    const now = clock.now();
    const message = memory.addMessage({
      carrier: 'aws',
      sid: randomUUID(),
      direction,
      from: number,
      to,
      body,
      context,
      isUntold: !isTold,
      media: [],
      segments: segments(body),
      status: 'queued',
      errorCode: null,
      createdAt: now,
      updatedAt: now,
      sentAt: null,
      webhook: null,
      statusCallback: null,
      fault: memory.phone(to)?.fault ?? null,
      unreported: isTold ? [{ status: 'queued', errorCode: null, at: now }] : [],
      done: false,
    });
    startTelling(message);
    run(deliver(message));
    return message;
  };

  const isOptedOut = (phone: string): boolean => memory.phone(phone)?.optedOutOf.includes(number) ?? false;

  /** STOP and its kin are answered by AWS itself, which publishes them all the same. */
  const obeyKeyword = ({ from, body }: StoredMessage): void => {
    const keyword = keywordOf(body);
    const phone = memory.phone(from);
    if (!keyword || !phone) return;
    const others = phone.optedOutOf.filter((one) => one !== number);
    if (keyword === 'start') memory.updatePhone(from, { optedOutOf: others });
    if (!isOptedOut(from)) {
      send({ to: from, body: KEYWORD_REPLIES[keyword], context: {}, isTold: false }, 'outbound-reply');
    }
    if (keyword === 'stop') memory.updatePhone(from, { optedOutOf: [...others, number] });
  };

  const announce = async (message: StoredMessage): Promise<void> => {
    const previous = memory.messages.findLast(({ carrier, to }) => carrier === 'aws' && to === message.from);
    const tries = await tell(message, inboundEvent(message, previous), 'inbound');
    if (tries === null) return;
    const webhook = { status: 200, problem: null, tries, fallback: false };
    memory.updateMessage(message, { status: 'received', done: true, webhook });
  };

  /** A text from a phone to the number. Pictures do not get through: two-way MMS is not supported. */
  const receive = (from: string, body: string): StoredMessage => {
    if (!memory.phone(from)) memory.putPhone({ number: from, name: from, role: 'other' });
    const now = clock.now();
    const message = memory.addMessage({
      carrier: 'aws',
      sid: randomUUID(),
      direction: 'inbound',
      from,
      to: number,
      body,
      media: [],
      segments: segments(body),
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
    run(announce(message));
    return message;
  };

  const own = (sid: string): StoredMessage | null => {
    const message = memory.message(sid);
    return message?.carrier === 'aws' ? message : null;
  };

  return {
    send,
    receive,
    isOptedOut,
    /** Publishes an inbound text once more: SNS delivers at least once. @returns whether there is such a text */
    repeat: (sid: string): boolean => {
      const message = own(sid);
      if (message?.direction !== 'inbound') return false;
      run(announce(message));
      return true;
    },
    /** Goes on with what was under way when the last process ended. */
    resume: (): void => {
      for (const message of memory.messages) {
        if (message.carrier !== 'aws') continue;
        startTelling(message);
        if (!message.done) run(message.direction === 'inbound' ? announce(message) : deliver(message));
      }
    },
    /** Resolves when nothing is being delivered or published. */
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
export type AwsSmsNetwork = ReturnType<typeof createAwsSmsNetwork>;
