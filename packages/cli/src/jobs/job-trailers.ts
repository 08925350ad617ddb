import { choose } from '../choose.ts';
import { knownTo } from '../company/company.ts';
import { trailerMeant } from '../company/names.ts';
import type { OperatorContext } from '../operator-context.ts';

/**
 * Returns the IDs of typed trailers. One that the company file does not have is asked about: a typing mistake would leave the job without
 * its trailer.
 * @param isHired true when such trailers are meant
 * @throws CommandError for one that is not valid, or that no one confirms
 */
export const trailersOf = async (
  typed: readonly string[],
  isHired: boolean,
  context: Pick<OperatorContext, 'ask' | 'environment' | 'repository'>,
): Promise<string[]> => {
  const known = knownTo(context);
  const ids: string[] = [];
  for (const one of typed) {
    const { id, doubt } = trailerMeant(one, known);
    if (doubt !== null && !isHired) {
      await choose(context, doubt, [{ value: id, label: `use ${id} all the same`, option: '--hired' }]);
    }
    ids.push(id);
  }
  return ids;
};
