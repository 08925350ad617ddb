import { expect, test } from '@jest/globals';
import { isOverBudget, summaryDue } from './budget.ts';

const budgets = { perSender: 2, perJob: 4, minutes: 10 };
const spent = { own: 0, ofStrangers: 0, isFirst: false, isCustomer: false };

test('each sender has a budget, and a number’s first text always passes', () => {
  expect(isOverBudget({ ...spent, own: 1 }, budgets)).toBe(false);
  expect(isOverBudget({ ...spent, own: 2 }, budgets)).toBe(true);
  expect(isOverBudget({ ...spent, ofStrangers: 9, isFirst: true }, budgets)).toBe(false);
});

test('strangers on a job share a budget, which is not its customer’s', () => {
  expect(isOverBudget({ ...spent, ofStrangers: 3 }, budgets)).toBe(false);
  expect(isOverBudget({ ...spent, ofStrangers: 4 }, budgets)).toBe(true);
  expect(isOverBudget({ ...spent, ofStrangers: 4, isCustomer: true }, budgets)).toBe(false);
  expect(isOverBudget({ ...spent, own: 2, isCustomer: true }, budgets)).toBe(true);
});

test('the messages that are held in one window share one summary, after its end', () => {
  const end = Date.UTC(2026, 10, 23, 15, 10);
  expect(summaryDue(budgets, end - 600_000)).toBe(end + 60_000);
  expect(summaryDue(budgets, end - 1)).toBe(end + 60_000);
  expect(summaryDue(budgets, end)).toBe(end + 660_000);
});
