import type { Random } from '../random.ts';

/** Area codes of the customers. Numbers 555-0100 to 555-0199 of each belong to no one; those of 512 are the company's own. */
const AREA_CODES = [
  ...[205, 206, 210, 212, 213, 214, 215, 216, 217, 218, 224, 225, 228, 229, 231, 234, 239, 240, 248, 251, 252, 253],
  ...[254, 256, 260, 262, 267, 269, 270, 276, 281, 301, 302, 303, 304, 305, 307, 308, 309, 310, 312, 313, 314, 315],
  ...[316, 317, 318, 319, 320, 321, 323, 325, 330, 334, 336, 337, 346, 352, 360, 361, 386, 402, 404, 405, 406, 407],
] as const;
const PER_AREA = 100;

const FIRST_NAMES = [
  'Ann',
  'Maria',
  'Jim',
  'Luz',
  'Omar',
  'Kate',
  'Bo',
  'Ines',
  'Ravi',
  'Tess',
  'Hugo',
  'Dee',
] as const;
const LAST_NAMES = ['Lee', 'Lopez', 'Novak', 'Ortiz', 'Haddad', 'Price', 'Young', 'Silva', 'Rao', 'Webb'] as const;

export type Customer = { name: string; phone: string };

/** Returns a fictional number, E.164; each number from 0 on gives another one, up to 6,600. */
export const customerPhone = (number: number): string => {
  const area = AREA_CODES[Math.floor(number / PER_AREA) % AREA_CODES.length] ?? AREA_CODES[0];
  return `+1${area}55501${String(number % PER_AREA).padStart(2, '0')}`;
};

export const customerOf = (number: number, random: Random): Customer => ({
  name: `${random.pick(FIRST_NAMES)} ${random.pick(LAST_NAMES)}`,
  phone: customerPhone(number),
});
