import type { Wire } from '@qdn/contracts';
import { spaced } from '../format.ts';
import { oneLine } from '../printable.ts';
import type { LocalTime } from '../times/local-time.ts';

type JobState = Wire<'jobState'>;

/** The fields that commands change, as an owner reads them. */
const FIELDS: ReadonlyArray<{ name: string; of: (job: JobState, time: LocalTime) => string }> = [
  { name: 'Status', of: ({ status }) => spaced(status) },
  { name: 'Due', of: ({ scheduledFor }, time) => (scheduledFor === null ? 'no date' : time.inWords(scheduledFor)) },
  { name: 'Trailers', of: ({ trailers }) => trailers.join(', ') || 'none' },
  { name: 'Customer', of: ({ customer }) => customer.name },
  { name: 'Phone', of: ({ customer }) => customer.phone },
  { name: 'Language', of: ({ customer }) => customer.language ?? 'as the customer writes' },
  {
    name: 'Stops',
    of: ({ stops }) =>
      stops.map(({ kind, address, lat, lon }) => `${spaced(kind)}, ${address} (${lat}, ${lon})`).join('; '),
  },
  { name: 'Notes', of: ({ notes }) => notes || 'none' },
];

/** Returns one line for each field that differs: `Trailers   T1 → T2`. */
export const changedLines = (before: JobState, after: JobState, time: LocalTime): string[] =>
  FIELDS.flatMap(({ name, of }) => {
    const [was, is] = [of(before, time), of(after, time)];
    return was === is ? [] : [oneLine(`${name.padEnd(9)}  ${was} → ${is}`)];
  });
