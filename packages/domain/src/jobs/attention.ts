import type { BackupContact, Job } from '../job.ts';
import { hasOpenQuestion } from '../movement/near-stop.ts';
import { type AttentionJobs, hasEndedByItself } from '../ports/jobs.ts';
import type { Attention, RelayStore } from '../ports/relay.ts';
import type { RecentMessage } from '../relay/budget.ts';

/** Work in progress is not shown until it is older than this, in ms: a worker may still be busy with it. */
const BUSY_MS = 60_000;
/** Unmatched messages are shown for this long, in ms. */
const UNMATCHED_MS = 7 * 24 * 3_600_000;
/** Maximum number of unmatched messages, the newest first. */
const MAX_UNMATCHED = 50;

/** Jobs that ended by themselves, and questions, are shown for this long, in ms. */
const JOBS_MS = 36 * 3_600_000;

/** Numbers of the company and its people. */
type OwnNumbers = {
  contacts: ReadonlyArray<Pick<BackupContact, 'name' | 'phone'>>;
  textNumber: string;
  operator: string | null;
  drivers: ReadonlyArray<{ name: string; phone: string }>;
};

/** Returns the people of the company who get texts, each phone once. */
const peopleOf = ({ contacts, drivers, operator }: OwnNumbers): Array<{ name: string; phone: string }> => {
  const all = [...contacts, ...drivers, ...(operator === null ? [] : [{ name: 'operator', phone: operator }])];
  return all.filter(({ phone }, i) => all.findIndex((other) => other.phone === phone) === i);
};

/** True for a customer's message: not one from the team or a driver without a job number, and not one of the company's own. */
const isFromOutside =
  ({ contacts, textNumber, operator, drivers }: OwnNumbers) =>
  ({ messageSid, from }: RecentMessage): boolean =>
    from !== textNumber &&
    from !== operator &&
    !messageSid.startsWith('QS') &&
    ![...contacts, ...drivers].some(({ phone }) => phone === from);

/** Ports of `readAttention`. */
export type AttentionPorts = {
  relay: Pick<RelayStore, 'attention' | 'unmatched' | 'stopped'>;
  attentionJobs: AttentionJobs;
};

/**
 * Reads the items that need the operator: messages with an unknown outcome, messages that the team has not answered, messages that match
 * no job, the newest jobs that ended by themselves, which can be undone, those whose trailers stand near a stop for long, and the
 * people of the company whose phones have opted out.
 * @param now epoch ms
 */
export const readAttention = async (
  { relay, attentionJobs }: AttentionPorts,
  company: OwnNumbers,
  now: number,
): Promise<Attention & { unmatched: RecentMessage[]; ended: Job[]; asked: Job[]; stoppedPhones: string[] }> => {
  const [attention, unmatched, jobs, stopped] = await Promise.all([
    relay.attention(now - BUSY_MS),
    relay.unmatched(now - UNMATCHED_MS, now, MAX_UNMATCHED, isFromOutside(company)),
    attentionJobs.attentionSince(now - JOBS_MS),
    relay.stopped(peopleOf(company).map(({ phone }) => phone)),
  ]);
  const stoppedPhones = peopleOf(company).flatMap(({ name, phone }) => (stopped.has(phone) ? [name] : []));
  return {
    ...attention,
    stoppedPhones,
    unmatched,
    ended: jobs.filter(hasEndedByItself),
    asked: jobs.filter(hasOpenQuestion),
  };
};
