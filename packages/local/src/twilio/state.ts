import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { StartError } from '../cloud/start-error.ts';

/** What can be made to go wrong with one phone, as its carrier would report it. */
export const PHONE_FAULTS = ['none', 'unreachable', 'filtered', 'landline'] as const;
export type PhoneFault = (typeof PHONE_FAULTS)[number];
/** What can be made to go wrong with Twilio's API itself. */
export const API_FAULTS = ['none', 'error-500', 'too-many-requests', 'timeout', 'accept-and-drop'] as const;
export type ApiFault = (typeof API_FAULTS)[number];

export type Phone = { number: string; name: string; role: 'customer' | 'dispatcher' | 'other'; fault: PhoneFault; stopped: boolean };

/** A message in either direction, seen from Twilio. `at` is epoch ms. */
export type StoredMessage = {
  sid: string;
  direction: 'inbound' | 'outbound-api' | 'outbound-reply';
  from: string;
  to: string;
  body: string;
  mediaUrls: string[];
  status: string;
  errorCode: number | null;
  segments: number;
  statusCallback: string | null;
  at: number;
  updatedAt: number;
};

/** A webhook that was sent, for the log on the Phones page. `status` null: no answer. */
export type WebhookCall = { at: number; what: string; url: string; status: number | null; ms: number };

export type State = { phones: Phone[]; messages: StoredMessage[]; apiFault: ApiFault; webhooks: WebhookCall[] };

const KEPT_MESSAGES = 2000;
const KEPT_WEBHOOKS = 100;

/** The stand-in's memory, written whole after every change. `file` null: kept in memory only. */
export class StateFile {
  readonly state: State;
  readonly #file: string | null;
  readonly #listeners = new Set<() => void>();

  constructor(file: string | null) {
    this.#file = file;
    this.state = { phones: [], messages: [], apiFault: 'none', webhooks: [] };
    if (!file || !existsSync(file)) return;
    try {
      this.state = JSON.parse(readFileSync(file, 'utf8'));
    } catch {
      throw new StartError(`${file} is not complete. Begin anew: npm start -- --fresh`);
    }
  }

  /** Changes the state, keeps it, and tells who listens. */
  change(mutate: (state: State) => void): void {
    mutate(this.state);
    this.state.messages.splice(0, Math.max(0, this.state.messages.length - KEPT_MESSAGES));
    this.state.webhooks.splice(0, Math.max(0, this.state.webhooks.length - KEPT_WEBHOOKS));
    if (this.#file) {
      writeFileSync(`${this.#file}.new`, JSON.stringify(this.state));
      renameSync(`${this.#file}.new`, this.#file);
    }
    for (const listener of this.#listeners) listener();
  }

  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
