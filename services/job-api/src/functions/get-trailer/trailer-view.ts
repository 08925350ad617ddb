import type { Wire } from '@qdn/contracts';
import type { Quarantined, TrailerReport, TrailerSummary } from '@qdn/domain';

const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));
const ignoredView = (ignored: readonly Quarantined[]) =>
  ignored.map(({ reason, count, last }) => ({ reason, count, last: last && { ...last, at: iso(last.at) } }));

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
  heardAt: isoOrNull(heardAt),
  ignoredToday: ignoredView(ignoredToday),
});

/** One trailer in the answer to `GET /api/trailers`, with times in RFC 3339. */
export const trailerSummaryView = ({
  position,
  heardAt,
  ignored,
  ...summary
}: TrailerSummary): Wire<'trailerList'>['trailers'][number] => ({
  ...summary,
  position: position && { ...position, at: iso(position.at) },
  heardAt: isoOrNull(heardAt),
  ignored: ignoredView(ignored),
});
