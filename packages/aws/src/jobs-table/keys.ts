import type { JobId, JobStatus, OutboundMessageKey, TimelineId, TrailerId } from '@qdn/domain';
import { UNMATCHED } from '@qdn/domain';

/*
 * Every key of the table `qdn-jobs`. One item collection per job, so that one Query returns a job with its messages:
 *
 *   JOB#<id>   STATE                        the job, in by-phone; under another key there once it has ended
 *   JOB#<id>   TRAILER#<trailerId>          a trailer's assignment, in by-trailer while it is valid, written before the job; under
 *                                           another key there when the job has ended by itself, because late fixes may open it again
 *   JOB#<id>   MSG#<time>#<MessageSid>      a message
 *   JOB#<id>   OUT#<MessageSid>#<who>       one text to one recipient because of it; `…#2` for its second attempt, and so on
 *   UNMATCHED#<UTC day>     MSG#…           a message that belongs to no job
 *   UNMATCHED#<MessageSid>  OUT#…           one text because of it
 *   SID#<sid>  CLAIM                        the plan of a message, and the dispatcher who has answered it
 *   COMPANY    TRAVEL                       the samples of the travel-time model
 *   COMPANY    SWAPS                        the swaps of the rota
 *   PHONE#<no> CONSENT                      the consent of a number; opted out, it is in by-attention
 *   PHONE#<no> CONSENT#<time>#<origin>      one entry of its history
 *   PHONE#<no> CONVERSATION                 the conversation with a person, in by-attention while it is open
 *   PHONE#<no> TEXT#<time>#<sid>#<side>     one text of it
 *   DESK#<no>  DESK                         the desk of a team phone
 *   GUEST#<4>  <no>                         a stranger's number, by its last four digits
 *
 * Indexes are sparse: an item without the index's key is not in it. Defined in services/job-api/resources/table.yml.
 */
export const INDEXES = {
  byPhone: 'by-phone',
  byTrailer: 'by-trailer',
  byStatus: 'by-status',
  byRecipient: 'by-recipient',
  byAttention: 'by-attention',
} as const;

/**
 * Items that need attention, in by-attention until they are resolved: outbound messages, messages to the team, numbers that have opted
 * out, and jobs that have ended by themselves or have an open question, of which only the newest are read; and open conversations, by the time of the oldest text that waits, or of the last one.
 */
export const ATTENTION = {
  unresolved: 'UNRESOLVED',
  unanswered: 'UNANSWERED',
  jobs: 'ENDED',
  optedOut: 'OPTED_OUT',
  waiting: 'WAITING',
  quiet: 'QUIET',
} as const;

export const STATE = 'STATE';
const DAY_MS = 86_400_000;
/** Returns the partition of a job. @throws Error for `UNMATCHED`, which has one for each day */
export const jobPk = (id: JobId | TimelineId): string => {
  if (id === UNMATCHED) throw new Error('The messages of no job are stored by day.');
  return `JOB#${id}`;
};
/** Returns the partition of the messages of no job that were received on the day of a moment (epoch ms). */
const unmatchedPk = (at: number): string => `${UNMATCHED}#${new Date(at).toISOString().slice(0, 10)}`;
/** Returns the partitions of the messages of no job between two moments (epoch ms), newest first. */
export const unmatchedPks = (since: number, until: number): string[] => {
  const [first, last] = [Math.floor(Math.max(0, since) / DAY_MS), Math.floor(until / DAY_MS)];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => unmatchedPk((last - i) * DAY_MS));
};
export const jobKey = (id: JobId) => ({ pk: jobPk(id), sk: STATE });
export const assignmentKey = (id: JobId, trailer: TrailerId) => ({ pk: jobPk(id), sk: `TRAILER#${trailer}` });

export const phoneKey = (phone: string): string => `PHONE#${phone}`;
/** Key of a phone's jobs that have ended, in by-phone. */
export const endedPhoneKey = (phone: string): string => `ENDED#${phone}`;
export const trailerKey = (trailer: string): string => `TRAILER#${trailer}`;
/** Key of a trailer's jobs that have ended by themselves, in by-trailer. */
export const endedKey = (trailer: string): string => `ENDED#${trailer}`;
export const statusKey = (status: JobStatus): string => `STATUS#${status}`;

