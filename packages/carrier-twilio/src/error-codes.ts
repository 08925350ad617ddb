import type { FailureClass } from '@qdn/domain';

/** Twilio's error codes by what they call for. https://www.twilio.com/docs/api/errors */
const CODES: Readonly<Record<FailureClass, readonly number[]>> = {
  'opted-out': [
    21610, // the recipient has texted STOP
  ],
  unreachable: [
    21211, // not a phone number
    21612, // out of Twilio's reach for good
    21614, // not a mobile phone
    21635, // a landline
    30004, // blocked
    30005, // unknown
    30006, // a landline, or a network that cannot be reached
  ],
  credentials: [
    401, // without a code of Twilio's
    20003,
  ],
  setup: [
    21408, // the country is not enabled
    21606, // not our number
    30007, // filtered as spam
    30032, // the toll-free number is not verified
    30034, // the number is not registered for A2P 10DLC
    90007,
  ],
  elsewhere: [
    30003, // the phone is off or out of reach
    30008, // unknown reason
    30036, // expired in the queue
    63038, // the day's limit
  ],
  channel: [
    21910, // sender and recipient on different channels
    30015, // not a channel
    30016, // sender and recipient on different channels
    63016, // outside WhatsApp's 24 hours
    63106, // the phone does not take RCS
  ],
  later: [
    429, // too many requests
    20429,
    21611, // the number's queue is full
    30001,
    30022, // over the rate
  ],
  ambiguous: [408, 500, 502, 503, 504, 20500],
};

const CLASS_OF: ReadonlyMap<number, FailureClass> = new Map(
  (Object.keys(CODES) as FailureClass[]).flatMap((name) => CODES[name].map((code) => [code, name] as const)),
);

/** Codes about WhatsApp, RCS and other channels: the text may go as SMS. */
const CHANNEL_CODES = { from: 63_000, to: 63_199 };

/** Returns the class of a code; of one that is not in the table `setup`, so that a person looks at it. */
export const twilioFailure = (code: number): FailureClass =>
  CLASS_OF.get(code) ?? (code >= CHANNEL_CODES.from && code <= CHANNEL_CODES.to ? 'channel' : 'setup');
