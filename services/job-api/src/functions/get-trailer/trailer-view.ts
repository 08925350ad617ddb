import type { Wire } from '@qdn/contracts';
import type { TrailerReport } from '@qdn/domain';

const iso = (at: number) => new Date(at).toISOString();

/** The answer to `GET /api/trailers/{trailer_id}`, with times in RFC 3339. */
export const trailerStateView = ({
  now,
  since,
  position,
  heardAt,
  ignoredToday,
  ...report
}: TrailerReport): Wire<'trailerState'> => ({
  ...report,
  serverTime: iso(now),
  since: iso(since),
  position: position && { ...position, at: iso(position.at) },
  heardAt: heardAt === null ? null : iso(heardAt),
  ignoredToday: ignoredToday.map(({ reason, count, last }) => ({
    reason,
    count,
    last: last && { ...last, at: iso(last.at) },
  })),
});
