import { describe, expect, test } from '@jest/globals';
import { type DutySwap, nextChangeOfDuty, onDuty, type Rota, type RotaShift, shiftsOn } from './rota.ts';

/*
 * Situations of on-call rotas as small offices and their tools describe them. Sources: the weekly overrides, gaps and swaps of Grafana
 * OnCall (grafana/oncall issues 395, 2844, 3096, 3106, 4182, 4538, 5247, 5455), the schedules of PagerDuty and Naemon, and the pages of
 * answering services about nights, weekends and holidays. The expected result is that of a sensible person.
 */

const ZONE = 'America/Chicago';
/** Chicago is UTC-6 in winter and UTC-5 in summer. */
const winter = (date: string, time: string): number => Date.parse(`${date}T${time}:00-06:00`);
const summer = (date: string, time: string): number => Date.parse(`${date}T${time}:00-05:00`);
const rotaOf = (shifts: RotaShift[], others: Rota['others'] = 'after'): Rota => ({ shifts, others });
const swap = (changes: Partial<DutySwap>): DutySwap => ({
  id: 'SM1' as DutySwap['id'],
  date: '2026-12-05',
  giver: 'dana',
  taker: 'luis',
  asker: 'dana',
  askedAt: 0,
  endsAt: 0,
  language: 'en',
  state: 'agreed',
  ...changes,
});

const WEEKDAYS_DANA: RotaShift = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], contacts: ['dana'] };
const WEEKEND_LUIS: RotaShift = { days: ['sat', 'sun'], contacts: ['luis'] };
const NIGHTS: RotaShift = { days: ['mon', 'tue', 'wed', 'thu', 'fri'], from: '18:00', to: '08:00', contacts: ['ana'] };

describe('on duty', () => {
  test.each<[situation: string, rota: Rota, at: number, expected: string[]]>([
    ['Saturday belongs to the weekend', rotaOf([WEEKDAYS_DANA, WEEKEND_LUIS]), winter('2026-12-05', '00:00'), ['luis']],
    ['Friday lasts until midnight', rotaOf([WEEKDAYS_DANA, WEEKEND_LUIS]), winter('2026-12-04', '23:59'), ['dana']],
    ['the date is that of the yard, not UTC', rotaOf([WEEKEND_LUIS]), Date.parse('2026-12-05T03:00:00Z'), []],
    ['a night shift lasts until the morning', rotaOf([NIGHTS]), winter('2026-12-02', '07:59'), ['ana']],
    ['the night of Friday lasts until Saturday morning', rotaOf([NIGHTS]), winter('2026-12-05', '03:00'), ['ana']],
    ['at the end of a shift the next one begins', rotaOf([NIGHTS]), winter('2026-12-02', '08:00'), []],
    ['Saturday has no night shift', rotaOf([NIGHTS]), winter('2026-12-05', '22:00'), []],
    [
      'a shift that starts and ends at the same time lasts a day',
      rotaOf([{ days: ['fri'], from: '17:00', to: '17:00', contacts: ['luis'] }]),
      winter('2026-12-05', '16:59'),
      ['luis'],
    ],
    [
      'two are on duty, in their order',
      rotaOf([{ days: ['sat'], contacts: ['luis', 'ana'] }]),
      winter('2026-12-05', '12:00'),
      ['luis', 'ana'],
    ],
    [
      'two shifts overlap: both, in the order of the file, each person once',
      rotaOf([{ days: ['tue'], from: '08:00', to: '20:00', contacts: ['dana', 'ana'] }, NIGHTS]),
      winter('2026-12-01', '19:00'),
      ['dana', 'ana'],
    ],
    [
      'a holiday goes before the week',
      rotaOf([WEEKDAYS_DANA, { dates: ['2026-12-25'], contacts: ['ana'] }]),
      winter('2026-12-25', '10:00'),
      ['ana'],
    ],
    [
      'a holiday ends the night shift of the evening before at midnight',
      rotaOf([NIGHTS, { dates: ['2026-12-25'], contacts: ['luis'] }]),
      winter('2026-12-25', '02:00'),
      ['luis'],
    ],
    [
      'after the holiday the week goes on',
      rotaOf([WEEKDAYS_DANA, WEEKEND_LUIS, { dates: ['2026-12-25'], contacts: ['ana'] }]),
      winter('2026-12-26', '00:00'),
      ['luis'],
    ],
    ['an empty slot has no one', rotaOf([WEEKEND_LUIS]), winter('2026-12-02', '12:00'), []],
    [
      'spring forward: a night shift that ends at 2:30, which is skipped, ends with the jump',
      rotaOf([{ days: ['sat'], from: '22:00', to: '02:30', contacts: ['ana'] }]),
      summer('2027-03-14', '03:00'),
      [],
    ],
    [
      'spring forward: one minute before the jump it still runs',
      rotaOf([{ days: ['sat'], from: '22:00', to: '02:30', contacts: ['ana'] }]),
      winter('2027-03-14', '01:59'),
      ['ana'],
    ],
    [
      'fall back: the second 1:30 belongs to the same shift as the first',
      rotaOf([{ days: ['sat'], from: '22:00', to: '02:00', contacts: ['ana'] }]),
      winter('2026-11-01', '01:30'),
      ['ana'],
    ],
    [
      'a shift keeps its local time after the clocks change',
      rotaOf([{ days: ['mon'], from: '08:30', to: '17:30', contacts: ['dana'] }]),
      winter('2026-11-02', '08:30'),
      ['dana'],
    ],
    [
      'and does not begin an hour early',
      rotaOf([{ days: ['mon'], from: '08:30', to: '17:30', contacts: ['dana'] }]),
      winter('2026-11-02', '08:29'),
      [],
    ],
  ])('%s', (_, rota, at, expected) => {
    expect(onDuty(rota, [], at, ZONE)).toEqual(expected);
  });

  /** Every day and hour, in turns that change on Friday at 17:00. */
  const TURNS = rotaOf([
    {
      days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
      from: '17:00',
      to: '17:00',
      contacts: ['dana', 'luis', 'ana'],
      turnsSince: '2026-10-23',
    },
  ]);
  test.each([
    ['the first week', summer('2026-10-23', '17:00'), 'dana'],
    ['the last minute of a turn', summer('2026-10-30', '16:59'), 'dana'],
    ['the handover', summer('2026-10-30', '17:00'), 'luis'],
    ['over the night on which clocks change', winter('2026-11-02', '09:00'), 'luis'],
    ['the handover after the clocks have changed', winter('2026-11-06', '17:00'), 'ana'],
    ['the first one again', winter('2026-11-13', '17:00'), 'dana'],
    ['before the first turn, counted backwards', summer('2026-10-23', '16:00'), 'ana'],
  ])('turns change at a given local time: %s', (_, at, expected) => {
    expect(onDuty(TURNS, [], at, ZONE)).toEqual([expected]);
  });
});

