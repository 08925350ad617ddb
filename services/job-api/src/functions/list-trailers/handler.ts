import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { parseTrailerId, listTrailers as readTrailers, type TrailerId, type TrailerRegister } from '@qdn/domain';
import { apiHandler, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { refusedParameter } from '../../refused-parameter.ts';
import { trailerSummaryView } from '../get-trailer/trailer-view.ts';

/** Start of the cursors of this list: those of others are texts of the same characters. */
const CURSOR = 'trailers ';
const cursorOf = (trailerId: TrailerId | null): string | null =>
  trailerId === null ? null : Buffer.from(`${CURSOR}${trailerId}`).toString('base64url');

/** @throws ProductError `schema-violation` when `after` is not the `next` of a page of trailers */
const requestedAfter = (query: URLSearchParams): TrailerId | null => {
  const after = query.get('after');
  if (after === null) return null;
  const text = Buffer.from(after, 'base64url').toString('utf8');
  const trailerId = text.startsWith(CURSOR) ? parseTrailerId(text.slice(CURSOR.length)) : null;
  if (trailerId) return trailerId;
  throw refusedParameter(
    'after',
    'must be the `next` of an earlier page',
    '`after` is not the `next` of an earlier page.',
  );
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
        next: cursorOf(next),
      };
      return { status: 200, json: list };
    },
  );
};
