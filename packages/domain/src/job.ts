import type { AccountId, JobId, MessageSid, PhoneNumber, RecipientId, TrailerId } from './ids.ts';
import type { JobStatus } from './job-status.ts';

/** Languages of texts to customers. */
export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

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

/**
 * Accuracy of a place that was looked up by its address: the building; somewhere along the street, or a corner; or only the quarter, the
 * town or the postal code.
 */
export const PLACE_QUALITIES = ['rooftop', 'street', 'area'] as const;
export type PlaceQuality = (typeof PLACE_QUALITIES)[number];

/**
 * A place the trailer goes to: WGS 84 degrees, and the radius in metres within which it has arrived. `quality` is that of a place that was
 * looked up.
 */
export type Stop = {
  kind: StopKind;
  address: string;
  lat: number;
  lon: number;
  radiusM: number;
  quality?: PlaceQuality;
};

/** Times of day `HH:MM` in the company's time zone. The hours span midnight when `from` is later than `to`. */
export type QuietHours = { from: string; to: string };

/** A member of the dispatch team who gets a text when a customer writes; in their quiet hours, only when it is urgent. */
export type BackupContact = { id: RecipientId; name: string; phone: PhoneNumber; quietHours?: QuietHours };

/** Origins of a change: the trailer's fixes, its driver by text, or a person of the office. */
export const CHANGE_ORIGINS = ['fixes', 'driver', 'operator'] as const;
export type ChangeOrigin = (typeof CHANGE_ORIGINS)[number];

/**
 * A change of status. `at` is epoch ms. `by` is the origin of the decision. For a decision by fixes or by the driver, `trailerId` names
 * the trailer, and `stop` is the index of the stop that was headed for, reached or left; `place` is where the trailer stood then, in
 * WGS 84 degrees, and `decidedAt` the time (epoch ms) of the fix that showed it, when that is later than `at`. For a decision by the
 * office, `stop` is the present or next stop, and without a `trailerId` it is about all trailers.
 *
 * `takesBack` marks a change that undoes an earlier one, and names the status that it undoes; its `stop` is the present or next one, as
 * in a decision by the office. `isSentBack` marks one with which the office sent the trailer back to the stop. `isTakenBack` marks the
 * change that was undone. `messageSid` is the driver's text.
 */
export type StatusChange = {
  status: JobStatus;
  at: number;
  by: ChangeOrigin;
  reason: string;
  stop?: number;
  trailerId?: TrailerId;
  place?: { lat: number; lon: number };
  decidedAt?: number;
  takesBack?: JobStatus;
  isSentBack?: boolean;
  isTakenBack?: boolean;
  messageSid?: MessageSid;
};

/** True for a change that was not undone, and that is not an undo itself. */
export const isInEffect = ({ isTakenBack, takesBack }: StatusChange): boolean =>
  isTakenBack !== true && takesBack === undefined;

/** Notices that a customer may get about a leg to their site. */
export const NOTICE_KINDS = ['on-the-way', 'arriving-soon', 'arrived', 'completed', 'delayed', 'could-not'] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/**
 * A notice that a customer has had, or is about to get. `stop` is the index of the leg's stop, `at` the time when it was due,
 * `promised` the latest arrival that it names; times are epoch ms. `visit` counts the visits before at which the job could not be done;
 * absent for the first one.
 */
export type Notice = { what: NoticeKind; stop: number; at: number; promised: number | null; visit?: number };

/**
 * A question to the operator: the trailer has stood near a stop on its way, without having reached it. `at` is the moment of the question,
 * epoch ms; `metres` from the stop; `place` of the stand, in WGS 84 degrees.
 */
export type StopQuestion = {
  trailerId: TrailerId;
  stop: number;
  at: number;
  metres: number;
  minutes: number;
  place: { lat: number; lon: number };
};

/** One job. Times are epoch ms. `currentStop` indexes `stops`: the next stop, or the present one. `version` counts writes. */
export type Job = {
  id: JobId;
  accountId: AccountId;
  kind: JobKind;
  /** `language` is that of notices and automatic texts; without one, their texts show it. */
  customer: { name: string; phone: PhoneNumber; language?: Language };
  stops: Stop[];
  currentStop: number;
  trailers: TrailerId[];
  status: JobStatus;
  history: StatusChange[];
  contacts: BackupContact[];
  revokedLinks: string[];
  notices: Notice[];
  scheduledFor: number | null;
  /** The newest one; it may have been answered. */
  question?: StopQuestion;
  /** For the team: gate codes, units, wishes. Customers never see them. */
  notes?: string;
  createdAt: number;
  updatedAt: number;
  version: number;
};

/** True for a stop at the customer's site, as in the tracking page's "on the way to you". */
export const isCustomerSite = (stop: Stop): boolean => STOP_TRAITS[stop.kind].atCustomer;
