import { localTimeAt } from '../office/clock.ts';
import type { SaidExpectation } from '../score/said.ts';
import type { StaffMember, WorldCompany } from '../system.ts';

const hoursOf = (clock: string): number => {
  const [hours = 0, minutes = 0] = clock.split(':').map(Number);
  return hours + minutes / 60;
};

/** True in a dispatcher's quiet hours. */
export const isInQuietHours = ({ quietHours }: StaffMember, at: number, timeZone: string): boolean => {
  if (!quietHours) return false;
  const { hour } = localTimeAt(at, timeZone);
  const [from, to] = [hoursOf(quietHours.from), hoursOf(quietHours.to)];
  return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
};

/** Returns the expectation of a text that the team must get. Dispatchers in their quiet hours need not get it while others are awake. */
export const expectTeam = (
  { dispatchers, timeZone, cascade }: WorldCompany,
  at: number,
  change: Partial<SaidExpectation> = {},
): SaidExpectation => {
  const awake = dispatchers.filter((member) => !isInQuietHours(member, at, timeZone));
  const asked = awake.length > 0 ? awake : dispatchers;
  const first = cascade.order === 'all' ? asked : asked.slice(0, 1);
  const to = first.map(({ phone }) => phone);
  return {
    ...{ to, mayReach: [], notTo: [], toldColleagues: [], toldWriter: 'not-needed', escalates: 'if-unanswered' },
    // The alarm may wait for those who sleep, even where others are awake.
    mayWait: dispatchers.filter((member) => !awake.includes(member)).map(({ phone }) => phone),
    ...change,
  };
};

/** Returns the expectation of a text to phones outside the company, or to none. */
export const expectPhones = (to: readonly string[], change: Partial<SaidExpectation> = {}): SaidExpectation => ({
  ...{ to, mayReach: [], notTo: [], toldColleagues: [], toldWriter: 'not-needed', escalates: 'never', mayWait: [] },
  ...change,
});
