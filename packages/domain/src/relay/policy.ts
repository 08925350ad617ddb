import type { PhoneNumber, TrailerId } from '../ids.ts';
import type { BackupContact } from '../job.ts';
import type { Channel } from './conversation/person-key.ts';
import type { NoticePolicy } from './notice.ts';
import type { Rota } from './rota/rota.ts';

/**
 * Order in which the team gets texts: all contacts at once, or one after the other. After `minutes` without an answer the next contact
 * gets the text, or, after the last, the operator learns that no one has answered.
 */
export type Cascade = { order: 'all' | 'in-order'; minutes: number };

/**
 * Maximum texts of one sender, and of all strangers on one job, that are relayed in `minutes`; further ones are held and summed up. A
 * number's first text always passes.
 */
export type Budgets = { perSender: number; perJob: number; minutes: number };

/** Policy for calls to the company's number. `answer` rings the contacts on call, each for `ringSeconds`. */
export type CallPolicy = { answer: boolean; ringSeconds: number };

/**
 * Settings of the team. `copies`: whoever got a customer's text also sees a colleague's answer. A text to another conversation
 * than the open one waits for `undoSeconds`, in which its writer can take it back; with 0 it goes at once,
 * without a confirmation.
 */
export type TeamPolicy = { copies: boolean; undoSeconds: number };

/** The company's settings for its texts. */
export type RelayPolicy = {
  cascade: Cascade;
  team: TeamPolicy;
  /** Sends customers a receipt with the number of dispatchers who have their text. */
  receipt: boolean;
  /** Maximum outage of a carrier before the next one is used, in minutes. */
  failoverMinutes: number;
  /** Sends customers' and dispatchers' pictures along as MMS where the carrier can; else as links alone. */
  mms: boolean;
  /** Allows plain punctuation for curly quotes and dashes in a customer's words where that saves a segment. */
  plainPunctuation: boolean;
  budgets: Budgets;
  /** A text with one of these words reaches contacts in their quiet hours too. */
  urgentWords: readonly string[];
  /** Notices that customers get without asking. */
  notices: NoticePolicy;
  calls: CallPolicy;
  /** Those who are on duty when; null where all contacts always are. */
  rota: Rota | null;
  /** The number's Messaging Service has Advanced Opt-Out without CANCEL, END and QUIT: the team gets them as words. */
  advancedOptOut: boolean;
};

/** Numbers that send the texts of a company without a pool. */
export const DEFAULT_SENDING_NUMBERS = 1;

export const DEFAULT_POLICY: RelayPolicy = {
  cascade: { order: 'all', minutes: 15 },
  team: { copies: true, undoSeconds: 30 },
  receipt: false,
  failoverMinutes: 3,
  mms: true,
  plainPunctuation: false,
  budgets: { perSender: 12, perJob: 30, minutes: 10 },
  urgentWords: ['urgent', 'emergency', 'accident', 'fire', 'injured', 'blocked', 'urgente', 'emergencia', 'accidente'],
  notices: { kinds: [], soonMinutes: 10, lateMinutes: 15, quietHours: { from: '21:00', to: '08:00' } },
  // Mobile carriers' voicemail picks up after 20 to 30 s.
  calls: { answer: true, ringSeconds: 20 },
  advancedOptOut: false,
  rota: null,
};

/** A driver, who corrects the jobs of these trailers by text. */
export type Driver = { name: string; phone: PhoneNumber; trailers: readonly TrailerId[] };

/**
 * The company, as the relay needs it. `phone` is the number that people call. `textNumbers` are its own: a text from one of them is a loop. `operator` gets a text when the
 * team does not answer. `jobPrefix` is the prefix of its job IDs.
 */
export type RelayCompany = {
  /** The channels besides SMS on which the company can answer; all when left out. */
  answersOn?: readonly Channel[];
  name: string;
  phone: string;
  textNumbers: readonly string[];
  /** Number of the first carrier's numbers that send; 1 when left out. */
  sendingNumbers?: number;
  timeZone: string;
  jobPrefix: string;
  contacts: readonly BackupContact[];
  operator: string | null;
  drivers: readonly Driver[];
  policy: RelayPolicy;
};
