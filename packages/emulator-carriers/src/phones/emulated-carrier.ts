import type { Clock, Pace } from './clock.ts';
import type { Memory, StoredMessage } from './memory.ts';
import type { Call } from './page/view.ts';

/** A number that phones can text to. */
export type CompanyNumber = { number: string; name: string };

/** A text as a phone sends it; `photos` counts attached pictures. Without `channel` it is an SMS. */
export type FromPhone = { from: string; to: string; body: string; photos: number; channel?: 'whatsapp' | 'rcs' };

/** A call as a phone makes it. `hangsUp`: the caller gives up while it rings. */
export type FromCaller = { from: string; to: string; hangsUp: boolean };

/** A carrier between the product and the phones. The first one of the emulator is Twilio. */
export type EmulatedCarrier = {
  /** ID, as in `Message.carrier` and `Exchange.carrier`, which leave Twilio out. */
  id: string;
  /** Name on the Phones page. */
  name: string;
  /** URL of the carrier's API. */
  url: string;
  numbers: readonly CompanyNumber[];
  /** Faults of the whole carrier that the Phones page offers, by name. */
  faults: Readonly<Record<string, { label: string; hint: string }>>;
  takesPhotos: boolean;
  /** Takes a text from a phone. @returns null when the number is not one of the carrier's */
  receive(text: FromPhone): StoredMessage | null;
  /** Calls one of the numbers from a phone; left out by a carrier without calls. @returns null when it is not one of the carrier's */
  call?(call: FromCaller): Call | null;
  /** Lets the caller of a call give up. @returns true while there is such a call */
  hangUp?(callSid: string): boolean;
  /** Delivers an inbound text to the product once more. @returns true when there is such a text */
  repeat(sid: string): boolean;
  /** Resolves when no text and no report is under way. */
  settled(): Promise<void>;
  close(): Promise<void>;
};

/** The phones that all carriers share. */
export type PhoneNetwork = { memory: Memory; clock: Clock; pace: Pace };

/** Starts a carrier on the phones. @throws StartError when its port is taken */
export type StartCarrier = (phones: PhoneNetwork) => Promise<EmulatedCarrier>;
