import type { Server } from 'node:http';
import { connect, createServer } from 'node:net';
import { StartError } from './start-error.ts';

/** Everything listens here, and only here. */
export const HOST = '127.0.0.1';

/** The sentence about a port that something else has. */
export const portTaken = (port: number, what: string): StartError =>
  new StartError(
    `Port ${port} is taken by another program, and ${what} needs it. Stop that program, or choose other ports: npm start -- --port 9000`,
  );

export const isPortTaken = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'EADDRINUSE';

/**
 * Starts listening.
 * @returns the port, chosen by the system when 0 was given
 * @throws StartError that names the port and what wanted it
 */
export const listen = (server: Server, port: number, what: string): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => reject(isPortTaken(error) ? portTaken(port, what) : error));
    server.listen(port, HOST, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });

const canListen = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => (isPortTaken(error) ? resolve(false) : reject(error)));
    probe.listen(port, HOST, () => probe.close(() => resolve(true)));
  });

const answersAt = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const probe = connect({ host, port, timeout: 500 });
    const end = (taken: boolean) => {
      probe.destroy();
      resolve(taken);
    };
    probe.once('connect', () => end(true));
    probe.once('timeout', () => end(false));
    // Refused, or no IPv6 on this machine.
    probe.once('error', () => end(false));
  });

/**
 * Refuses to start while a port is taken that a child process will need. A program may have the port on another address of
 * `localhost` than ours, where some systems let both listen and either may get the requests: so it also checks that nothing answers.
 * @throws StartError that names the port and what wanted it
 */
export const expectFree = async (port: number, what: string): Promise<void> => {
  const taken = !(await canListen(port)) || (await answersAt(HOST, port)) || (await answersAt('::1', port));
  if (taken) throw portTaken(port, what);
};

/** Stops listening and cuts the connections. */
export const close = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
