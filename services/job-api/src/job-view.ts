import type { Wire } from '@qdn/contracts';
import type { VisibleJob } from '@qdn/domain';

const iso = (at: number) => new Date(at).toISOString();

/** The answer to `GET /api/jobs/{job_id}`: the job as its reader may see it, with times in RFC 3339. */
export const jobStateView = (visible: VisibleJob): Wire<'jobState'> => {
  const { job, customerPhone, pickupAddress, dropOffAddress, stops, currentStop, history, contacts } = visible;
  return {
    id: job.id,
    accountId: job.accountId,
    kind: job.kind,
    customer: { name: job.customer.name, phone: customerPhone },
    pickupAddress,
    dropOffAddress,
    stops: [...stops],
    currentStop,
    trailers: job.trailers,
    status: job.status,
    history: history.map(({ at, ...change }) => ({ ...change, at: iso(at) })),
    ...(contacts ? { contacts: [...contacts] } : {}),
    scheduledFor: job.scheduledFor === null ? null : iso(job.scheduledFor),
    createdAt: iso(job.createdAt),
    updatedAt: iso(job.updatedAt),
    version: job.version,
    location: visible.location,
    messages: visible.messages.map(messageView),
  };
};

const messageView = ({ sid, at, from, body, relays }: VisibleJob['messages'][number]): Wire<'timelineMessage'> => ({
  sid,
  at: iso(at),
  from,
  body,
  relays: relays.map((effect) => ({
    recipient: effect.recipient,
    attempt: effect.attempt,
    state: effect.state,
    delivery: effect.delivery,
    carrierSid: effect.carrierSid,
    errorCode: effect.errorCode,
    errorClass: effect.errorClass,
    claims: effect.claims,
    at: iso(effect.updatedAt),
  })),
});
