import type { Router } from '@qdn/domain';
import { cachedRouter } from './cached-router.ts';
import { osrm } from './osrm.ts';

/** The section `router` of config/company.json. `server` is the URL of any OSRM server; Amazon Location needs none. */
export type RouterConfig = { engine: 'osrm'; server: string } | { engine: 'amazon-location' };

/**
 * Creates the company's router; null when it has none.
 * @param now returns epoch ms
 * @param failed called with the error of each request without an answer
 */
export const createRouter = (
  config: RouterConfig | null,
  now: () => number,
  failed: (error: unknown) => void,
): Router | null => {
  if (config === null) return null;
  if (config.engine === 'osrm') return cachedRouter(osrm(config.server), now, failed);
  // Loading this client takes time, so only companies that use it load it.
  const engine = import('./amazon-location.ts').then(({ amazonLocation }) => amazonLocation());
  return cachedRouter(async (...question) => (await engine)(...question), now, failed);
};
