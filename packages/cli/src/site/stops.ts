import { pathTo, type Wire } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';

/** Reads a path of the API as the operator. */
export type ReadJson = <T>(path: string) => Promise<T>;

type Place = { lat: number; lon: number };

/** Maximum number of jobs to read: more add nothing to a company's region. */
const MOST_JOBS = 300;

/** Returns the stops of all jobs, active jobs first. */
export const readStops = async (read: ReadJson): Promise<Place[]> => {
  const ids = new Set<string>();
  for (const query of ['', 'status=completed']) {
    for (let next: string | null = ''; next !== null && ids.size < MOST_JOBS; ) {
      const parameters = [query, next === '' ? '' : `after=${encodeURIComponent(next)}`].filter((part) => part !== '');
      const page: Wire<'jobList'> = await read(
        `${pathTo(routes.listJobs)}${parameters.length > 0 ? `?${parameters.join('&')}` : ''}`,
      );
      for (const { id } of page.jobs) ids.add(id);
      next = page.next;
    }
  }
  const places: Place[] = [];
  for (const id of [...ids].slice(0, MOST_JOBS)) {
    const { stops } = await read<Wire<'jobState'>>(pathTo(routes.getJob, { job_id: id }));
    places.push(...stops.map(({ lat, lon }) => ({ lat, lon })));
  }
  return places;
};
