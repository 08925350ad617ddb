import { parsePhoneNumber } from '@qdn/domain';

/** Ten digits of the North American Numbering Plan: neither area code nor exchange begins with 0 or 1. */
const NORTH_AMERICAN = /^[2-9]\d{2}[2-9]\d{6}$/;

/**
 * What a number becomes in E.164, where that can be told: "(512) 555-0101" is +15125550101 for a company whose numbers are
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

/** A number that begins with +1 and cannot be one: a digit too many or too few, or an area code that does not exist. */
export const isShortened = (number: string): boolean =>
  number.startsWith('+1') && !NORTH_AMERICAN.test(number.slice(2));

/** Whether a company's numbers are North American, as far as its file tells. */
export const isNorthAmerican = (file: unknown): boolean => {
  const numbers = [Object(file).phone, Object(file).textNumber].filter((number) => String(number).startsWith('+'));
  return numbers.length === 0 || numbers.some((number) => String(number).startsWith('+1'));
};

/** A number as people write it, in E.164 where that can be told from the company's other numbers; else as it was written. */
export const phoneFrom = (written: string, company: unknown): string =>
  parsePhoneNumber(written.trim()) ?? internationalForm(written, isNorthAmerican(company)) ?? written.trim();
