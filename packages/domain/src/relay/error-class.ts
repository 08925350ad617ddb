/**
 * What a refusal calls for:
 *  - `retry`: not processed, or for now; the same text may go out again later
 *  - `ambiguous`: it may have gone out; look for it first
 *  - `recipient`: this number will not take it, however often it is tried
 *  - `setup`: ours to mend; it may go out after that
 */
export type ErrorClass = 'retry' | 'ambiguous' | 'recipient' | 'setup';

/** The recipient has opted out. https://www.twilio.com/docs/api/errors/21610 */
export const OPTED_OUT = 21610;

/** Twilio's numbers, which another carrier's adapter translates its own into. https://www.twilio.com/docs/api/errors */
const CLASSES: Record<ErrorClass, readonly number[]> = {
  retry: [
    429, // too many requests
    20429,
    21611, // the number's queue is full
    30001,
    30022, // over the rate
    30003, // the phone is off or out of reach
    30008, // unknown reason
    30036, // expired in the queue
    63038, // the day's limit
  ],
  ambiguous: [408, 500, 502, 503, 504, 20500],
  recipient: [
    21211, // no such number
    OPTED_OUT, // never on another carrier either
    21612, // out of this carrier's reach for good
    21614, // not a mobile phone
    21635, // a landline
    30004, // blocked
    30005, // unknown
    30006, // a landline, or a carrier that cannot be reached
  ],
  setup: [
    20003, // wrong credentials
    21408, // the country is not enabled
    21606, // not our number
    30007, // filtered as spam
    30034, // the number is not registered
    90007,
  ],
};

const CLASS_OF = new Map(
  (Object.keys(CLASSES) as ErrorClass[]).flatMap((name) => CLASSES[name].map((code) => [code, name] as const)),
);

const ELSEWHERE = new Set([63038, 30003, 30008, 30036]);

/** The class of a code; one that is not in the table is for a person to look at, as `setup` is. */
export const errorClass = (code: number): ErrorClass => CLASS_OF.get(code) ?? 'setup';

/**
 * Refusals that another carrier may not make: those that are about our own account, and what this one will not do today. Never
 * one that is about the recipient.
 */
export const mayGoElsewhere = (code: number): boolean => errorClass(code) === 'setup' || ELSEWHERE.has(code);
