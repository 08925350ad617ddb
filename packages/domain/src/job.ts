import type { AccountId, JobId, PhoneNumber, RecipientId, TrailerId } from './ids.ts';
import type { JobStatus } from './job-status.ts';

export const JOB_KINDS = ['delivery', 'exchange', 'dump_and_return', 'final_pickup'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export const STOP_KINDS = ['pickup', 'drop_off', 'dump_site', 'yard'] as const;
export type StopKind = (typeof STOP_KINDS)[number];

/** `atCustomer`: the stop is at the customer's site. Other stops are the company's own business. */
const STOP_TRAITS: Readonly<Record<StopKind, { atCustomer: boolean }>> = {
  pickup: { atCustomer: true },
  drop_off: { atCustomer: true },
  dump_site: { atCustomer: false },
  yard: { atCustomer: false },
};

/** A place the trailer goes to: WGS 84 degrees, and the radius in metres within which it has arrived. */
export type Stop = { kind: StopKind; address: string; lat: number; lon: number; radiusM: number };

/** From and until which time of day, `HH:MM` in the company's time zone; over midnight when `from` is the later one. */
export type QuietHours = { from: string; to: string };

/** Someone of the dispatch team who is texted when a customer writes, outside their quiet hours unless it is urgent. */
export type BackupContact = { id: RecipientId; name: string; phone: PhoneNumber; quietHours?: QuietHours };

/**
 * A change of status. `at` is epoch ms. `by` is the origin of the decision: the trailer's fixes or a person. For a decision by fixes,
 * `trailerId` names the trailer, and `stop` is the index of the stop that was headed for, reached or left.
 */
export type StatusChange = {
  status: JobStatus;
  at: number;
  by: 'fixes' | 'operator';
  reason: string;
  stop?: number;
  trailerId?: TrailerId;
};

/** Notices that a customer may get about a leg to their site. */
export const NOTICE_KINDS = ['on-the-way', 'arriving-soon', 'arrived', 'completed', 'delayed'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/**
 * A notice that a customer has had, or gets in a moment. `stop` is the index of the leg's stop, `at` when it was due, `promised` the
 * latest arrival in it; times are epoch ms.
 */
export type Notice = { what: NoticeKind; stop: number; at: number; promised: number | null };

/** One job. Times are epoch ms. `currentStop` indexes `stops`: the stop headed for, or stood at. `version` counts writes. */
export type Job = {
  id: JobId;
  accountId: AccountId;
  kind: JobKind;
  customer: { name: string; phone: PhoneNumber };
  stops: Stop[];
  currentStop: number;
  trailers: TrailerId[];
  status: JobStatus;
  history: StatusChange[];
  contacts: BackupContact[];
  revokedLinks: string[];
  notices: Notice[];
  scheduledFor: number | null;
  createdAt: number;
  updatedAt: number;
  version: number;
};

/** True for a stop at the customer's site, as in the tracking page's "on the way to you". */
export const isCustomerSite = (stop: Stop): boolean => STOP_TRAITS[stop.kind].atCustomer;
