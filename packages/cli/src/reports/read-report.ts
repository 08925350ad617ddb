import { pathTo, type Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import type { OperatorContext } from '../operator-context.ts';
import { type DayOfTrack, dayKey, dayOfTrack, type LocalDay, type Tracks } from './day-tracks.ts';

type WireVisit = Wire<'visitList'>['visits'][number];
type Api = Pick<OperatorContext, 'api'>;

/** Number of days that are read at once. */
const AT_ONCE = 6;
/** Maximum duration of one request for visits, in ms: a longer range is asked for in parts. */
const MAX_RANGE_MS = 366 * 86_400_000;

/** Reads all visits from one moment to before another (epoch ms), page by page. */
export const readVisits = async ({ api }: Api, from: number, to: number): Promise<WireVisit[]> => {
  const visits: WireVisit[] = [];
  for (let begin = from; begin < to; begin += MAX_RANGE_MS) {
    const range = {
      from: new Date(begin).toISOString(),
      to: new Date(Math.min(to, begin + MAX_RANGE_MS)).toISOString(),
    };
    let after: string | null = null;
    do {
      const query = new URLSearchParams({ ...range, ...(after === null ? {} : { after }) });
      const page: Wire<'visitList'> = await api('GET', `${pathTo(routes.listVisits)}?${query}`);
      visits.push(...page.visits);
      after = page.next;
    } while (after !== null);
  }
  return visits;
};

/** A trailer's local day. */
type TrailerDay = LocalDay & { trailerId: string };

const readDay = async ({ api }: Api, { trailerId, from, to }: TrailerDay): Promise<DayOfTrack> => {
  const query = new URLSearchParams({ from: new Date(from).toISOString(), to: new Date(to).toISOString() });
  const path = pathTo(routes.getTrack, { trailer_id: trailerId });
  return dayOfTrack(await api<Wire<'trailerTrack'>>('GET', `${path}?${query}`));
};

/** Reads the tracks of days, some at once. */
export const readTracks = async (context: Api, days: readonly TrailerDay[]): Promise<Tracks> => {
  const wanted = [...new Map(days.map((day) => [dayKey(day.trailerId, day.date), day]))];
  const tracks = new Map<string, DayOfTrack>();
  for (let i = 0; i < wanted.length; i += AT_ONCE)
    await Promise.all(
      wanted.slice(i, i + AT_ONCE).map(async ([key, day]) => {
        tracks.set(key, await readDay(context, day));
      }),
    );
  return tracks;
};
