import type { Wire } from '@qdn/contracts';
import { type Job, maskPhone, type readAttention, type TimelineId, UNMATCHED } from '@qdn/domain';

const iso = (at: number): string => new Date(at).toISOString();
const jobOf = (timelineId: TimelineId): string | null => (timelineId === UNMATCHED ? null : timelineId);

const endedView = ({ id, customer, status, history, version }: Job): Wire<'attention'>['ended'] =>
  history.slice(-1).flatMap(({ at, decidedAt = at, by, reason, trailerId = null }) =>
    by === 'operator'
      ? []
      : [
          {
            jobId: id,
            customerName: customer.name,
            status: status === 'failed' ? status : 'completed',
            trailerId,
            at: iso(at),
            seenAt: iso(decidedAt),
            by,
            reason,
            version,
          },
        ],
  );

const askedView = ({ id, customer, status, stops, question }: Job): Wire<'attention'>['asked'] =>
  question
    ? [
        {
          jobId: id,
          customerName: customer.name,
          status,
          trailerId: question.trailerId,
          stop: question.stop,
          address: stops[question.stop]?.address ?? '',
          at: iso(question.at),
          minutes: question.minutes,
          metres: question.metres,
          lat: question.place.lat,
          lon: question.place.lon,
        },
      ]
    : [];

/** The answer to `GET /api/attention`, with masked numbers and times in RFC 3339. */
export const attentionView = ({
  unresolved,
  unanswered,
  stoppedPhones,
  counts,
  unmatched,
  ended,
  asked,
}: Awaited<ReturnType<typeof readAttention>>): Wire<'attention'> => ({
  stoppedPhones,
  unresolved: unresolved.map(({ messageSid, timelineId, recipient, state, carrier, claimedAt }) => ({
    sid: messageSid,
    jobId: jobOf(timelineId),
    recipient,
    state,
    carrier,
    since: iso(claimedAt),
  })),
  counts,
  unanswered: unanswered.map(({ messageSid, timelineId, since }) => ({
    sid: messageSid,
    jobId: jobOf(timelineId),
    since: iso(since),
  })),
  unmatched: unmatched.map(({ messageSid, from, body, receivedAt }) => ({
    sid: messageSid,
    from: maskPhone(from),
    body,
    at: iso(receivedAt),
  })),
  ended: ended.flatMap(endedView),
  asked: asked.flatMap(askedView),
});
