import { element, type TwimlElement, twiml } from '@qdn/carrier-twilio/twiml';
import { callAddress } from '@qdn/carrier-twilio/webhook-addresses';
import type { CallRequest } from '@qdn/carrier-twilio/webhook-call';
import type { Wire } from '@qdn/contracts';
import type { CallStep } from '@qdn/contracts/call-steps';
import {
  type BackupContact,
  type DutySwap,
  dutyAt,
  type JobId,
  numberOfCaller,
  onCall,
  type PhoneNumber,
  type PlannedCall,
  parseJobId,
  type RelayCompany,
} from '@qdn/domain';
import { callerWords, callPerson, howToCall, noOneAnswers, sayEnglish, takeIt, textsOnly } from './spoken.ts';

/** Maximum length of a call, in s: a line that was not hung up costs by the minute. */
const MAX_CALL_S = 3600;
/** Time for which the called person's phone rings, in s; voicemail may take the call, for a message. */
const PERSON_RING_S = 40;
/** Time to press a key, in s. */
const KEY_S = 8;

type CallRecord = Wire<'callRecord'>;

export type CallDependencies = {
  company: RelayCompany;
  publicUrl: string;
  /** Finds the newest open job of a phone; null without one. */
  jobOf: (phone: PhoneNumber) => Promise<JobId | null>;
  /** Reads the name of a job's customer; null when there is no such job. */
  customerOf: (jobId: JobId) => Promise<string | null>;
  /** Reads the call that a dispatcher's message asked for; null without one. */
  plannedCall: (messageSid: string) => Promise<PlannedCall | null>;
  /** Reads the swaps of the rota. */
  swaps: () => Promise<DutySwap[]>;
  record: (record: CallRecord) => Promise<void>;
  /** Epoch ms. */
  now: () => number;
};

/**
 * A step of a call. Its state is in the address that Twilio called, without phone numbers, because addresses are logged: `after` is the
 * contact who was rung last, `about` the caller's job, else the end of the number, and `message` the one that asked for the call.
 */
export type Step = { call: CallRequest; after: string; about: string; message: string };

const HANG_UP = element('Hangup');
const isOwnNumber = ({ company }: CallDependencies, from: string): boolean => company.textNumbers.includes(from);

const note = (deps: CallDependencies, what: CallRecord['what'], { callSid, from, to }: CallRequest, message = '') =>
  deps.record({
    schema: 1,
    kind: 'call',
    what,
    callSid,
    from,
    to,
    messageSid: message || null,
    at: new Date(deps.now()).toISOString(),
  });

/** Returns the caller for the address of a step: the job, else the last four digits, else nothing. A caller must never wait for a store. */
const aboutCaller = async (deps: CallDependencies, from: string): Promise<string> => {
  const phone = numberOfCaller(from);
  if (phone === null) return '';
  return (await deps.jobOf(phone).catch(() => null)) ?? phone.slice(-4);
};

/** Rings a contact. The caller hears ringing, and the call is answered, and paid for, when the two are connected. */
const ring = async (
  deps: CallDependencies,
  { id, phone }: BackupContact,
  { from, to }: CallRequest,
): Promise<TwimlElement> => {
  const { company, publicUrl } = deps;
  const callerId = company.textNumbers.includes(to) ? to : company.textNumbers[0];
  const about = await aboutCaller(deps, from);
  return element(
    'Dial',
    {
      action: callAddress(publicUrl, 'dialed', { after: id }),
      timeout: company.policy.calls.ringSeconds,
      timeLimit: MAX_CALL_S,
      callerId,
      answerOnBridge: true,
    },
    element('Number', { url: callAddress(publicUrl, 'screen', about ? { about } : {}) }, { text: phone }),
  );
};

/** Returns the contacts to ring for a caller, who is not rung. */
const contactsFor = async (deps: CallDependencies, from: string): Promise<BackupContact[]> => {
  const { company } = deps;
  const now = deps.now();
  // A caller must never wait for a store: without the swaps the rota counts as it is written.
  const swaps = company.policy.rota === null ? [] : await deps.swaps().catch(() => []);
  return onCall(company, now, dutyAt(company, swaps, now)).filter(({ phone }) => phone !== from);
};

