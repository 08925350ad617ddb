import type { MessageSid } from '../ids.ts';
import type { Job } from '../job.ts';
import type { Travel } from '../movement/arrival.ts';
import type { JobStore } from '../ports/jobs.ts';
import type { LocationStore } from '../ports/locations.ts';
import type { FollowUps, LogEntry, RelayStore } from '../ports/relay.ts';
import type { CarrierErrorCode, FailureClass } from './failure-class.ts';
import type { InboundMessage } from './inbound-message.ts';
import type { RelayCompany } from './policy.ts';
import type { CarrierList } from './sms-carrier.ts';

/** What a person may have to know of, and no caller can be told. */
export type RelayReport =
  | {
      kind: 'refused';
      effect: string;
      carrier: string;
      class: FailureClass;
      code: CarrierErrorCode;
      detail: string;
      isFinal: boolean;
    }
  | { kind: 'taken-over'; effect: string; from: string; by: string }
  | { kind: 'unanswered'; messageSid: MessageSid }
  | { kind: 'held'; messageSid: MessageSid }
  /** A sweep has ended: what it has left unsettled, none in the best case. */
  | { kind: 'unsettled'; effects: string[] }
  /** A carrier has taken a text, as so many segments. */
  | { kind: 'texted'; effect: string; segments: number }
  /** A carrier has not said whether it took a text. */
  | { kind: 'unknown'; effect: string }
  /** Somebody else is brought in. */
  | { kind: 'escalated'; messageSid: MessageSid; count: number }
  /** The first text to the team is out, so many ms after the sender's came; null when the whole team was asleep then. */
  | { kind: 'relayed'; messageSid: MessageSid; latencyMs: number | null }
  | { kind: 'without-eta'; messageSid: MessageSid; error: unknown };

export type RelayDependencies = {
  jobs: Pick<JobStore, 'find' | 'activeByPhone'>;
  locations: Pick<LocationStore, 'recent'>;
  travel: Travel;
  relay: RelayStore;
  followUps: FollowUps;
  carriers: CarrierList;
  company: RelayCompany;
  /** A tracking link for the job, the same each time for the same message. */
  trackingLink: (job: Job, message: Pick<InboundMessage, 'messageSid' | 'receivedAt'>) => Promise<string>;
  /** A link to a message's picture, by its index. */
  mediaLink: (message: InboundMessage, index: number) => Promise<string>;
  /** Epoch ms. */
  now: () => number;
  /** From 0 to below 1. */
  random: () => number;
  pause: (ms: number) => Promise<void>;
  /** Names this run in the effects that it claims. No other run may have the name: a claim of that owner is one's own. */
  owner: string;
  report: (report: RelayReport) => void;
  /** Collects what the compliance log is to hold. */
  log: (entry: LogEntry) => void;
};

/** What is not settled yet: SQS hands the message out again, not before `retryAfterS` if that is known. */
export class Unsettled extends Error {
  readonly retryAfterS: number;
  constructor(left: ReadonlyArray<{ reason: string; retryAfterMs?: number }>) {
    super(`Not settled yet: ${left.map(({ reason }) => reason).join('; ')}`);
    this.name = 'Unsettled';
    this.retryAfterS = Math.ceil(Math.max(0, ...left.map(({ retryAfterMs = 0 }) => retryAfterMs)) / 1000);
  }
}
