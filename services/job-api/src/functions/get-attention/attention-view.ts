import type { Wire } from '@qdn/contracts';
import { maskPhone, type RelayScope, type readAttention, UNMATCHED } from '@qdn/domain';

const iso = (at: number): string => new Date(at).toISOString();
const jobOf = (scope: RelayScope): string | null => (scope === UNMATCHED ? null : scope);

/** The answer to `GET /api/attention`, with masked numbers and times in RFC 3339. */
export const attentionView = ({
  unsettled,
  unanswered,
  unmatched,
}: Awaited<ReturnType<typeof readAttention>>): Wire<'attention'> => ({
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
  unmatched: unmatched.map(({ messageSid, from, body, receivedAt }) => ({
    sid: messageSid,
    from: maskPhone(from),
    body,
    at: iso(receivedAt),
  })),
});
