import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { StartError } from '@qdn/local-server/start-error';
import type { Fault } from './faults.ts';
import type { Answering, Call, CarrierState, Exchange, Message, MessageStatus, Role } from './page/view.ts';

export type StoredPhone = {
  number: string;
  name: string;
  role: Role;
  fault: Fault | null;
  /** The account's numbers that this phone has texted STOP to. */
  optedOutOf: string[];
  /** Its way to take calls; it answers when left out. */
  answering?: Answering;
  revision: number;
};

/** A status that is not reported to the account yet. */
export type Report = { status: MessageStatus; errorCode: number | null; at: number };

/** A message in either direction. `fault` affects its delivery; `done` when nothing more will happen to it. */
export type StoredMessage = Message & {
  /** The caller's own fields, which an AWS text carries through to its events. */
  context?: Record<string, string>;
  /** True when no event reports the outcome of this text. */
  isUnreported?: boolean;
  statusCallback: string | null;
  sentAt: number | null;
  updatedAt: number;
  fault: Fault | null;
  unreported: Report[];
  done: boolean;
};

/** An API key. https://www.twilio.com/docs/usage/api/keys */
export type StoredKey = { sid: string; secret: string; name: string; createdAt: number; updatedAt: number };

/** The credentials of the account. */
export type CredentialState = {
  accountSid: string;
  generation: string;
  createdAt: number;
  primary: string;
  secondary: string | null;
  secondaryAt: number;
  keys: StoredKey[];
};

type State = {
  version: 2;
  identity: string;
  revision: number;
  phones: StoredPhone[];
  /** Faults, by the carrier's ID. */
  faults: Record<string, CarrierState>;
  messages: StoredMessage[];
  /** Left out in a file of an earlier version. */
  calls?: Call[];
  exchanges: Exchange[];
  lastExchange: number;
  credentials?: CredentialState;
};

const KEPT_MESSAGES = 5000;
const KEPT_CALLS = 500;
const KEPT_EXCHANGES = 500;

const beginning = (): State => ({
  version: 2,
  identity: randomUUID(),
  revision: 0,
  phones: [],
  faults: {},
  messages: [],
  exchanges: [],
  lastExchange: 0,
});

const isState = (value: unknown): value is State =>
  typeof value === 'object' && value !== null && 'version' in value && value.version === 2 && 'exchanges' in value;

const read = (path: string): State => {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    throw new StartError(
      `${path} (the texts of the carrier emulator) is incomplete. Start again with npm start -- --fresh, or delete that file`,
    );
  }
  if (isState(value)) return { ...value, faults: value.faults ?? {} };
  throw new StartError(
    `${path} (the texts of the carrier emulator) comes from another version. Start again with npm start -- --fresh, or delete that file`,
  );
};

/**
 * The emulator's state, in memory and in one JSON file. Changes are gathered and written whole to a second file that then
 * replaces the first, so that a crash leaves either the old or the new state.
 */
export class Memory {
  readonly #path: string | null;
  readonly #state: State;
  readonly #listeners = new Set<() => void>();
  #scheduled = false;
  #unwritten = false;
  #closed = false;
  #writing: Promise<void> | null = null;

  /** @param path null keeps everything in memory. @throws StartError when the file cannot be used */
  constructor(path: string | null) {
    this.#path = path;
    this.#state = path && existsSync(path) ? read(path) : beginning();
  }

  get identity(): string {
    return this.#state.identity;
  }
  get revision(): number {
    return this.#state.revision;
  }
  get phones(): readonly StoredPhone[] {
    return this.#state.phones;
  }
  get messages(): readonly StoredMessage[] {
    return this.#state.messages;
  }
  get calls(): readonly Call[] {
    return this.#state.calls ?? [];
  }
  get exchanges(): readonly Exchange[] {
    return this.#state.exchanges;
  }
  get credentials(): CredentialState | null {
    return this.#state.credentials ?? null;
  }
  phone(number: string): StoredPhone | undefined {
    return this.#state.phones.find((phone) => phone.number === number);
  }
  message(sid: string): StoredMessage | undefined {
    return this.#state.messages.find((message) => message.sid === sid);
  }

