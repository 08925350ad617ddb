import { createServer } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { close, listen } from '@qdn/local-server/listen';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { type Clock, DEFAULT_PACE, type Pace, SYSTEM_CLOCK } from './phones/clock.ts';
import type { EmulatedCarrier, PhoneNetwork, StartCarrier } from './phones/emulated-carrier.ts';
import type { Fault } from './phones/faults.ts';
import { Memory, type StoredMessage } from './phones/memory.ts';
import type { Answering, Call, Exchange, Role } from './phones/page/view.ts';
import { PageActions } from './phones/page-actions.ts';
import { createPageServer, photo } from './phones/page-server.ts';
import { viewSince } from './phones/phones-view.ts';
import { createTwilio, type Twilio, type TwilioOptions } from './twilio/carrier.ts';
import { TWILIO } from './twilio/carrier-fault.ts';
import { channelAddress } from './twilio/channel-address.ts';

export type { Call } from './phones/page/view.ts';

export type CarrierEmulatorOptions = TwilioOptions & {
  /** 0 lets the system choose. */
  port: number;
  /** File of all state; null keeps it in memory. */
  statePath: string | null;
  /** The first phones. `suggestions` are texts that the page offers to send. */
  phones: ReadonlyArray<{ number: string; name: string; role: Role; suggestions?: readonly string[] }>;
  clock?: Clock;
  pace?: Pace;
  /** IANA name of the zone in which the page shows times; the browser's when left out. */
  timeZone?: string;
  /** Carriers beside Twilio, on the same phones. Each has a server of its own. */
  others?: readonly StartCarrier[];
};

const MAX_REQUEST_BYTES = 256 * 1024;

type Env = { Bindings: HttpBindings };

/** One server for the Phones page and Twilio's API. */
const createApp = (twilio: Twilio, page: Hono): Hono<Env> => {
  const app = new Hono<Env>();
  const tooLarge = bodyLimit({
    maxSize: MAX_REQUEST_BYTES,
    onError: (c) => c.json({ error: 'The request is too large.' }, 413),
  });
  app.use(tooLarge);
  for (const version of ['/2010-04-01/*', '/v1/*']) app.all(version, (c) => twilio.api.fetch(c.req.raw, c.env));
  app.get('/cdn/*', (c) =>
    twilio.cdn.isGood(new URL(c.req.url)) ? photo() : c.json({ error: 'The signature is missing or expired.' }, 403),
  );
  app.all('*', (c) => page.fetch(c.req.raw, c.env));
  app.onError((error, c) => {
    console.error('The carrier emulator:', error);
    return c.json({ error: 'The emulator failed. The reason is in the terminal.' }, 500);
  });
  return app;
};

const startOthers = async (starts: readonly StartCarrier[], phones: PhoneNetwork): Promise<EmulatedCarrier[]> => {
  const started: EmulatedCarrier[] = [];
  try {
    for (const start of starts) started.push(await start(phones));
  } catch (error) {
    for (const one of started) await one.close();
    throw error;
  }
  return started;
};

/** The running emulator, for tests and for the program that starts it. */
export class CarrierEmulator {
  readonly #memory: Memory;
  readonly #carriers: readonly EmulatedCarrier[];
  readonly #twilio: Twilio;
  readonly #closeServer: () => Promise<void>;
  /** The URL of the Phones page and of Twilio's API. */
  readonly url: string;

  constructor(
    url: string,
    parts: { memory: Memory; carriers: readonly EmulatedCarrier[]; twilio: Twilio; closeServer: () => Promise<void> },
  ) {
    this.url = url;
    this.#memory = parts.memory;
    this.#carriers = parts.carriers;
    this.#twilio = parts.twilio;
    this.#closeServer = parts.closeServer;
  }

  /** Returns the URL of a carrier's API; null when the emulator was started without it. */
  urlOf(carrier: string): string | null {
    return this.#carriers.find(({ id }) => id === carrier)?.url ?? null;
  }

