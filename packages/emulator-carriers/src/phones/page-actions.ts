import type { EmulatedCarrier } from './emulated-carrier.ts';
import { isFault } from './faults.ts';
import type { Memory } from './memory.ts';
import type { Answering } from './page/view.ts';
import { toE164 } from './phone-number.ts';
import { ANSWERINGS, NONE, OPTED_OUT } from './phones-view.ts';

const MAX_TEXT_LENGTH = 1600;

/** An error with a sentence for the person at the page. */
export class Refusal extends Error {}

type Input = Readonly<Record<string, unknown>>;
type Action = (input: Input) => Promise<object> | object;

const textFrom = (name: string, value: unknown): string => {
  if (typeof value === 'string') return value;
  throw new Refusal(`${name} must be a text.`);
};

const numberFrom = (value: unknown): string => {
  const number = toE164(textFrom('The number', value));
  if (number) return number;
  throw new Refusal(`${value} is not a phone number. Write it like +1 512 555 0199.`);
};

const timesFrom = (times: unknown): number | null =>
  typeof times === 'number' && times > 0 ? Math.floor(times) : null;

/**
 * The actions of the Phones page. Each returns the revision that includes its change, so that the page can tell an older view
 * from a newer one.
 */
export class PageActions {
  readonly #memory: Memory;
  readonly #carriers: readonly EmulatedCarrier[];
  readonly #actions: Readonly<Record<string, Action>> = {
    text: (input) => this.#text(input),
    call: (input) => this.#call(input),
    'hang-up': (input) => this.#hangUp(input),
    answering: (input) => this.#setAnswering(input),
    repeat: (input) => this.#repeat(input),
    phone: (input) => this.#addPhone(input),
    'phone-fault': (input) => this.#setCondition(input),
    'carrier-fault': (input) => this.#setCarrierFault(input),
  };

  constructor(memory: Memory, carriers: readonly EmulatedCarrier[]) {
    this.#memory = memory;
    this.#carriers = carriers;
  }

  /** Runs an action. @returns null when there is no such action. @throws Refusal with a sentence for the page */
  async run(name: string, input: Input): Promise<object | null> {
    const action = Object.hasOwn(this.#actions, name) ? this.#actions[name] : undefined;
    if (!action) return null;
    const result = await action(input);
    return { ...result, revision: this.#memory.revision };
  }

  get #numbers(): string[] {
    return this.#carriers.flatMap(({ numbers }) => numbers.map(({ number }) => number));
  }

  async #text(input: Input): Promise<object> {
    const body = textFrom('The text', input['body']);
    const photos = input['photo'] === true ? 1 : 0;
    if (body.trim() === '' && photos === 0) throw new Refusal('There is nothing to send.');
    if (body.length > MAX_TEXT_LENGTH) throw new Refusal(`A text has at most ${MAX_TEXT_LENGTH} characters.`);
    const [first = ''] = this.#numbers;
    const to = input['to'] === undefined ? first : numberFrom(input['to']);
    const carrier = this.#carriers.find(({ numbers }) => numbers.some(({ number }) => number === to));
    if (carrier && photos > 0 && !carrier.takesPhotos)
      throw new Refusal(`${carrier.name} does not take pictures. Send them to ${first}.`);
    const message = carrier?.receive({ from: numberFrom(input['from']), to, body, photos });
    if (!message) throw new Refusal(`${to} is not one of the company's numbers.`);
    await this.#memory.saved();
    return { sid: message.sid };
  }

  #call({ from, to: written, hangsUp }: Input): object {
    const to = written === undefined ? (this.#numbers[0] ?? '') : numberFrom(written);
    const carrier = this.#carriers.find(({ numbers }) => numbers.some(({ number }) => number === to));
    if (carrier && !carrier.call) throw new Refusal(`${carrier.name} takes no calls here. Call ${this.#numbers[0]}.`);
    const call = carrier?.call?.({ from: numberFrom(from), to, hangsUp: hangsUp === true });
    if (!call) throw new Refusal(`${to} is not one of the company's numbers.`);
    return { sid: call.sid };
  }

  #hangUp({ sid: given }: Input): object {
    const sid = textFrom('The SID', given);
    if (this.#carriers.some((carrier) => carrier.hangUp?.(sid))) return {};
    throw new Refusal('That call is over.');
  }

  #setAnswering({ number: written, answering }: Input): object {
    const choice = ANSWERINGS.find(({ value }) => value === answering);
    if (!choice) throw new Refusal('Unknown way to take calls.');
    this.#memory.updatePhone(numberFrom(written), { answering: choice.value as Answering });
    return {};
  }

  #repeat({ sid: given }: Input): object {
    const sid = textFrom('The SID', given);
    if (this.#carriers.some((carrier) => carrier.repeat(sid))) return {};
    throw new Refusal('Only an inbound text can be delivered again.');
  }

  #addPhone({ number: written, name }: Input): object {
    const number = numberFrom(written);
    if (this.#memory.phone(number)) throw new Refusal(`${number} is here already.`);
    if (this.#numbers.includes(number)) throw new Refusal(`${number} is one of the company's numbers.`);
    this.#memory.putPhone({ number, name: textFrom('The name', name).trim() || number, role: 'other' });
    return { number };
  }

  #setCondition({ number: written, fault: condition }: Input): object {
    const number = numberFrom(written);
    if (condition !== NONE && condition !== OPTED_OUT && !isFault(condition)) throw new Refusal('Unknown condition.');
    const optedOutOf = condition === OPTED_OUT ? this.#numbers : [];
    this.#memory.updatePhone(number, { fault: isFault(condition) ? condition : null, optedOutOf });
    return {};
  }

  #setCarrierFault({ carrier: id, fault, times }: Input): object {
    const carrier = this.#carriers.find((one) => one.id === id);
    if (!carrier) throw new Refusal(`There is no carrier ${id}.`);
    if (fault !== NONE && !(typeof fault === 'string' && Object.hasOwn(carrier.faults, fault)))
      throw new Refusal('Unknown fault.');
    this.#memory.setCarrierFault(carrier.id, fault === NONE ? null : fault, timesFrom(times));
    return {};
  }
}
