/** Age up to which another stranger's number makes a handle ambiguous, in ms. */
export const GUEST_MAX_AGE_MS = 90 * 24 * 3_600_000;
/** Number of last digits in the handle of a guest, unless more are needed. */
const GUEST_DIGITS = 4;

/** Returns the last four digits of a number; null for an address without them, such as a short code's name. */
export const lastDigitsOf = (phone: string): string | null =>
  /^\+[0-9]{4,}$/.test(phone) ? phone.slice(-GUEST_DIGITS) : null;

/**
 * Returns the handle of a guest that no other number shares: `@u0199`, or `@u50199` when another one ends in 0199.
 * @param others numbers of other guests
 * @returns null for an address without a number
 */
export const uniqueGuestHandle = (phone: string, others: readonly string[]): string | null => {
  if (lastDigitsOf(phone) === null) return null;
  const digits = phone.slice(1);
  const isShared = (count: number) =>
    others.some((other) => other !== phone && other.slice(1).endsWith(digits.slice(-count)));
  let count = GUEST_DIGITS;
  while (count < digits.length && isShared(count)) count += 1;
  return `@u${digits.slice(-count)}`;
};
