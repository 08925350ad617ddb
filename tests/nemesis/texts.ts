import type { MessageSid } from '@qdn/domain';
import { CONTACTS, FORMER_CUSTOMER, NINA, OPERATOR_NUMBER, STRANGER } from './company.ts';
import type { Random } from './random.ts';

/**
 * The meaning of a text, as its author intends it. The checker reads it instead of the relay's own recognition.
 *  - `words`: for a person to read
 *  - `question`: about status, arrival or place
 *  - `acknowledgement`: only says that its author has the message
 *  - `keyword`: for the carrier, such as STOP
 *  - `automatic`: the phone answered by itself
 */
export type Intent = 'words' | 'question' | 'acknowledgement' | 'keyword' | 'automatic';

/**
 * A text that someone writes.
 *  - `words`: the part that its readers must get
 *  - `names`: the job that it names; `isCertain` is false for a number that may mean something else, such as `#77`
 *  - `optsOut`: asks for no more texts
 */
export type Text = {
  sid: MessageSid;
  from: string;
  body: string;
  media: number;
  at: number;
  intent: Intent;
  words: string;
  names: { job: string; isCertain: boolean } | null;
  optsOut: boolean;
};
type Written = Pick<Text, 'from' | 'body'> & Partial<Pick<Text, 'intent' | 'words' | 'names' | 'optsOut'>>;

const certain = (job: string): Text['names'] => ({ job, isCertain: true });
const uncertain = (job: string): Text['names'] => ({ job, isCertain: false });
const CUSTOMERS = ['+15125550111', '+15125550112', '+15125550113'];

const keywordFrom = (random: Random, from: string): Written =>
  random.pick<Written>([
    { from, body: 'STOP', intent: 'keyword', optsOut: true },
    { from, body: 'START', intent: 'keyword' },
    from === CONTACTS[1].phone
      ? { from, body: 'START', intent: 'keyword' }
      : { from, body: 'no more texts', optsOut: true },
    { from, body: 'HELP', intent: 'keyword' },
  ]);

/** Returns a text of a customer, a dispatcher or a stranger. */
export const somethingWritten = (random: Random, sid: MessageSid, withinMs: number): Text => {
  const n = Number(sid.slice(-4));
  const customer = () => random.pick(CUSTOMERS);
  const [dana, luis] = CONTACTS;
  const written = random.pick<() => Written>([
    () => ({ from: customer(), body: `are you coming? (${n})` }),
    () => ({ from: customer(), body: `QDN-1042 the gate is open (${n})`, names: certain('QDN-1042') }),
    () => ({ from: customer(), body: `about #77: too late (${n})`, names: uncertain('QDN-77') }),
    () => ({
      from: dana.phone,
      body: `@1042 we are ${n} minutes away`,
      words: `we are ${n} minutes away`,
      names: certain('QDN-1042'),
    }),
    () => ({ from: luis.phone, body: '@5 on my way', words: 'on my way', names: certain('QDN-5') }),
    () => ({ from: FORMER_CUSTOMER, body: 'status', intent: 'question' }),
    () => ({ from: luis.phone, body: 'which one?' }),
    () => ({ from: STRANGER, body: `do you rent trailers? (${n})` }),
    () => keywordFrom(random, customer()),
    () => keywordFrom(random, luis.phone),
    () => ({
      from: customer(),
      intent: 'question',
      ...random.pick<Pick<Written, 'body' | 'names'>>([
        { body: 'status' },
        { body: 'eta 1042', names: uncertain('QDN-1042') },
        { body: 'donde esta?' },
      ]),
    }),
    () => ({
      from: random.pick(CONTACTS).phone,
      ...random.pick<Omit<Written, 'from'>>([
        { body: 'ok', intent: 'acknowledgement' },
        { body: 'got it @1042', intent: 'acknowledgement', names: certain('QDN-1042') },
        { body: 'status 77', intent: 'question', names: certain('QDN-77') },
      ]),
    }),
    // Contacts of only one job, and the operator.
    () => ({
      from: NINA,
      ...random.pick<Omit<Written, 'from'>>([
        { body: 'ok', intent: 'acknowledgement' },
        { body: 'on our way' },
        { body: '@77 at 3', words: 'at 3', names: certain('QDN-77') },
      ]),
    }),
    () => ({
      from: OPERATOR_NUMBER,
      ...random.pick<Omit<Written, 'from'>>([
        { body: 'ok', intent: 'acknowledgement' },
        { body: '@1042 we are late', words: 'we are late', names: certain('QDN-1042') },
      ]),
    }),
    () => ({
      from: random.pick(CONTACTS).phone,
      body: 'I’m driving with Do Not Disturb While Driving turned on.',
      intent: 'automatic',
    }),
    () => ({ from: customer(), body: '', words: 'https://qdn.example/m/' }),
  ])();
  return {
    intent: 'words',
    words: written.body,
    names: null,
    optsOut: false,
    ...written,
    sid,
    media: written.body === '' ? 1 : 0,
    at: random.between(0, withinMs),
  };
};