  /** Sends a text from a phone to one of the numbers; `whatsapp:+1…` sends it over that channel. @returns null when the number is not one of the company's */
  receive(from: string, to: string, body: string, photos = 0): StoredMessage | null {
    const { channel, id } = channelAddress(from);
    const carrier = this.#carriers.find(({ numbers }) => numbers.some(({ number }) => number === to));
    return carrier?.receive({ from: id, to, body, photos, ...(channel ? { channel } : {}) }) ?? null;
  }

  /** Calls one of the numbers from a phone. @returns null when the number takes no calls here */
  call(from: string, to: string, hangsUp = false): Call | null {
    const carrier = this.#carriers.find(({ numbers }) => numbers.some(({ number }) => number === to));
    return carrier?.call?.({ from, to, hangsUp }) ?? null;
  }

  /** Sets how a phone takes calls. */
  setAnswering(number: string, answering: Answering): void {
    this.#memory.updatePhone(number, { answering });
  }

  calls(): readonly Call[] {
    return this.#memory.calls;
  }

  /** Delivers an inbound text to the product once more. @returns true when there is such a text */
  repeat(sid: string): boolean {
    return this.#carriers.some((carrier) => carrier.repeat(sid));
  }

  /** Sets a fault of Twilio. @param times number of texts that it affects; without it, until it is switched off */
  setCarrierFault(fault: Fault | null, times: number | null = null): void {
    this.setFaultOf(TWILIO, fault, times);
  }

  /** Sets a fault of any carrier, by the carrier's ID. */
  setFaultOf(carrier: string, fault: string | null, times: number | null = null): void {
    this.#memory.setCarrierFault(carrier, fault, times);
  }

  setPhoneFault(number: string, fault: Fault | null): void {
    this.#memory.updatePhone(number, { fault });
  }

  /** Opts a phone out of all numbers, or back in. */
  setOptedOut(number: string, optedOut: boolean): void {
    const numbers = this.#carriers.flatMap((carrier) => carrier.numbers.map((one) => one.number));
    this.#memory.updatePhone(number, { optedOutOf: optedOut ? numbers : [] });
  }

  /** Sets the balance of the Twilio account, in US dollars. */
  setBalance(amount: string): void {
    this.#twilio.setBalance(amount);
  }

  messages(): readonly StoredMessage[] {
    return this.#memory.messages;
  }

  /** Returns every request between the product and the carriers, in either direction, oldest first. */
  exchanges(): readonly Exchange[] {
    return this.#memory.exchanges;
  }

  /** Resolves when no text and no webhook is under way. */
  async settled(): Promise<void> {
    for (const carrier of this.#carriers) await carrier.settled();
  }

  async close(): Promise<void> {
    for (const carrier of this.#carriers) await carrier.close();
    await this.#closeServer();
    await this.#memory.close();
  }
}

/**
 * Emulates the carriers on this machine: the APIs of Twilio and of `others`, webhooks and events, keywords, the faults of phones
 * and carriers; and, at `/`, the Phones page.
 * @throws StartError when a port is taken or the state file cannot be used
 */
export const startCarrierEmulator = async (options: CarrierEmulatorOptions): Promise<CarrierEmulator> => {
  const memory = new Memory(options.statePath);
  const phones: PhoneNetwork = { memory, clock: options.clock ?? SYSTEM_CLOCK, pace: options.pace ?? DEFAULT_PACE };
  const suggestions = new Map(options.phones.map((phone) => [phone.number, phone.suggestions ?? []]));
  for (const phone of options.phones) memory.putPhone(phone);

  const twilio = createTwilio(options, phones);
  const carriers = await startOthers(options.others ?? [], phones);
  const page = createPageServer({
    memory,
    actions: new PageActions(memory, carriers),
    viewSince: (revision) => viewSince(revision, memory, carriers, suggestions, options.timeZone ?? null),
  });
  const server = createServer(getRequestListener(createApp(twilio, page).fetch));
  const port = await listen(server, options.port, 'the carrier emulator').catch(async (error: unknown) => {
    for (const carrier of carriers) await carrier.close();
    throw error;
  });
  const url = `http://localhost:${port}`;
  // The first carrier: its numbers come first on the page.
  carriers.unshift(twilio.start(url));
  return new CarrierEmulator(url, { memory, carriers, twilio, closeServer: () => close(server) });
};
