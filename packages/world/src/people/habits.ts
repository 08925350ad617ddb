/** A habit: a probability with the report or practice that it was taken from, in words. */
export type Habit = { rate: number; source: string };

const habit = (rate: number, source: string): Habit => ({ rate, source });

/** Habits of customers, per topic or per text that their phone gets. */
export const CUSTOMER_HABITS = {
  writesInShortLines: habit(0.22, 'practice: one thought in two or three texts within seconds'),
  makesTypo: habit(0.06, 'practice: a missing or swapped letter, left as it is'),
  writesSpanish: habit(0.25, 'practice: Texas job sites and households'),
  writesAtNight: habit(0.05, 'support pages of haulers: texts after closing time'),
  callsInstead: habit(0.06, 'support pages of haulers: some always call; a call brings no text'),
  usesOtherPhone: habit(
    0.04,
    'forums: a spouse, a tenant or a foreman writes from a phone that the office does not know',
  ),
  thanks: habit(0.4, 'practice: courtesy that ends the talk'),
  asksOn: habit(0.12, 'practice: the answer brings the next question'),
  reacts: habit(0.08, 'bug reports of SMS apps: reactions arrive as texts'),
  drivesAndAutoReplies: habit(0.03, 'manuals of phones: driving focus answers once per sender and drive'),
  asksAgainWhenIgnored: habit(0.3, 'reviews: customers who write again after half an hour of silence'),
  optsOut: habit(0.015, 'court filings and carrier pages: one in some seventy recipients ends texts'),
  optsOutInWords: habit(0.4, 'court filings: ends them in own words in place of the keyword'),
} as const;

/** Habits of one dispatcher. Times are in seconds. */
export type DispatcherHabits = {
  answers: Habit;
  /** Time from the text on the phone to the answer. */
  fromS: number;
  toS: number;
  /** Types the handle that the phone shows. */
  usesHandle: Habit;
  /** Answers with one word, a digit or a thumb where that is enough. */
  answersShortly: Habit;
  /** Takes the text without answering it. */
  claims: Habit;
  /** Types a wrong handle: another customer's. */
  mistakes: Habit;
  autoReplies: Habit;
  reacts: Habit;
  /** Notes to colleagues, per day. */
  notesPerDay: Habit;
};

/** The dispatcher at the desk: quick, types handles. */
export const AT_THE_DESK: DispatcherHabits = {
  answers: habit(0.85, 'shared inboxes: share of texts that the desk answers'),
  fromS: 25,
  toS: 240,
  usesHandle: habit(0.6, 'practice: copies the handle when several wait'),
  answersShortly: habit(0.15, 'practice: yes, ok, a number'),
  claims: habit(0.05, 'shared inboxes: "on it"'),
  mistakes: habit(0.012, 'practice: the handle of the text above'),
  autoReplies: habit(0, 'at a desk'),
  reacts: habit(0.02, 'bug reports of SMS apps: a thumb on the relayed text'),
  notesPerDay: habit(0.4, 'practice: talk between dispatchers in the wrong thread'),
};

/** The dispatcher who drives: late, short, replies without a handle. */
export const ON_THE_ROAD: DispatcherHabits = {
  answers: habit(0.45, 'forums of haulers: the owner answers between two stops'),
  fromS: 100,
  toS: 660,
  usesHandle: habit(0.2, 'practice: a bare reply to the last text'),
  answersShortly: habit(0.35, 'practice: ok, yes, a thumb'),
  claims: habit(0.04, 'shared inboxes: "I got this one"'),
  mistakes: habit(0.02, 'practice: the last text in the thread was another customer’s'),
  autoReplies: habit(0.06, 'manuals of cars: a hands-free system answers by itself'),
  reacts: habit(0.05, 'bug reports of SMS apps: a thumb on the relayed text'),
  notesPerDay: habit(0.2, 'practice: hands a customer over by a text'),
};

/** Habits of the operator after an alarm. */
export const OPERATOR_HABITS = {
  answersByText: habit(0.5, 'practice: the owner writes to the customer'),
  fromS: 60,
  toS: 420,
} as const;

/** Texts of people without a job, per day. */
export const OUTSIDER_RATES = {
  leadsPerDay: habit(1.6, 'support pages of haulers: price questions of strangers'),
  spamPerDay: habit(0.8, 'carrier reports: spam to a published number'),
  wrongNumbersPerDay: habit(0.3, 'practice: private texts to a wrong number'),
  driverTextsPerDay: habit(1, 'forums of truckers: a locked gate, no one home'),
  floodsPerWeek: habit(1, 'carrier reports: a burst of texts from some numbers'),
} as const;
