import type { Wire } from '@qdn/contracts';
import { knownTo } from '../company/company.ts';
import { stopMeant } from '../company/names.ts';
import type { OperatorContext } from '../operator-context.ts';

/** Returns typed stops for the API. @throws CommandError for one that is not known */
export const stopsOf = async (typed: readonly string[], context: OperatorContext): Promise<Wire<'stop'>[]> => {
  const known = knownTo(context);
  return typed.map((one) => {
    const { radiusM = 100, ...stop } = stopMeant(one, known);
    return { ...stop, radiusM };
  });
};