describe('swaps', () => {
  const rota = rotaOf([{ days: ['sat', 'sun'], from: '08:00', to: '08:00', contacts: ['dana', 'ana'] }]);
  test.each<[situation: string, swaps: DutySwap[], at: number, expected: string[]]>([
    ['an agreed swap gives the place to the other', [swap({})], winter('2026-12-05', '09:00'), ['luis', 'ana']],
    [
      'a swap that no one has confirmed changes nothing',
      [swap({ state: 'asked' })],
      winter('2026-12-05', '09:00'),
      ['dana', 'ana'],
    ],
    ['nor does a declined one', [swap({ state: 'declined' })], winter('2026-12-05', '09:00'), ['dana', 'ana']],
    ['it lasts as long as the shift that it is about', [swap({})], winter('2026-12-06', '07:59'), ['luis', 'ana']],
    ['and not into the next one', [swap({})], winter('2026-12-06', '08:00'), ['dana', 'ana']],
    ['the next week is as before', [swap({})], winter('2026-12-12', '09:00'), ['dana', 'ana']],
    [
      'who takes a duty may give it on',
      [swap({}), swap({ giver: 'luis', taker: 'tom' })],
      winter('2026-12-05', '09:00'),
      ['tom', 'ana'],
    ],
    [
      'and may give it back',
      [swap({}), swap({ giver: 'luis', taker: 'dana' })],
      winter('2026-12-05', '09:00'),
      ['dana', 'ana'],
    ],
    ['someone on duty twice is rung once', [swap({ taker: 'ana' })], winter('2026-12-05', '09:00'), ['ana']],
    [
      'a swap of someone without duty changes nothing',
      [swap({ giver: 'tom' })],
      winter('2026-12-05', '09:00'),
      ['dana', 'ana'],
    ],
  ])('%s', (_, swaps, at, expected) => {
    expect(onDuty(rota, swaps, at, ZONE)).toEqual(expected);
  });
});

describe('the rota of a date', () => {
  test('lists the shifts that begin on it, with swaps, in the order of time', () => {
    const rota = rotaOf([
      { days: ['sat'], from: '18:00', to: '08:00', contacts: ['ana'] },
      { days: ['sat'], from: '08:00', to: '18:00', contacts: ['dana'] },
    ]);
    const [day, night] = shiftsOn(rota, [swap({})], '2026-12-05', ZONE);
    expect([day?.contacts, night?.contacts]).toEqual([['luis'], ['ana']]);
    expect([day?.startsAt, day?.endsAt]).toEqual([winter('2026-12-05', '08:00'), winter('2026-12-05', '18:00')]);
    expect(night?.endsAt).toBe(winter('2026-12-06', '08:00'));
  });

  test('leaves out what a holiday replaces', () => {
    const rota = rotaOf([NIGHTS, { dates: ['2026-12-25'], contacts: ['luis'] }]);
    expect(shiftsOn(rota, [], '2026-12-25', ZONE).map(({ contacts }) => contacts)).toEqual([['luis']]);
  });

  test('a shift over the night on which clocks go forward is an hour shorter', () => {
    const [night] = shiftsOn(rotaOf([{ ...NIGHTS, days: ['sat'] }]), [], '2027-03-13', ZONE);
    expect((night?.endsAt ?? 0) - (night?.startsAt ?? 0)).toBe(13 * 3_600_000);
  });
});

describe('the next change of duty', () => {
  const rota = rotaOf([WEEKDAYS_DANA, WEEKEND_LUIS]);
  test('is the moment at which someone else is on duty', () => {
    expect(nextChangeOfDuty(rota, [], winter('2026-12-01', '12:00'), ZONE)).toEqual({
      at: winter('2026-12-05', '00:00'),
      contacts: ['luis'],
    });
  });
  test('is missing where the same person is always on duty', () => {
    const days: RotaShift['days'] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
    expect(
      nextChangeOfDuty(rotaOf([{ days, contacts: ['dana'] }]), [], winter('2026-12-01', '12:00'), ZONE),
    ).toBeNull();
  });
});
