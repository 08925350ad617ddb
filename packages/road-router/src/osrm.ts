import { type Engine, isAmount } from './engine.ts';

type Answer = { code?: unknown; routes?: ReadonlyArray<{ distance?: unknown }> };

const places = (value: number): string => value.toFixed(6);

/**
 * Any OSRM server, by its HTTP API v1: https://project-osrm.org/docs/v5.24.0/api/#route-service
 * Only the distance is used: OSRM's durations ignore traffic and the trailer, so the pace comes from the company's own drives.
 * @param server such as `https://router.example`; a path in front of `/route/v1` is kept
 */
export const osrm = (server: string, profile = 'driving'): Engine => {
  const base = server.replace(/\/+$/, '');
  return async (from, to, signal) => {
    const way = [from, to].map(({ lat, lon }) => `${places(lon)},${places(lat)}`).join(';');
    const response = await fetch(`${base}/route/v1/${profile}/${way}?overview=false&alternatives=false&steps=false`, {
      signal,
      headers: { accept: 'application/json' },
    });
    // OSRM answers 400 with a code when there is no route.
    const answer = (await response.json()) as Answer | null;
    if (answer?.code === 'NoRoute' || answer?.code === 'NoSegment') return null;
    const distance = answer?.routes?.[0]?.distance;
    if (answer?.code !== 'Ok' || !isAmount(distance)) {
      throw new Error(`OSRM answered ${response.status} with the code ${JSON.stringify(answer?.code ?? null)}`);
    }
    return { distanceM: distance, seconds: null };
  };
};
