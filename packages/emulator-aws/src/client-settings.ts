import { REGION } from '@qdn/cloudformation/template';
import { HOST } from '@qdn/local-server/listen';

/** The engines accept any credentials; the SDK requires some. */
export const CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** Returns an engine's URL. It has the IP address, because `localhost` needs a look-up and may resolve to ::1. */
export const endpointAt = (port: number): string => `http://${HOST}:${port}`;

/** Settings of every AWS client on this machine; a service may need more. */
export const clientSettings = (endpoint: string) => ({ endpoint, region: REGION, credentials: CREDENTIALS });
