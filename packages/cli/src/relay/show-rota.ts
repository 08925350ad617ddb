import type { CompanyFile } from '@qdn/company';
import { rotaOf } from '@qdn/company/packaged';
import { type DutySwap, dateAfter, shiftsOn } from '@qdn/domain';
import { table } from '../format.ts';
import { localTime } from '../times/local-time.ts';

/** Number of days that are listed. */
const DAYS = 7;

/**
 * Returns who is on duty in the next seven days, with the swaps that wait for an answer.
 * @param swaps null when they could not be read
 * @param now epoch ms
 */
export const rotaReport = (company: CompanyFile, swaps: readonly DutySwap[] | null, now: number): string => {
  const rota = rotaOf(company);
  const nameOf = (id: string): string => company.contacts.find((contact) => contact.id === id)?.name ?? id;
  const named = (ids: readonly string[]): string => ids.map(nameOf).join(', then ');
  const everyone = named(company.contacts.map(({ id }) => id));
  if (!rota)
    return `config/company.json has no rota: everyone is always on duty (${everyone}). To add one: docs/rota.md`;
  const time = localTime(company.timeZone, now);
  const minute = (at: number): string => time.stamp(at).slice(0, 16);
  const today = time.stamp(now).slice(0, 10);
  const rows = Array.from({ length: DAYS }, (_, i) => dateAfter(today, i)).flatMap((date) => {
    const shifts = shiftsOn(rota, swaps ?? [], date, company.timeZone);
    const planned = shiftsOn(rota, [], date, company.timeZone);
    return shifts.map(({ startsAt, endsAt, contacts }, i) => {
      const instead =
        planned[i]?.contacts.join() === contacts.join() ? '' : `swap, instead of ${named(planned[i]?.contacts ?? [])}`;
      return [minute(startsAt), minute(endsAt), named(contacts), instead];
    });
  });
  const waiting = (swaps ?? []).filter(({ state, endsAt }) => state === 'asked' && endsAt > now);
  return [
    rows.length > 0
      ? table([[`FROM (${time.label})`, 'TO', 'ON DUTY', ''], ...rows])
      : 'No shift in the next seven days.',
    `In hours without a shift everyone is on duty: ${everyone}.`,
    ...waiting.map(
      ({ date, giver, taker }) => `Waits for a yes: ${nameOf(taker)} in place of ${nameOf(giver)} on ${date}.`,
    ),
    ...(swaps === null ? ['Without swaps: they could not be read. Start the system, or add --stage.'] : []),
  ].join('\n');
};
