import type { Roads } from '@qdn/domain';
import { osrm } from './osrm.ts';
import { patientRoads } from './patient-roads.ts';

/** The section `roads` of config/company.json. `server` is the URL of any OSRM server; Amazon Location needs none. */
export type RoadsConfig = { engine: 'osrm'; server: string } | { engine: 'amazon-location' };

/**
 * The company's road engine; null when it has none.
 * @param now epoch ms
 * @param failed told of each question that was not answered
 */
export const createRoads = (
  config: RoadsConfig | null,
  now: () => number,
  failed: (error: unknown) => void,
): Roads | null => {
  if (config === null) return null;
  if (config.engine === 'osrm') return patientRoads(osrm(config.server), now, failed);
  // Loading its client takes time, which only those pay who use it.
  const engine = import('./amazon-location.ts').then(({ amazonLocation }) => amazonLocation());
  return patientRoads(async (...question) => (await engine)(...question), now, failed);
};
