import type { Wire } from '@qdn/contracts';
import type { VisibleJob } from '@qdn/domain';

const iso = (at: number) => new Date(at).toISOString();

/** The answer to `GET /api/jobs/{job_id}`: the job as its reader may see it, with times in RFC 3339. */
export const jobStateView = (visible: VisibleJob): Wire<'jobState'> => {
  const { job, customerPhone, pickupAddress, dropOffAddress, stops, currentStop, history, contacts, notes } = visible;
  return {
    id: job.id,
    accountId: job.accountId,
    kind: job.kind,
    customer: { ...job.customer, phone: customerPhone },
    pickupAddress,
    dropOffAddress,
    stops: [...stops],
    currentStop,
    trailers: job.trailers,
    status: visible.status,
    history: history.map(({ at, ...change }) => ({ ...change, at: iso(at) })),
    ...(contacts ? { contacts: [...contacts] } : {}),
    ...(notes === null ? {} : { notes }),
    scheduledFor: job.scheduledFor === null ? null : iso(job.scheduledFor),
    createdAt: iso(job.createdAt),
    updatedAt: iso(visible.updatedAt),
    version: job.version,
    location: visible.location,
    messages: visible.messages.map(messageView),
    olderMessages: visible.olderMessages,
  };
};

const messageView = ({ sid, at, from, body, relays }: VisibleJob['messages'][number]): Wire<'timelineMessage'> => ({
  sid,
  at: iso(at),
  from,
  body,
  relays: relays.map((outbound) => ({
    recipient: outbound.recipient,
    attempt: outbound.attempt,
    state: outbound.state,
    delivery: outbound.delivery,
    carrierSid: outbound.carrierSid,
    errorCode: outbound.errorCode,
    errorClass: outbound.errorClass,
    claims: outbound.claims,
    at: iso(outbound.updatedAt),
  })),
});
