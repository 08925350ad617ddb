import { localTimeAt } from '../office/clock.ts';
import type { IdealKnowledge } from './ideal-system.ts';

/** Quiet hours from 21:00 to 8:00, and times as texts name them, in a time zone. */
export const localKnowledge = (timeZone: string): Pick<IdealKnowledge, 'isQuiet' | 'clockOf'> => {
  const clock = new Intl.DateTimeFormat('en-US', { timeZone, hour: 'numeric', minute: '2-digit' });
  return {
    isQuiet: (at) => {
      const { hour } = localTimeAt(at, timeZone);
      return hour < 8 || hour >= 21;
    },
    clockOf: (at) => clock.format(at).replace('\u202f', ' '),
  };
};
