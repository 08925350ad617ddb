import type { Job } from '../../job.ts';
import type { TeamMember } from '../cascade.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { RelayCompany } from '../policy.ts';
import { quietUntil } from '../quiet-hours.ts';
import { containsOneOf } from '../recognition/comparable-text.ts';
import { type DutySwap, onDuty, type Rota } from '../rota/rota.ts';

/** The IDs of those on duty, in their order, and what becomes of the others. */
export type Duty = { ids: readonly string[]; others: Rota['others'] };

type TeamOptions = {
  /** Wakes contacts in their quiet hours. */
  isUrgent?: boolean;
  /** Null without a rota. */
  duty?: Duty | null;
};

/**
 * Returns the dispatchers who get a message, in the order of the cascade: the job's contacts, or the company's when it has none.
 * Each phone appears once: two contacts may share one. The sender and our own numbers are left out, since that would be a loop.
 * Contacts in their quiet hours wait until these end, unless the text contains an urgent word. Of the company's contacts, those on duty
 * come first and have no quiet hours; when none of them is left, all are on duty. Contacts that a job names for itself have no rota.
 * @param now epoch ms
 */
export const teamFor = (
  job: Pick<Job, 'contacts'> | null,
  { from, body }: { from: string; body: string },
  company: RelayCompany,
  now: number,
  { isUrgent = containsOneOf(company.policy.urgentWords, body), duty = null }: TeamOptions = {},
): TeamMember[] => {
  const isOwn = job !== null && job.contacts.length > 0;
  const contacts = isOwn ? job.contacts : company.contacts;
  const team: TeamMember[] = [];
  for (const { id, phone, quietHours } of contacts) {
    if (phone === from || company.textNumbers.includes(phone)) continue;
    if (team.some(({ recipient, to }) => recipient === id || to === phone)) continue;
    const wakesAt = isUrgent ? null : quietUntil(quietHours, company.timeZone, now);
    team.push({ recipient: id, to: phone, notBefore: wakesAt ?? now });
  }
  return duty && !isOwn ? byDuty(team, duty, now) : team;
};

/** Puts those on duty first, and makes the others backups or leaves them out. */
const byDuty = (team: readonly TeamMember[], { ids, others }: Duty, now: number): TeamMember[] => {
  const first = ids.flatMap((id) => team.find(({ recipient }) => recipient === id) ?? []);
  if (first.length === 0) return [...team];
  const rest = others === 'never' ? [] : team.filter((member) => !first.includes(member));
  return [
    ...first.map((member) => ({ ...member, notBefore: now })),
    ...rest.map((member) => ({ ...member, isBackup: true })),
  ];
};

/** Returns those who are on duty; null where there is no rota. @param now epoch ms */
export const dutyAt = (
  { policy, timeZone }: Pick<RelayCompany, 'policy' | 'timeZone'>,
  swaps: readonly DutySwap[],
  now: number,
): Duty | null => policy.rota && { ids: onDuty(policy.rota, swaps, now, timeZone), others: policy.rota.others };

/** Reads those who are on duty. Without a rota nothing is read. @param now epoch ms */
const readDuty = async (
  { relay, company }: Pick<RelayDependencies, 'relay' | 'company'>,
  now: number,
): Promise<Duty | null> =>
  company.policy.rota === null ? null : dutyAt(company, (await relay.dutySwaps()).swaps, now);

/** Returns the dispatchers who get a message by the rota. See `teamFor`. @param now epoch ms */
export const teamOnDuty = async (
  deps: Pick<RelayDependencies, 'relay' | 'company'>,
  job: Pick<Job, 'contacts'> | null,
  message: { from: string; body: string },
  now: number,
  isUrgent?: boolean,
): Promise<TeamMember[]> => {
  const hasOwn = job !== null && job.contacts.length > 0;
  const duty = hasOwn ? null : await readDuty(deps, now);
  return teamFor(job, message, deps.company, now, { duty, ...(isUrgent === undefined ? {} : { isUrgent }) });
};
