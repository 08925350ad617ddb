import { expect, test } from '@jest/globals';
import { isOverBudget, type RecentMessage, summaryDue } from './budget.ts';

const budgets = { perSender: 2, perJob: 4, minutes: 10 };
const message = (from: string, heldUntil: number | null = null): RecentMessage => ({
  messageSid: 'SM1',
  from,
  body: 'x',
  receivedAt: 0,
  heldUntil,
});

test('each sender has a budget, and all senders on a job share one', () => {
  expect(isOverBudget('a', [message('a'), message('b')], budgets)).toBe(false);
  expect(isOverBudget('a', [message('a'), message('a')], budgets)).toBe(true);
  expect(
    isOverBudget(
      'e',
      ['a', 'b', 'c'].map((from) => message(from)),
      budgets,
    ),
  ).toBe(false);
  expect(
    isOverBudget(
      'e',
      ['a', 'b', 'c', 'd'].map((from) => message(from)),
      budgets,
    ),
  ).toBe(true);
});

test('held messages do not count towards a budget', () => {
  expect(isOverBudget('a', [message('a'), message('a', 1), message('a', 1), message('a', 1)], budgets)).toBe(false);
});

test('the messages that are held in one window share one summary, after its end', () => {
  const end = Date.UTC(2026, 10, 23, 15, 10);
  expect(summaryDue(budgets, end - 600_000)).toBe(end + 60_000);
  expect(summaryDue(budgets, end - 1)).toBe(end + 60_000);
  expect(summaryDue(budgets, end)).toBe(end + 660_000);
});