const isOfTeam = ({ company: { contacts, operator } }: CallDependencies, from: string): boolean =>
  from === operator || contacts.some(({ phone }) => phone === from);

const apologize = async (deps: CallDependencies, call: CallRequest): Promise<string> => {
  await note(deps, 'missed', call);
  return twiml(...noOneAnswers(deps.company.name), HANG_UP);
};

/** Asks for a key, at the next step; without one the rest of the document follows. */
const askForKey = (deps: CallDependencies, next: CallStep, words: TwimlElement, message = ''): TwimlElement =>
  element(
    'Gather',
    { numDigits: 1, timeout: KEY_S, action: callAddress(deps.publicUrl, next, message ? { message } : {}) },
    words,
  );

/** Answers each step of a call with TwiML. */
export const CALL_STEPS_BY_NAME: Readonly<Record<CallStep, (deps: CallDependencies, step: Step) => Promise<string>>> = {
  incoming: async (deps, { call }) => {
    const { company } = deps;
    // A contact's phone that forwards its calls to us would ring itself forever.
    if (isOwnNumber(deps, call.from)) return twiml(element('Reject', { reason: 'busy' }));
    if (!company.policy.calls.answer) return twiml(...textsOnly(company.name), HANG_UP);
    if (isOfTeam(deps, call.from)) return twiml(howToCall(company.name), HANG_UP);
    const [first] = await contactsFor(deps, call.from);
    return first ? twiml(await ring(deps, first, call)) : apologize(deps, call);
  },

  dialed: async (deps, { call, after }) => {
    if (call.isConnected) return twiml(HANG_UP);
    const contacts = await contactsFor(deps, call.from);
    const last = contacts.findIndex(({ id }) => id === after);
    const next = last < 0 ? undefined : contacts[last + 1];
    if (call.isOnLine && next) return twiml(await ring(deps, next, call));
    return apologize(deps, call);
  },

  // On the contact's phone.
  screen: async (deps, { about }) => {
    const jobId = parseJobId(about);
    const name = jobId && (await deps.customerOf(jobId).catch(() => null));
    const caller = jobId && name ? { name, jobNumber: jobId.split('-')[1] ?? '' } : null;
    const words = takeIt(deps.company.name, callerWords(caller, jobId ? '' : about));
    return twiml(askForKey(deps, 'accepted', words), HANG_UP);
  },

  accepted: async (_, { call }) => (call.digits === '' ? twiml(HANG_UP) : twiml()),

  ended: async (deps, { call }) => {
    if (call.isEnded && deps.company.policy.calls.answer) await note(deps, 'missed', call);
    return twiml();
  },

  bridge: async (deps, { message }) => {
    const planned = await deps.plannedCall(message);
    if (!planned) return twiml(HANG_UP);
    const refused = element(
      'Redirect',
      { method: 'POST' },
      {
        text: callAddress(deps.publicUrl, 'refused', { message }),
      },
    );
    return twiml(askForKey(deps, 'connect', callPerson(deps.company.name, planned.who), message), refused);
  },

  connect: async (deps, { call, message }) => {
    const planned = await deps.plannedCall(message);
    if (!planned || call.digits === '') return twiml(HANG_UP);
    const dial = {
      action: callAddress(deps.publicUrl, 'connected', { message }),
      timeout: PERSON_RING_S,
      timeLimit: MAX_CALL_S,
      callerId: deps.company.textNumbers[0],
    };
    return twiml(element('Dial', dial, element('Number', {}, { text: planned.connect })));
  },

  connected: async (deps, { call, message }) => {
    if (call.isConnected) return twiml(HANG_UP);
    const planned = await deps.plannedCall(message);
    return twiml(sayEnglish(`${planned?.who ?? 'The customer'} did not answer. Goodbye.`), HANG_UP);
  },

  refused: async (deps, { call, message }) => {
    await note(deps, 'not-picked-up', call, message);
    return twiml(HANG_UP);
  },

  placed: async (deps, { call, message }) => {
    if (call.isEnded) await note(deps, 'not-picked-up', call, message);
    return twiml();
  },
};
