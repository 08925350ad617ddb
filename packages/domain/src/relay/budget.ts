import type { Budgets } from './policy.ts';

/** A recent message, as budgets count it. `heldUntil` is null when it was relayed. Times are epoch ms. */
export type RecentMessage = {
  messageSid: string;
  from: string;
  body: string;
  receivedAt: number;
  heldUntil: number | null;
};

/** Delay of a summary after the end of its window, in ms: other workers may still be busy with messages of the window. */
const SUMMARY_DELAY_MS = 60_000;

/**
 * The texts in the window before a message, without held ones: its sender's on all jobs, and those of strangers on its job. `isFirst`: the
 * sender has never written before. `isCustomer`: the sender is the job's customer.
 */
export type SpentBudget = { own: number; ofStrangers: number; isFirst: boolean; isCustomer: boolean };

/**
 * Tests whether a message is over a budget. A number's first text always passes, and a customer's own budget is never spent by others.
 * Held messages do not count: a sender who keeps writing is limited to the budget, and not held forever.
 */
export const isOverBudget = ({ own, ofStrangers, isFirst, isCustomer }: SpentBudget, budgets: Budgets): boolean => {
  if (isFirst) return false;
  return own >= budgets.perSender || (!isCustomer && ofStrangers >= budgets.perJob);
};

/** Returns the time of the summary of a message that is held now: shortly after the end of the current window. Epoch ms. */
export const summaryDue = ({ minutes }: Budgets, now: number): number => {
  const windowMs = minutes * 60_000;
  return (Math.floor(now / windowMs) + 1) * windowMs + SUMMARY_DELAY_MS;
};
