import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { parseTrailerId, listTrailers as readTrailers, type TrailerId, type TrailerRegister } from '@qdn/domain';
import { apiHandler, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { refusedParameter } from '../../refused-parameter.ts';
import { trailerSummaryView } from '../get-trailer/trailer-view.ts';

/** @throws ProductError `schema-violation` when `after` is not the ID of a trailer */
const requestedAfter = (query: URLSearchParams): TrailerId | null => {
  const after = query.get('after');
  if (after === null) return null;
  const trailerId = parseTrailerId(after);
  if (trailerId) return trailerId;
  throw refusedParameter('after', 'must be the ID of a trailer', '`after` is not the `next` of an earlier page.');
};

/** `GET /api/trailers`: every trailer's last place, with or without a job, page by page. */
export const listTrailers = (dependencies: Dependencies & { register: Pick<TrailerRegister, 'list'> }) => {
  const { keyring, company, now, log } = dependencies;
  return apiHandler(
    routes.listTrailers,
    {
      log,
      authenticate: tokenAuthentication(routes.listTrailers, { keyring, now }),
    },
    async ({ query }) => {
      const at = now();
      const { trailers, next } = await readTrailers(dependencies, company.trailers, at, requestedAfter(query));
      const list: Wire<'trailerList'> = {
        trailers: trailers.map(trailerSummaryView),
        serverTime: new Date(at).toISOString(),
        next,
      };
      return { status: 200, json: list };
    },
  );
};
