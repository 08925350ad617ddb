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
 * Tests whether a message is over a budget, from the messages in the window before it. Held messages do not count: a sender who keeps
 * writing is limited to the budget, and not held forever.
 */
export const isOverBudget = (from: string, recent: readonly RecentMessage[], budgets: Budgets): boolean => {
  const passed = recent.filter(({ heldUntil }) => heldUntil === null);
  return passed.length >= budgets.perJob || passed.filter((one) => one.from === from).length >= budgets.perSender;
};

/** Returns the time of the summary of a message that is held now: shortly after the end of the current window. Epoch ms. */
export const summaryDue = ({ minutes }: Budgets, now: number): number => {
  const windowMs = minutes * 60_000;
  return (Math.floor(now / windowMs) + 1) * windowMs + SUMMARY_DELAY_MS;
};
