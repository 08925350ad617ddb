import { fileURLToPath } from 'node:url';
import { slsScript } from '@qdn/packaging/serverless';

const offline = fileURLToPath(new URL('./offline.ts', import.meta.url));

/** Script that runs `sls offline start` with finished bundles; see offline.ts. */
export const slsOfflineScript = (repository: string, ...options: string[]): string[] => [
  offline,
  ...slsScript(repository, 'offline', 'start', ...options),
];
