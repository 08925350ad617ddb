import type { MessageSid } from '../ids.ts';
import type { Job } from '../job.ts';
import type { Travel } from '../movement/job-eta.ts';
import type { CallOutcome, Calls } from '../ports/calls.ts';
import type { JobStore } from '../ports/jobs.ts';
import type { LocationStore } from '../ports/locations.ts';
import type { FollowUps, LogEntry, RelayStore } from '../ports/relay.ts';
import type { CarrierErrorCode, FailureClass } from './failure-class.ts';
import type { InboundMessage } from './inbound-message.ts';
import type { NoticeQueue } from './notice.ts';
import type { RelayCompany } from './policy.ts';
import type { CarrierList } from './sms-carrier.ts';

/** An event that a person may need to see and that no caller gets as an answer. */
export type RelayReport =
  | {
      kind: 'refused';
      outboundMessageId: string;
      carrier: string;
      class: FailureClass;
      code: CarrierErrorCode;
      detail: string;
      isFinal: boolean;
    }
  | { kind: 'taken-over'; outboundMessageId: string; from: string; by: string }
  | { kind: 'unanswered'; messageSid: MessageSid }
  | { kind: 'held'; messageSid: MessageSid }
  /** A dispatcher, a driver or the operator has opted out of our texts. */
  | { kind: 'team-phone-stopped'; messageSid: MessageSid }
  /** A sweep has ended. `outboundMessageIds` are those whose outcome is still unknown. */
  | { kind: 'unresolved'; outboundMessageIds: string[] }
  /** A carrier has accepted a text. */
  | { kind: 'texted'; outboundMessageId: string; segments: number }
  /** A carrier has delivered a text that it had accepted. */
  | { kind: 'delivered'; outboundMessageId: string; carrier: string }
  /** A carrier could not deliver a text that it had accepted. `isEscalation`: it was for the operator. */
  | {
      kind: 'undelivered';
      outboundMessageId: string;
      carrier: string;
      class: FailureClass | null;
      code: CarrierErrorCode | null;
      isEscalation: boolean;
    }
  /** A carrier has accepted a text, and answered with other words. */
  | { kind: 'altered'; outboundMessageId: string; carrier: string }
  /** The carrier's list has a text that may be this one under other words: it is not sent again. */
  | { kind: 'indistinct'; outboundMessageId: string; carrier: string }
  /** A carrier did not say whether it accepted a text. */
  | { kind: 'unknown'; outboundMessageId: string }
  /** More dispatchers, or the operator, are texted. */
  | { kind: 'escalated'; messageSid: MessageSid; count: number }
  /** The first text to the team is out. `latencyMs` counts from the sender's text; null when the whole team had quiet hours. */
  | { kind: 'relayed'; messageSid: MessageSid; latencyMs: number | null }
  /** A call that a dispatcher asked for was placed, or was not. */
  | { kind: 'called'; messageSid: MessageSid; outcome: CallOutcome['kind']; code: number | null }
  | { kind: 'without-eta'; messageSid: MessageSid; error: unknown };

export type RelayDependencies = {
  jobs: Pick<
    JobStore,
    'find' | 'findAll' | 'activeByPhone' | 'endedByPhone' | 'openByTrailer' | 'endedByTrailer' | 'update'
  >;
  /** Notices to customers because of a driver's text. */
  notices: NoticeQueue;
  locations: Pick<LocationStore, 'shown'>;
  travel: Travel;
  relay: RelayStore;
  followUps: FollowUps;
  carriers: CarrierList;
  /** The phone service; left out where the company has none. */
  calls?: Calls;
  company: RelayCompany;
  /** Makes a tracking link for the job, the same each time for the same message. */
  trackingLink: (job: Job, message: Pick<InboundMessage, 'messageSid' | 'receivedAt'>) => Promise<string>;
  /** Makes a link to a message's picture, by its index. */
  mediaLink: (message: InboundMessage, index: number) => Promise<string>;
  /** Makes a link to a page with all the words of a message; null when there is none. Missing where no page shows words. */
  wordsLink?: (message: Pick<InboundMessage, 'messageSid' | 'receivedAt'>) => Promise<string | null>;
  /** Returns epoch ms. */
  now: () => number;
  /** Returns a number from 0 to below 1. */
  random: () => number;
  pause: (ms: number) => Promise<void>;
  /** Name of this run in the outbound messages that it claims. No two runs share a name, so a claim of this owner is its own. */
  owner: string;
  report: (report: RelayReport) => void;
  /** Adds an entry to the compliance log. */
  log: (entry: LogEntry) => void;
};

/** Texts of a message are unfinished: SQS delivers the message again, not before `retryAfterS` if a carrier gave a delay. */
export class RelayIncomplete extends Error {
  readonly retryAfterS: number;
  constructor(left: ReadonlyArray<{ reason: string; retryAfterMs?: number }>) {
    super(`Unfinished texts: ${left.map(({ reason }) => reason).join('; ')}`);
    this.name = 'RelayIncomplete';
    this.retryAfterS = Math.ceil(Math.max(0, ...left.map(({ retryAfterMs = 0 }) => retryAfterMs)) / 1000);
  }
}
