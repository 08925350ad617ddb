import type { Server } from 'node:http';
import { createServer } from 'node:net';
import { StartError } from './start-error.ts';

/** Everything listens here, and only here. */
export const HOST = '127.0.0.1';

/** @throws StartError that names the port and what wanted it */
const portTaken = (port: number, what: string) =>
  new StartError(`Port ${port} is taken by another program, and ${what} needs it. Stop that program, or choose other ports: npm start -- --port 9000`);

/** Starts listening. @returns the port, chosen by the system when 0 was given */
export const listen = (server: Server, port: number, what: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(error.code === 'EADDRINUSE' ? portTaken(port, what) : error));
    server.listen(port, HOST, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });

/** Refuses to start while a port is taken that a child process will need. */
export const expectFree = (port: number, what: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', () => reject(portTaken(port, what)));
    probe.listen(port, HOST, () => probe.close(() => resolve()));
  });

export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
