import { parsePhoneNumber } from '@qdn/domain';

/** Ten digits of the North American Numbering Plan: neither area code nor exchange begins with 0 or 1. */
const NORTH_AMERICAN = /^[2-9]\d{2}[2-9]\d{6}$/;

/**
 * Returns a number in E.164, or null when the country is unclear: "(512) 555-0101" is +15125550101 for a company whose numbers are
 * North American.
 */
export const internationalForm = (written: string, isNorthAmerican: boolean): string | null => {
  const digits = written.replaceAll(/\D/g, '');
  const bare = written.trim().replace(/^00/, '+');
  const candidates = [
    bare.startsWith('+') ? `+${bare.replaceAll(/\D/g, '')}` : '',
    isNorthAmerican && NORTH_AMERICAN.test(digits) ? `+1${digits}` : '',
    digits.startsWith('1') && NORTH_AMERICAN.test(digits.slice(1)) ? `+${digits}` : '',
  ];
  return candidates.find((candidate) => parsePhoneNumber(candidate) && !isShortened(candidate)) ?? null;
};

/** True for a number that starts with +1 and is not valid: a digit too many or too few, or an area code that does not exist. */
export const isShortened = (number: string): boolean =>
  number.startsWith('+1') && !NORTH_AMERICAN.test(number.slice(2));

/** Returns whether a company's numbers are North American, judging by its file. */
export const isNorthAmerican = (file: unknown): boolean => {
  const numbers = [Object(file).phone, Object(file).textNumber].filter((number) => String(number).startsWith('+'));
  return numbers.length === 0 || numbers.some((number) => String(number).startsWith('+1'));
};

/** Returns a number in E.164 when the company's other numbers show the country; else unchanged. */
export const phoneFrom = (written: string, company: unknown): string =>
  parsePhoneNumber(written.trim()) ?? internationalForm(written, isNorthAmerican(company)) ?? written.trim();
