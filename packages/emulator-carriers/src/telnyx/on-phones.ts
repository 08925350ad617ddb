import { randomUUID } from 'node:crypto';
import type { PhoneNetwork, StartCarrier } from '../phones/emulated-carrier.ts';
import { deliveryError } from '../phones/faults.ts';
import { KEYWORD_REPLIES, keywordOf } from '../phones/keywords.ts';
import type { Memory } from '../phones/memory.ts';
import { newMessage } from '../phones/new-message.ts';
import { startTelnyxEmulator, type TelnyxEmulatorOptions, type TelnyxFault, type TelnyxPhones } from './index.ts';

/** The key of Telnyx among the carriers of the emulator. */
const TELNYX = 'telnyx';
/** Delay before a webhook is retried, in ms. */
const RETRY_MS = 500;

const TELNYX_FAULTS: Readonly<Record<TelnyxFault, { label: string; hint: string }>> = {
  throttle: { label: 'Answers 429', hint: 'Nothing is sent.' },
  refuse: { label: 'Refuses (no money left)', hint: 'Code 20100: nothing is sent.' },
  'internal-error': { label: 'Answers 500', hint: 'Nothing is sent. The caller cannot know that.' },
  'take-and-timeout': { label: 'Sends, then never answers', hint: 'The text goes out; its webhooks still come.' },
};
const isFault = (name: string | null): name is TelnyxFault => name !== null && Object.hasOwn(TELNYX_FAULTS, name);

/** Telnyx's codes for the conditions of a phone, by the code that Twilio has for them. */
const CODES: ReadonlyMap<number, string> = new Map([
  [30003, '40008'],
  [30005, '40012'],
  [30007, '40015'],
]);
/** Code of any other failed delivery: the recipient's network did not take the text. */
const NOT_TAKEN = '40008';

export type TelnyxOnPhonesOptions = Omit<TelnyxEmulatorOptions, 'phones' | 'now'> & {
  /** The number's name on the Phones page. */
  name: string;
};

const ensurePhone = (memory: Memory, number: string): void => {
  if (!memory.phone(number)) memory.putPhone({ number, name: number, role: 'other' });
};

const isOptedOutOf = (memory: Memory, number: string, phone: string): boolean =>
  memory.phone(phone)?.optedOutOf.includes(number) ?? false;

/** Returns the shared phones as Telnyx's account uses them. @param signal ends the waits */
const phonesBehind = ({ memory, clock, pace }: PhoneNetwork, number: string, signal: AbortSignal): TelnyxPhones => {
  const waits = { queue: pace.queueMs, delivery: pace.deliveryMs, retry: RETRY_MS };
  return {
    takeFault: () => {
      const fault = memory.takeCarrierFault(TELNYX);
      return isFault(fault) ? fault : null;
    },
    isOptedOut: (phone) => isOptedOutOf(memory, number, phone),
    take: async ({ id, to, text }) => {
      ensurePhone(memory, to);
      const sent = { carrier: TELNYX, sid: id, direction: 'outbound-api', from: number, to, body: text } as const;
      memory.addMessage(newMessage(sent, clock.now()));
      await memory.saved();
    },
    errorOf: (phone) => {
      const fault = memory.phone(phone)?.fault ?? null;
      const code = fault === 'landline' ? 30005 : deliveryError(fault);
      return code === null ? null : (CODES.get(code) ?? NOT_TAKEN);
    },
    pause: (step) => clock.sleep(waits[step], signal),
    move: (id, status, code) => {
      const message = memory.message(id);
      const now = clock.now();
      if (message)
        memory.updateMessage(message, {
          status,
          errorCode: code === null ? null : Number(code),
          updatedAt: now,
          sentAt: message.sentAt ?? now,
          done: status !== 'sent',
        });
    },
    log: ({ id, ...exchange }) => {
      const problem = exchange.status === null ? 'no answer' : null;
      memory.addExchange({
        ...exchange,
        carrier: TELNYX,
        at: clock.now(),
        method: 'POST',
        problem,
        code: null,
        sid: id,
      });
      const message = id === null ? undefined : memory.message(id);
      if (message && exchange.kind === 'inbound')
        memory.updateMessage(message, {
          status: 'received',
          done: true,
          webhook: { status: exchange.status, problem, tries: exchange.try, fallback: false },
        });
    },
  };
};

/** Emulates Telnyx on the phones of the Phones page. Texts under way when the process ends are not continued. */
export const telnyx =
  (options: TelnyxOnPhonesOptions): StartCarrier =>
  async ({ memory, clock, pace }) => {
    const { number, name } = options;
    const stopping = new AbortController();
    const phones = phonesBehind({ memory, clock, pace }, number, stopping.signal);
    const { account, url, close } = await startTelnyxEmulator({ ...options, now: clock.now, phones });

    /** Telnyx itself answers STOP and the other keywords, and reports them too. */
    const obeyKeyword = (from: string, body: string): void => {
      const keyword = keywordOf(body);
      const others = (memory.phone(from)?.optedOutOf ?? []).filter((one) => one !== number);
      if (keyword === 'start') memory.updatePhone(from, { optedOutOf: others });
      if (keyword && !isOptedOutOf(memory, number, from)) {
        const reply = {
          carrier: TELNYX,
          sid: randomUUID(),
          direction: 'outbound-reply',
          from: number,
          to: from,
        } as const;
        const sent = { ...reply, body: KEYWORD_REPLIES[keyword], status: 'delivered', done: true } as const;
        memory.addMessage(newMessage(sent, clock.now()));
      }
      if (keyword === 'stop') memory.updatePhone(from, { optedOutOf: [...others, number] });
    };
    return {
      id: TELNYX,
      name: 'Telnyx',
      url,
      numbers: [{ number, name }],
      faults: TELNYX_FAULTS,
      takesPhotos: false,
      receive: ({ from, to, body }) => {
        if (to !== number) return null;
        ensurePhone(memory, from);
        const inbound = { carrier: TELNYX, sid: randomUUID(), direction: 'inbound', from, to, body } as const;
        const message = memory.addMessage(newMessage(inbound, clock.now()));
        obeyKeyword(from, body);
        account.receive(from, body, [], message.sid);
        return message;
      },
      repeat: (sid) => {
        const message = memory.message(sid);
        if (message?.carrier !== TELNYX || message.direction !== 'inbound') return false;
        account.receive(message.from, message.body, [], sid);
        return true;
      },
      settled: () => account.settled(),
      close: async () => {
        stopping.abort();
        await close();
      },
    };
  };
