import type { BackupContact } from '../job.ts';
import type { Attention, RelayStore } from '../ports/relay.ts';
import type { RecentMessage } from '../relay/budget.ts';
import { UNMATCHED } from '../relay/outbound-message.ts';

/** Work in progress is not shown until it is older than this, in ms: a worker may still be busy with it. */
const BUSY_MS = 60_000;
/** Unmatched messages are shown for this long, in ms. */
const UNMATCHED_MS = 7 * 24 * 3_600_000;
/** Maximum number of unmatched messages, the newest first. */
const MAX_UNMATCHED = 50;

type OwnNumbers = { contacts: ReadonlyArray<Pick<BackupContact, 'phone'>>; textNumber: string };

/** True for a customer's message: not one from the team without a job number, and not one of the company's own. */
const isFromOutside =
  ({ contacts, textNumber }: OwnNumbers) =>
  ({ messageSid, from }: RecentMessage): boolean =>
    from !== textNumber && !messageSid.startsWith('QS') && !contacts.some(({ phone }) => phone === from);

/**
 * Reads the items that need the operator: messages with an unknown outcome, messages that the team has not answered, and messages
 * that match no job.
 * @param now epoch ms
 */
export const readAttention = async (
  relay: Pick<RelayStore, 'attention' | 'recent'>,
  company: OwnNumbers,
  now: number,
): Promise<Attention & { unmatched: RecentMessage[] }> => {
  const [attention, recent] = await Promise.all([
    relay.attention(now - BUSY_MS),
    relay.recent(UNMATCHED, now - UNMATCHED_MS),
  ]);
  const unmatched = recent.filter(isFromOutside(company)).toReversed().slice(0, MAX_UNMATCHED);
  return { ...attention, unmatched };
};
