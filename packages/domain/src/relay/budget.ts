import type { Budgets } from './policy.ts';

/** A message that was received lately, as far as budgets go by it. `heldUntil` is null for what was passed on. Epoch ms. */
export type RecentMessage = {
  messageSid: string;
  from: string;
  body: string;
  receivedAt: number;
  heldUntil: number | null;
};

/** Time that a summary waits after the end of its window, for messages that are being worked on at that moment, in ms. */
const SETTLING_MS = 60_000;

/**
 * Whether a message goes over a budget, by what was received in the window before it. Held ones do not count: who goes on is not
 * held back for ever, only thinned out to what the budget allows.
 */
export const isOverBudget = (from: string, recent: readonly RecentMessage[], budgets: Budgets): boolean => {
  const passed = recent.filter(({ heldUntil }) => heldUntil === null);
  return passed.length >= budgets.perJob || passed.filter((one) => one.from === from).length >= budgets.perSender;
};

/** When what is held back now is summed up: shortly after the end of the window that `now` is in. Epoch ms. */
export const summaryDue = ({ minutes }: Budgets, now: number): number => {
  const windowMs = minutes * 60_000;
  return (Math.floor(now / windowMs) + 1) * windowMs + SETTLING_MS;
};
