import type { Reader } from '../caller.ts';
import { customerHistory, customerStops } from '../customer/customer-view.ts';
import type { Fix } from '../fix.ts';
import { type MessageSid, maskPhone, parsePhoneNumber } from '../ids.ts';
import type { BackupContact, Job, StatusChange, Stop } from '../job.ts';
import { isActive, isUnderWay, type JobStatus } from '../job-status.ts';
import type { Eta } from '../movement/estimate-arrival.ts';
import { type CompanyCard, jobLocationView } from '../movement/location-view.ts';
import { derivedState } from '../movement/progress.ts';
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
  status: Job['status'];
  updatedAt: number;
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
  /** Finds the messages before these; null without any. */
  olderMessages: string | null;
};

const visibleMessage = ({ message, sender, outboundMessages }: TimelineEntry, isWhole: boolean): VisibleMessage => ({
  sid: message.messageSid,
  at: message.receivedAt,
  from: parsePhoneNumber(sender) ? maskPhone(sender) : sender,
  body: message.body,
  relays: isWhole ? outboundMessages : [],
});

/**
 * Returns the status that a change shows in the history. The end of one trailer of several is not that of the job: until the last one is
 * done, it shows that the trailer has left.
 */
const shownStatus = (job: Job, change: StatusChange): JobStatus => {
  if (job.trailers.length < 2 || change.trailerId === undefined || isActive(change.status)) return change.status;
  const history = job.history.slice(0, job.history.indexOf(change) + 1);
  return isActive(derivedState({ ...job, history }).status) ? 'en_route_to_next' : change.status;
};

/**
 * Reduces a job to what its reader may see. A customer sees their own words but not the dispatch team's, no contact, no stop of
 * the company's own, and only the last two digits of every number.
 * @param now epoch ms
 */
export const jobFor = (
  reader: Reader,
  { job, timeline, olderMessages = null }: JobTimeline,
  { fixes, eta }: { fixes: readonly Fix[]; eta: Eta | null },
  company: CompanyCard & { contacts: readonly BackupContact[] },
  now: number,
): VisibleJob => {
  const isWhole = reader === 'operator';
  const history = isWhole ? job.history : customerHistory(job);
  const location = jobLocationView(job, isActive(job.status) ? fixes : [], eta, now, company, reader);
  const address = (kind: 'pickup' | 'drop_off') => job.stops.find((stop) => stop.kind === kind)?.address ?? null;
  return {
    job,
    status: location.status,
    // Later writes are about stops and messages that are not the customer's.
    updatedAt: isWhole ? job.updatedAt : (history.at(-1)?.at ?? job.createdAt),
    customerPhone: isWhole ? job.customer.phone : maskPhone(job.customer.phone),
    pickupAddress: address('pickup'),
    dropOffAddress: address('drop_off'),
    ...(isWhole ? { stops: job.stops, currentStop: job.currentStop } : customerStops(job)),
    history: history.map((change) => {
      const { at, by, reason, isTakenBack } = change;
      const status = shownStatus(job, change);
      return {
        status,
        at: Math.min(at, now),
        by,
        // An operator's reason names the operator; that of an end or a return may be the trailer's next job.
        reason: isWhole || (by === 'fixes' && isUnderWay(status)) ? reason : '',
        ...(isTakenBack ? { takenBack: true } : {}),
      };
    }),
    contacts: !isWhole ? null : job.contacts.length > 0 ? job.contacts : company.contacts,
    notes: isWhole ? (job.notes ?? null) : null,
    location,
    olderMessages,
    messages: timeline
      .filter(({ sender }) => isWhole || sender === 'customer')
      .map((entry) => visibleMessage(entry, isWhole)),
  };
};
