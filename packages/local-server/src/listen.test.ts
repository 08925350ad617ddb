import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import { close, expectFree, listen } from './listen.ts';

describe('ports', () => {
  const open: Server[] = [];
  afterEach(async () => {
    for (const server of open.splice(0)) await close(server);
  });
  const occupy = async (host: string): Promise<number> => {
    const server = createServer();
    open.push(server);
    await once(server.listen(0, host), 'listening');
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  };
  const sentence = (port: number, what: string) =>
    `Port ${port} is taken by another program, and ${what} needs it. Stop that program, or choose other ports: npm start -- --port 9000`;

  test('a server listens on this machine alone', async () => {
    const server = createServer();
    open.push(server);
    const port = await listen(server, 0, 'the edge');
    expect(server.address()).toMatchObject({ address: '127.0.0.1', port });
  });

  test('a taken port is a sentence that names it and says what to do', async () => {
    const port = await occupy('127.0.0.1');
    await expect(listen(createServer(), port, 'the edge')).rejects.toThrow(sentence(port, 'the edge'));
    await expect(expectFree(port, 'job-api')).rejects.toThrow(sentence(port, 'job-api'));
  });

  test('a port is taken, too, when the other program has it on every address', async () => {
    const port = await occupy('0.0.0.0');
    await expect(expectFree(port, 'job-api')).rejects.toThrow(sentence(port, 'job-api'));
  });

  test('a port is taken, too, when the other program has it on the other localhost', async () => {
    const port = await occupy('::1').catch(() => null);
    if (port === null) return; // No IPv6 on this machine.
    await expect(expectFree(port, 'job-api')).rejects.toThrow(sentence(port, 'job-api'));
  });

  test('a free port is left free', async () => {
    const port = await occupy('127.0.0.1');
    for (const server of open.splice(0)) await close(server);
    await expectFree(port, 'job-api');
    const server = createServer();
    open.push(server);
    expect(await listen(server, port, 'job-api')).toBe(port);
  });

  test('closing cuts a connection that waits', async () => {
    const server = createServer(() => {});
    open.push(server);
    const port = await listen(server, 0, 'the edge');
    const waiting = fetch(`http://127.0.0.1:${port}/`);
    const refused = expect(waiting).rejects.toThrow();
    await once(server, 'request');
    await close(server);
    await refused;
  });
});
