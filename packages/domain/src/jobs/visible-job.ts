import type { Reader } from '../caller.ts';
import type { Fix } from '../fix.ts';
import { type MessageSid, maskPhone, parsePhoneNumber } from '../ids.ts';
import { type BackupContact, isCustomerSite, type Job, type StatusChange, type Stop } from '../job.ts';
import { isActive } from '../job-status.ts';
import type { Eta } from '../movement/estimate-arrival.ts';
import { type CompanyCard, jobLocationView } from '../movement/location-view.ts';
import type { JobTimeline } from '../ports/job-timeline.ts';
import type { TimelineEntry } from '../ports/relay.ts';
import type { OutboundMessage } from '../relay/outbound-message.ts';

/** A message as a reader may see it. `from` is a name or a masked number; `at` epoch ms. */
export type VisibleMessage = {
  sid: MessageSid;
  at: number;
  from: string;
  body: string;
  relays: readonly OutboundMessage[];
};

/** A job as a reader may see it. Times are epoch ms; `contacts` and `notes` are null for a customer. */
export type VisibleJob = {
  job: Job;
  customerPhone: string;
  pickupAddress: string | null;
  dropOffAddress: string | null;
  stops: readonly Stop[];
  currentStop: number;
  history: ReadonlyArray<Pick<StatusChange, 'status' | 'at' | 'by' | 'reason'> & { takenBack?: true }>;
  contacts: readonly BackupContact[] | null;
  notes: string | null;
  location: ReturnType<typeof jobLocationView>;
  messages: readonly VisibleMessage[];
};

/** The stops at the customer's site. The current one is the next of them, or the last when the trailer has left it. */
const customerStops = (job: Job): { stops: Stop[]; currentStop: number } => {
  const stops = job.stops.filter(isCustomerSite);
  const before = job.stops.slice(0, job.currentStop).filter(isCustomerSite).length;
  return { stops, currentStop: Math.max(0, Math.min(before, stops.length - 1)) };
};

/** The changes that a reader may see: a customer sees none of the trailer's other stops, nor their times. */
const historyFor = (reader: Reader, job: Job): readonly StatusChange[] =>
  reader === 'operator'
    ? job.history
    : job.history.filter(({ by, stop }) => {
        const about = stop === undefined ? undefined : job.stops[stop];
        return by === 'operator' || about === undefined || isCustomerSite(about);
      });

const visibleMessage = ({ message, sender, outboundMessages }: TimelineEntry, isWhole: boolean): VisibleMessage => ({
  sid: message.messageSid,
  at: message.receivedAt,
  from: parsePhoneNumber(sender) ? maskPhone(sender) : sender,
  body: message.body,
  relays: isWhole ? outboundMessages : [],
});

/**
 * Reduces a job to what its reader may see. A customer sees their own words but not the dispatch team's, no contact, no stop of
 * the company's own, and only the last two digits of every number.
 * @param now epoch ms
 */
export const jobFor = (
  reader: Reader,
  { job, timeline }: JobTimeline,
  { fixes, eta }: { fixes: readonly Fix[]; eta: Eta | null },
  company: CompanyCard & { contacts: readonly BackupContact[] },
  now: number,
): VisibleJob => {
  const isWhole = reader === 'operator';
  const address = (kind: 'pickup' | 'drop_off') => job.stops.find((stop) => stop.kind === kind)?.address ?? null;
  return {
    job,
    customerPhone: isWhole ? job.customer.phone : maskPhone(job.customer.phone),
    pickupAddress: address('pickup'),
    dropOffAddress: address('drop_off'),
    ...(isWhole ? { stops: job.stops, currentStop: job.currentStop } : customerStops(job)),
    history: historyFor(reader, job).map(({ status, at, by, reason, isTakenBack }) => ({
      status,
      at: Math.min(at, now),
      by,
      // An operator's reason names the operator.
      reason: isWhole || by === 'fixes' ? reason : '',
      ...(isTakenBack ? { takenBack: true } : {}),
    })),
    contacts: !isWhole ? null : job.contacts.length > 0 ? job.contacts : company.contacts,
    notes: isWhole ? (job.notes ?? null) : null,
    location: jobLocationView(job, isActive(job.status) ? fixes : [], eta, now, company, reader),
    messages: timeline
      .filter(({ sender }) => isWhole || sender === 'customer')
      .map((entry) => visibleMessage(entry, isWhole)),
  };
};
