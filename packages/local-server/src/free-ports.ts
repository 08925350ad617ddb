import { createServer } from 'node:net';

/** First ephemeral port: from here on the system gives ports to outgoing connections, so a free one may be taken at once. */
const FIRST_EPHEMERAL = 32_768;

/** Finds a block of free ports, as `npm start -- --port` takes one. */
export const freeBase = async (): Promise<number> => {
  const isFree = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const probe = createServer();
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
    });
  for (let base = 20_000 + (process.pid % 60) * 100; base + 100 < FIRST_EPHEMERAL; base += 100) {
    const free = await Promise.all(Array.from({ length: 20 }, (_, i) => isFree(base + i)));
    if (free.every(Boolean)) return base;
  }
  throw new Error('There are no 20 free ports in a row');
};
