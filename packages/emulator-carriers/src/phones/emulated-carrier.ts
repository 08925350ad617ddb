import type { Clock, Pace } from './clock.ts';
import type { Memory, StoredMessage } from './memory.ts';

/** A number that phones can text to. */
export type CompanyNumber = { number: string; name: string };

/** A text as a phone sends it; `photos` counts attached pictures. */
export type FromPhone = { from: string; to: string; body: string; photos: number };

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
