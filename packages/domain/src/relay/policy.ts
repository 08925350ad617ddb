import type { BackupContact } from '../job.ts';
import type { NoticePolicy } from './notice.ts';

/**
 * How the team is reached: all contacts at once, or one after the other. `minutes` until the next one is texted, or, after the
 * last, the operator is texted that no one answered.
 */
export type Cascade = { order: 'all' | 'in-order'; minutes: number };

/** Most texts of one sender, and on one job, that are passed on in `minutes`; what is more is held back and summed up. */
export type Budgets = { perSender: number; perJob: number; minutes: number };

/** What the company has decided about its texts. */
export type RelayPolicy = {
  cascade: Cascade;
  /** Sends customers a receipt with the number of dispatchers who have their text. */
  receipt: boolean;
  /** How long the first carrier may be down until the second one is used. */
  failoverMinutes: number;
  /** Whether curly quotes, dashes and the like in a customer's words may become plain ones where that saves a segment. */
  plainPunctuation: boolean;
  budgets: Budgets;
  /** Any of these in a text makes it reach contacts in their quiet hours. */
  urgentWords: readonly string[];
  /** Notices that customers get without asking. */
  notices: NoticePolicy;
};

export const DEFAULT_POLICY: RelayPolicy = {
  cascade: { order: 'all', minutes: 15 },
  receipt: false,
  failoverMinutes: 3,
  plainPunctuation: false,
  budgets: { perSender: 12, perJob: 30, minutes: 10 },
  urgentWords: ['urgent', 'emergency', 'accident', 'fire', 'injured', 'blocked', 'urgente', 'emergencia', 'accidente'],
  notices: { kinds: [], soonMinutes: 10, lateMinutes: 15, quietHours: { from: '21:00', to: '08:00' } },
};

/**
 * The company, as the relay needs it. `textNumbers` are its own: a text from one of them is a loop. `operator` is texted when the
 * team does not answer. `jobPrefix` is what its job IDs begin with.
 */
export type RelayCompany = {
  name: string;
  textNumbers: readonly string[];
  timeZone: string;
  jobPrefix: string;
  contacts: readonly BackupContact[];
  operator: string | null;
  policy: RelayPolicy;
};
