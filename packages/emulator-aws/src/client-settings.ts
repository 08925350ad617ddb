import { REGION } from '@qdn/cloudformation/template';
import { HOST } from '@qdn/local-server/listen';

/** The engines take any; the SDK wants some. */
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Where an engine answers. The address it listens on, not `localhost`, which costs a look-up and may mean ::1. */
export const endpointAt = (port: number): string => `http://${HOST}:${port}`;

/** What every AWS client on this machine needs, besides what its service needs. */
export const clientSettings = (endpoint: string) => ({ endpoint, region: REGION, credentials: CREDENTIALS });