export const MESSAGE_PREFIX = 'MSG#';
export const messageKey = (timelineId: TimelineId, receivedAt: number, sid: string) => ({
  pk: timelineId === UNMATCHED ? unmatchedPk(receivedAt) : jobPk(timelineId),
  sk: `${MESSAGE_PREFIX}${new Date(receivedAt).toISOString()}#${sid}`,
});

export const OUTBOUND_MESSAGE_PREFIX = 'OUT#';
/** Returns the partition of the outbound messages of a message. */
export const outboundMessagePk = (timelineId: TimelineId, sid: string): string =>
  timelineId === UNMATCHED ? `${UNMATCHED}#${sid}` : jobPk(timelineId);
export const outboundMessageKey = ({ timelineId, messageSid, recipient, attempt }: OutboundMessageKey) => ({
  pk: outboundMessagePk(timelineId, messageSid),
  sk: `${OUTBOUND_MESSAGE_PREFIX}${messageSid}#${recipient}${attempt > 1 ? `#${attempt}` : ''}`,
});

/** Returns the start of the range of a timeline's messages from a time on (epoch ms). */
export const messagesFrom = (since: number): string => `${MESSAGE_PREFIX}${new Date(Math.max(0, since)).toISOString()}`;
/** Returns the prefix of the keys of all outbound messages of a message. */
export const outboundMessagePrefix = (sid: string): string => `${OUTBOUND_MESSAGE_PREFIX}${sid}#`;
/** The first text that a number has not asked for. */
export const introductionKey = (phone: string) => ({ pk: phoneKey(phone), sk: 'INTRODUCTION' });
export const consentKey = (phone: string) => ({ pk: phoneKey(phone), sk: 'CONSENT' });
/** Prefix of the keys of a consent's history. The newest entry is the last. */
export const CONSENT_PREFIX = 'CONSENT#';
export const consentEntryKey = ({ phone, at, by }: { phone: string; at: number; by: string }) => ({
  pk: phoneKey(phone),
  sk: `${CONSENT_PREFIX}${new Date(at).toISOString()}#${by}`,
});
export const conversationKey = (phone: string) => ({ pk: phoneKey(phone), sk: 'CONVERSATION' });
export const CONVERSATION_TEXT_PREFIX = 'TEXT#';
export const conversationTextKey = (phone: string, at: number, name: string) => ({
  pk: phoneKey(phone),
  sk: `${CONVERSATION_TEXT_PREFIX}${new Date(at).toISOString()}#${name}`,
});
export const deskKey = (phone: string) => ({ pk: `DESK#${phone}`, sk: 'DESK' });
export const guestPk = (digits: string): string => `GUEST#${digits}`;
export const guestKey = (phone: string) => ({ pk: guestPk(phone.slice(-4)), sk: phone });
export const carrierKey = (carrier: string) => ({ pk: `CARRIER#${carrier}`, sk: 'TROUBLE' });
export const noticesKey = (carrier: string) => ({ pk: `CARRIER#${carrier}`, sk: 'NOTICES' });

/** Returns the subject of a partition key. */
export const timelineIdOf = (pk: unknown): TimelineId => {
  const key = String(pk);
  return key.startsWith(`${UNMATCHED}#`) ? UNMATCHED : key.replace(/^JOB#/, '');
};
export const phoneOf = (pk: unknown): string => String(pk).replace(/^PHONE#/, '');
export const sidOf = (pk: unknown): string => String(pk).replace(/^SID#/, '');

export const TRAVEL_KEY = { pk: 'COMPANY', sk: 'TRAVEL' };
export const SWAPS_KEY = { pk: 'COMPANY', sk: 'SWAPS' };
export const claimKey = (sid: string) => ({ pk: `SID#${sid}`, sk: 'CLAIM' });
