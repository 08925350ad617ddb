import type { Wire } from '@qdn/contracts';

type ListedTrailer = Wire<'trailerList'>['trailers'][number];

/** `80 %, charging` */
export const batteryWords = ({ percent, charging }: NonNullable<ListedTrailer['battery']>): string =>
  `${Math.round(percent)} %${charging === true ? ', charging' : ''}`;

/** `3 duplicate, 1 jump`: ignored fixes by reason, the most frequent first. Empty without any. */
export const ignoredWords = (ignored: ListedTrailer['ignored']): string =>
  ignored
    .toSorted((a, b) => b.count - a.count)
    .map(({ reason, count }) => `${count} ${reason}`)
    .join(', ');
