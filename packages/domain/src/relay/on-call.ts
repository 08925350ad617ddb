import type { BackupContact } from '../job.ts';
import type { Duty } from './planning/team.ts';
import type { RelayCompany } from './policy.ts';
import { quietUntil } from './quiet-hours.ts';

/** Maximum number of contacts that one call rings, one after the other. More would let a caller wait for over a minute. */
const MAX_RUNG = 3;

/**
 * Returns the contacts who answer calls now, in the order in which they are rung: those on duty, then the first of the others that have no
 * quiet hours, unless the rota leaves these out. Our own numbers are left out, since a call to them would be a loop.
 * @param now epoch ms
 * @param duty null without a rota
 */
export const onCall = (
  { contacts, timeZone, textNumbers }: Pick<RelayCompany, 'contacts' | 'timeZone' | 'textNumbers'>,
  now: number,
  duty: Duty | null,
): BackupContact[] => {
  const reachable = contacts
    .filter(({ phone }) => !textNumbers.includes(phone))
    .filter(({ phone }, i) => contacts.findIndex((other) => other.phone === phone) === i);
  const first = (duty?.ids ?? []).flatMap((id) => reachable.find((contact) => contact.id === id) ?? []);
  const others = reachable.filter((contact) => !first.includes(contact));
  const awake = others.filter(({ quietHours }) => quietUntil(quietHours, timeZone, now) === null);
  const rest = first.length > 0 && duty?.others === 'never' ? [] : awake;
  return [...first, ...rest].slice(0, MAX_RUNG);
};
