import { type PhoneNumber, parsePhoneNumber } from '../ids.ts';

/**
 * Numbers that carriers send when the caller's number is hidden: the words spelled on a phone's keypad (ANONYMOUS, UNAVAILABLE, UNKNOWN,
 * BLOCKED, RESTRICTED).
 */
const HIDDEN = new Set(['+266696687', '+86282452253', '+8656696', '+2562533', '+7378742833']);

/** Numbers in North America that cost the caller extra: area code 900, and the exchange 976. */
const PREMIUM = /^\+1(?:900[0-9]{7}|[2-9][0-9]{2}976[0-9]{4})$/;
const NORTH_AMERICA = /^\+1[2-9][0-9]{9}$/;

/** Returns the number of a caller or a channel address; null when it is hidden, a SIP address, or not a number. */
export const numberOfCaller = (from: string): PhoneNumber | null => {
  const phone = parsePhoneNumber(from.replace(/^(?:whatsapp|rcs):/, ''));
  return phone === null || HIDDEN.has(phone) ? null : phone;
};

/** Tests whether we may call a number: it exists, and costs nothing extra. */
export const isCallable = (phone: PhoneNumber): boolean => !PREMIUM.test(phone);

/**
 * Tests whether a stranger who called gets a text: a number like the company's own. Texts abroad cost many times more, and a machine with
 * made-up caller IDs could order any number of them.
 */
export const isTextableStranger = (phone: PhoneNumber, textNumber: string): boolean =>
  NORTH_AMERICA.test(textNumber)
    ? NORTH_AMERICA.test(phone) && isCallable(phone)
    : phone.slice(0, 3) === textNumber.slice(0, 3);
