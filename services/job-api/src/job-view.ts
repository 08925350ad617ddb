import type { Wire } from '@qdn/contracts';
import {
  type Eta,
  type Fix,
  isActive,
  isCustomerSite,
  type Job,
  jobLocationView,
  parsePhoneNumber,
  type Stop,
  type TimelineEntry,
} from '@qdn/domain';
import { type Caller, type Company, maskPhone } from '@qdn/lambda';
import { readerOf } from './reader.ts';

const iso = (at: number) => new Date(at).toISOString();

/**
 * The full state of a job. A customer (tracking token) sees their own words, not those of the dispatch team, no contact, and
 * of every number its last two digits.
 * @param now epoch ms
 */
export const jobStateView = (
  job: Job,
  fixes: readonly Fix[],
  eta: Eta | null,
  timeline: readonly TimelineEntry[],
  caller: Caller,
  company: Company,
  now: number,
): Wire<'jobState'> => {
  const whole = caller.kind === 'operator';
  const address = (kind: 'pickup' | 'drop_off') => job.stops.find((stop) => stop.kind === kind)?.address ?? null;
  return {
    id: job.id,
    accountId: job.accountId,
    kind: job.kind,
    customer: { name: job.customer.name, phone: whole ? job.customer.phone : maskPhone(job.customer.phone) },
    pickupAddress: address('pickup'),
    dropOffAddress: address('drop_off'),
    ...(whole ? { stops: job.stops, currentStop: job.currentStop } : customerStops(job)),
    trailers: job.trailers,
    status: job.status,
    history: job.history.map(({ status, at, by, reason }) => ({
      status,
      at: iso(Math.min(at, now)),
      by,
      // An operator's reason names the operator.
      reason: whole || by === 'fixes' ? reason : '',
    })),
    ...(whole ? { contacts: job.contacts.length > 0 ? job.contacts : company.contacts } : {}),
    scheduledFor: job.scheduledFor === null ? null : iso(job.scheduledFor),
    createdAt: iso(job.createdAt),
    updatedAt: iso(job.updatedAt),
    version: job.version,
    location: jobLocationView(job, isActive(job.status) ? fixes : [], eta, now, company, readerOf(caller)),
    messages: timeline.filter(({ sender }) => whole || sender === 'customer').map((entry) => messageView(entry, whole)),
  };
};

/** The stops at the customer's site; as the current one counts the next of them, when the trailer is elsewhere the last. */
const customerStops = (job: Job): { stops: Stop[]; currentStop: number } => {
  const stops = job.stops.filter(isCustomerSite);
  const before = job.stops.slice(0, job.currentStop).filter(isCustomerSite).length;
  return { stops, currentStop: Math.max(0, Math.min(before, stops.length - 1)) };
};

const messageView = ({ message, sender, effects }: TimelineEntry, whole: boolean): Wire<'timelineMessage'> => ({
  sid: message.messageSid,
  at: iso(message.receivedAt),
  from: parsePhoneNumber(sender) ? maskPhone(sender) : sender,
  body: message.body,
  relays: (whole ? effects : []).map((effect) => ({
    recipient: effect.recipient,
    state: effect.state,
    delivery: effect.delivery,
    carrierSid: effect.carrierSid,
    errorCode: effect.errorCode,
    attempts: effect.attempts,
    at: iso(effect.updatedAt),
  })),
});
