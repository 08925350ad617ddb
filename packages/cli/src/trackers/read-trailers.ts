import { pathTo, type Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import type { OperatorContext } from '../operator-context.ts';

type TrailerPage = Wire<'trailerList'>;

/** Reads all pages of the list of trailers. */
export const readTrailers = async ({ api }: Pick<OperatorContext, 'api'>): Promise<TrailerPage['trailers']> => {
  const trailers: TrailerPage['trailers'] = [];
  let query = '';
  for (;;) {
    const page: TrailerPage = await api('GET', `${pathTo(routes.listTrailers)}${query}`);
    trailers.push(...page.trailers);
    if (page.next === null) return trailers;
    query = `?after=${encodeURIComponent(page.next)}`;
  }
};
