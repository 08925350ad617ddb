import { type CompanyFile, closest } from '@qdn/company';
import { parseTrailerId, STOP_KINDS, type Stop, type StopKind } from '@qdn/domain';
import { CommandError } from '../connection.ts';
import type { Known } from './company.ts';
import { coordinates } from './questions.ts';

type Trailer = NonNullable<CompanyFile['trailers']>[number];

const same = (a: string, b: string | undefined): boolean => a.trim().toLowerCase() === b?.toLowerCase();

/** Returns the trailer with this ID or name. */
const trailerNamed = (typed: string, trailers: readonly Trailer[]): Trailer | undefined =>
  trailers.find(({ id }) => id === typed) ?? trailers.find(({ id, name }) => same(typed, id) || same(typed, name));

/**
 * Returns the ID of a trailer. A trailer that is missing from the company file may be hired for a day: `doubt` then has a
 * sentence with the closest name.
 * @throws CommandError when it is neither a known trailer nor a valid ID
 */
export const trailerMeant = (typed: string, { trailers }: Known): { id: string; doubt: string | null } => {
  const known = trailerNamed(typed, trailers);
  if (known) return { id: known.id, doubt: null };
  const names = trailers.flatMap(({ id, name }) => (name === undefined ? [id] : [id, name]));
  const meant = closest(typed, names);
  const question = meant === null ? '' : ` Did you mean "${meant}"?`;
  if (!parseTrailerId(typed))
    throw new CommandError(`"${typed}" is not a valid trailer ID. It has 1 to 32 letters, digits, _ or -.${question}`);
  return {
    id: typed,
    doubt: trailers.length === 0 ? null : `config/company.json has no trailer ${typed}.${question}`,
  };
};

const HOW =
  'Give the name of a stop of config/company.json, or "KIND: ADDRESS", as in "drop_off: 4112 Avenue H" or "drop_off: 4112 Avenue H @ 30.3072, -97.7281"';

const lettersOf = (typed: string): string => typed.toLowerCase().replaceAll(/[^a-z]/g, '');

/** Returns a kind of stop as people type it: `drop_off`, `Drop-off`, `pick up`. */
export const stopKindMeant = (typed: string): StopKind | undefined =>
  STOP_KINDS.find((kind) => lettersOf(kind) === lettersOf(typed));

const notAKind = (typed: string): CommandError =>
  new CommandError(`"${typed}" is not a kind of stop. Use one of: ${STOP_KINDS.join(', ')}.`);

/**
 * Returns a stop: one of the company file by its ID, or a place that is written out.
 * @throws CommandError
 */
export const stopMeant = (typed: string, { stops }: Known): Omit<Stop, 'radiusM'> & { radiusM?: number } => {
  const known = stops.find(({ id }) => id === typed) ?? stops.find(({ id }) => same(typed, id));
  if (known) {
    const { id: _, ...stop } = known;
    return stop;
  }
  const [, kind = '', address = '', at = ''] = /^(\w[\w -]*?)\s*:\s*(.+?)\s*@([^@]+)$/.exec(typed.trim()) ?? [];
  if (at === '') {
    const before = /^(\w[\w -]*?)\s*:(?!\/\/)/.exec(typed.trim())?.[1];
    if (before !== undefined && !stopKindMeant(before)) throw notAKind(before);
    const meant = closest(
      typed,
      stops.map(({ id }) => id),
    );
    throw new CommandError(
      `"${typed}" is not a known stop.${meant === null ? '' : ` Did you mean "${meant}"?`} ${HOW}.`,
    );
  }
  const kindMeant = stopKindMeant(kind);
  if (!kindMeant) throw notAKind(kind);
  const place = coordinates(at.trim());
  if ('wrong' in place) throw new CommandError(`"${at.trim()}" is not a valid place. ${place.wrong}`);
  return { kind: kindMeant, address, ...place.value };
};
