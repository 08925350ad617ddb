import { expect, test } from '@jest/globals';
import type { CompanyFile } from '@qdn/company';
import type { DutySwap } from '@qdn/domain';
import { rotaReport } from './show-rota.ts';

const company: CompanyFile = {
  name: 'Blue Bins',
  phone: '+15125550100',
  textNumber: '+15125550142',
  timeZone: 'America/Chicago',
  contacts: [
    { id: 'dana', name: 'Dana', phone: '+15125550171' },
    { id: 'luis', name: 'Luis', phone: '+15125550172' },
  ],
};
const rota = { shifts: [{ days: ['sat' as const, 'sun' as const], from: '08:00', to: '18:00', contacts: ['dana'] }] };
const withRota = { ...company, relay: { rota } };
/** Tuesday, 1 December 2026, 9:00 in Chicago. */
const NOW = Date.parse('2026-12-01T09:00:00-06:00');
const swap = (date: string, state: DutySwap['state']): DutySwap => ({
  id: 'SM1' as DutySwap['id'],
  date,
  giver: 'dana',
  taker: 'luis',
  asker: 'dana',
  askedAt: NOW,
  endsAt: NOW + 6 * 86_400_000,
  language: 'en',
  state,
});

test('lists the shifts of the next seven days, with swaps and those that wait', () => {
  const report = rotaReport(withRota, [swap('2026-12-05', 'agreed'), swap('2026-12-06', 'asked')], NOW);
  expect(report).toMatch(/^2026-12-05 08:00 +2026-12-05 18:00 +Luis +swap, instead of Dana$/m);
  expect(report).toMatch(/^2026-12-06 08:00 +2026-12-06 18:00 +Dana *$/m);
  expect(report).toContain('Waits for a yes: Luis in place of Dana on 2026-12-06.');
  expect(report).toContain('In hours without a shift everyone is on duty: Dana, then Luis.');
});

test('says when the swaps could not be read, and when there is no rota', () => {
  expect(rotaReport(withRota, null, NOW)).toContain('Without swaps');
  expect(rotaReport(company, [], NOW)).toContain('has no rota: everyone is always on duty (Dana, then Luis)');
});
