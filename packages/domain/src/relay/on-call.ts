import type { BackupContact } from '../job.ts';
import type { RelayCompany } from './policy.ts';
import { quietUntil } from './quiet-hours.ts';

/** Maximum number of contacts that one call rings, one after the other. More would let a caller wait for over a minute. */
const MAX_RUNG = 3;

/**
 * Returns the contacts who answer calls now, in the order in which they are rung: the first of the company's that have no quiet hours.
 * Our own numbers are left out, since a call to them would be a loop.
 * @param now epoch ms
 */
export const onCall = (
  { contacts, timeZone, textNumbers }: Pick<RelayCompany, 'contacts' | 'timeZone' | 'textNumbers'>,
  now: number,
): BackupContact[] =>
  contacts
    .filter(({ phone }) => !textNumbers.includes(phone))
    .filter(({ phone }, i) => contacts.findIndex((other) => other.phone === phone) === i)
    .filter(({ quietHours }) => quietUntil(quietHours, timeZone, now) === null)
    .slice(0, MAX_RUNG);
