import type { Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import { listVisits as readVisits, type Visit } from '@qdn/domain';
import { apiHandler, tokenAuthentication } from '@qdn/lambda';
import type { Dependencies } from '../../dependencies.ts';
import { requestedRange } from '../../requested-range.ts';

/** Maximum duration of a range, in ms: a year with its leap day. */
const MAX_RANGE_MS = 366 * 86_400_000;

const timeView = (time: Visit['arrived']) => time && { at: new Date(time.at).toISOString(), by: time.by };

/** One visit in the answer, with times in RFC 3339. */
const visitView = (visit: Visit): Wire<'visitList'>['visits'][number] => ({
  ...visit,
  arrived: timeView(visit.arrived),
  left: timeView(visit.left),
  ended: timeView(visit.ended),
});

/** `GET /api/visits`: arrivals and departures of all jobs in a range, page by page. */
export const listVisits = ({ jobs, keyring, company, now, log }: Dependencies) =>
  apiHandler(
    routes.listVisits,
    {
      log,
      authenticate: tokenAuthentication(routes.listVisits, { keyring, now }),
    },
    async ({ query }) => {
      const range = requestedRange(query, company.timeZone, now(), MAX_RANGE_MS);
      const { visits, next } = await readVisits(jobs, range, query.get('after'));
      const list: Wire<'visitList'> = { visits: visits.map(visitView), next };
      return { status: 200, json: list };
    },
  );
