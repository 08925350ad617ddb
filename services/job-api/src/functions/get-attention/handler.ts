import type { Wire } from '@qdn/contracts';
import { maskPhone, type RecentMessage, type RelayScope, type RelayStore, UNMATCHED } from '@qdn/domain';
import { apiHandler, type Company, PRIVATE, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';

export type GetAttentionDependencies = Dependencies & { relay: Pick<RelayStore, 'attention' | 'recent'> };

/** What a worker may still be busy with is nobody's worry yet, in ms. */
const BUSY_MS = 60_000;
/** Messages of no job are shown this long, in ms, and no more than so many, the newest first. */
const UNMATCHED_MS = 7 * 24 * 3_600_000;
const MOST_UNMATCHED = 50;

const iso = (at: number): string => new Date(at).toISOString();
const jobOf = (scope: RelayScope): string | null => (scope === UNMATCHED ? null : scope);

/** Neither what the team writes without naming a job, nor what we write ourselves, is a customer's message. */
const isFromOutside =
  ({ contacts, textNumber }: Company) =>
  ({ messageSid, from }: RecentMessage): boolean =>
    from !== textNumber && !messageSid.startsWith('QS') && !contacts.some(({ phone }) => phone === from);

/**
 * `GET /api/attention`: what waits for the operator. Texts of which nobody knows whether they went out, messages that nobody of
 * the team has answered, and messages that no job was found for.
 */
export const getAttention = ({ relay, keyring, company, now, log }: GetAttentionDependencies) =>
  apiHandler(
    {
      name: 'get-attention',
      log,
      authenticate: tokenAuthentication({ keyring, audiences: ['operator'], now }),
      body: { as: 'none' },
    },
    async () => {
      const at = now();
      const [{ unsettled, unanswered }, unmatched] = await Promise.all([
        relay.attention(at - BUSY_MS),
        relay.recent(UNMATCHED, at - UNMATCHED_MS),
      ]);
      const attention: Wire<'attention'> = {
        unsettled: unsettled.map(({ messageSid, scope, recipient, state, carrier, claimedAt }) => ({
          sid: messageSid,
          jobId: jobOf(scope),
          recipient,
          state,
          carrier,
          since: iso(claimedAt),
        })),
        unanswered: unanswered.map(({ messageSid, scope, since }) => ({
          sid: messageSid,
          jobId: jobOf(scope),
          since: iso(since),
        })),
        unmatched: unmatched
          .filter(isFromOutside(company))
          .toReversed()
          .slice(0, MOST_UNMATCHED)
          .map(({ messageSid, from, body, receivedAt }) => ({
            sid: messageSid,
            from: maskPhone(from),
            body,
            at: iso(receivedAt),
          })),
      };
      return { status: 200, json: attention, headers: PRIVATE };
    },
  );