  /** Adds the phone, or renames it. */
  putPhone({ number, name, role }: Pick<StoredPhone, 'number' | 'name' | 'role'>): StoredPhone {
    const revision = this.#changed();
    const known = this.phone(number);
    if (known) return Object.assign(known, { name, role, revision });
    const phone: StoredPhone = { number, name, role, fault: null, optedOutOf: [], revision };
    this.#state.phones.push(phone);
    return phone;
  }

  setCredentials(credentials: CredentialState): void {
    this.#changed();
    this.#state.credentials = credentials;
  }

  updatePhone(number: string, changes: Partial<Pick<StoredPhone, 'fault' | 'optedOutOf' | 'answering'>>): void {
    const phone = this.phone(number);
    if (phone) Object.assign(phone, changes, { revision: this.#changed() });
  }

  /** Returns the fault of a whole carrier. */
  carrierFault(carrier: string): Readonly<CarrierState> {
    return this.#state.faults[carrier] ?? { fault: null, times: null };
  }

  /** @param times number of texts that it affects; null until it is switched off */
  setCarrierFault(carrier: string, fault: string | null, times: number | null = null): void {
    this.#changed();
    this.#state.faults[carrier] = { fault, times: fault === null ? null : times };
  }

  /** Takes the carrier's fault for one text. A counted one is used up. */
  takeCarrierFault(carrier: string): string | null {
    const { fault, times } = this.carrierFault(carrier);
    if (fault !== null && times !== null) this.setCarrierFault(carrier, times > 1 ? fault : null, times - 1);
    return fault;
  }

  addMessage(message: Omit<StoredMessage, 'revision'>): StoredMessage {
    const stored = { ...message, revision: this.#changed() };
    this.#state.messages.push(stored);
    this.#state.messages.splice(0, this.#state.messages.length - KEPT_MESSAGES);
    return stored;
  }

  updateMessage(message: StoredMessage, changes: Partial<StoredMessage>): void {
    Object.assign(message, changes, { revision: this.#changed() });
  }

  addCall(call: Omit<Call, 'revision'>): Call {
    const stored = { ...call, revision: this.#changed() };
    this.#state.calls = [...(this.#state.calls ?? []), stored].slice(-KEPT_CALLS);
    return stored;
  }

  updateCall(call: Call, changes: Partial<Call>): void {
    Object.assign(call, changes, { revision: this.#changed() });
  }

  addExchange(exchange: Omit<Exchange, 'id' | 'revision'>): void {
    const revision = this.#changed();
    this.#state.lastExchange += 1;
    this.#state.exchanges.push({ ...exchange, id: this.#state.lastExchange, revision });
    this.#state.exchanges.splice(0, this.#state.exchanges.length - KEPT_EXCHANGES);
  }

  /** @returns a function that ends it */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Resolves when every change so far is in the file. @throws Error of the file system, such as a full disk */
  async saved(): Promise<void> {
    while (this.#unwritten || this.#writing) await (this.#writing ?? this.#write());
  }

  /** Leaves the file to the next process: later changes, such as a late answer, are not kept. */
  async close(): Promise<void> {
    await this.saved();
    this.#closed = true;
    this.#unwritten = false;
    await this.#writing;
  }

  /** Counts a change that is about to be made. Listeners and the file get it once the caller has made it. */
  #changed(): number {
    this.#state.revision += 1;
    this.#unwritten = this.#path !== null && !this.#closed;
    if (!this.#scheduled) {
      this.#scheduled = true;
      setImmediate(() => {
        this.#scheduled = false;
        for (const listener of this.#listeners) listener();
        // A caller who needs to know waits for saved() and gets the error.
        void this.saved().catch(() => undefined);
      });
    }
    return this.#state.revision;
  }

  #write(): Promise<void> {
    const path = this.#path;
    if (!path) return Promise.resolve();
    this.#unwritten = false;
    const text = JSON.stringify(this.#state);
    // The account's keys are in it.
    this.#writing = rm(`${path}.new`, { force: true })
      .then(() => writeFile(`${path}.new`, text, { mode: 0o600 }))
      .then(() => rename(`${path}.new`, path))
      .catch((error: unknown) => {
        this.#unwritten = true;
        throw error;
      })
      .finally(() => {
        this.#writing = null;
      });
    return this.#writing;
  }
}
