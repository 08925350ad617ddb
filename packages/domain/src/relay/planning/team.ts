import type { Job } from '../../job.ts';
import type { TeamMember } from '../cascade.ts';
import type { RelayCompany } from '../policy.ts';
import { quietUntil } from '../quiet-hours.ts';
import { containsOneOf } from '../recognition/comparable-text.ts';

/**
 * Returns the dispatchers who get a message, in the order of the cascade: the job's contacts, or the company's when it has none.
 * Each phone appears once: two contacts may share one. The sender and our own numbers are left out, since that would be a loop.
 * Contacts in their quiet hours wait until these end, unless the text contains an urgent word.
 * @param now epoch ms
 * @param isUrgent wakes contacts in their quiet hours
 */
export const teamFor = (
  job: Pick<Job, 'contacts'> | null,
  { from, body }: { from: string; body: string },
  company: RelayCompany,
  now: number,
  isUrgent = containsOneOf(company.policy.urgentWords, body),
): TeamMember[] => {
  const contacts = job && job.contacts.length > 0 ? job.contacts : company.contacts;
  const team: TeamMember[] = [];
  for (const { id, phone, quietHours } of contacts) {
    if (phone === from || company.textNumbers.includes(phone)) continue;
    if (team.some(({ recipient, to }) => recipient === id || to === phone)) continue;
    const wakesAt = isUrgent ? null : quietUntil(quietHours, company.timeZone, now);
    team.push({ recipient: id, to: phone, notBefore: wakesAt ?? now });
  }
  return team;
};
