import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { newTokenKeys } from '@qdn/lambda/testing';

/** A request that a command has sent. */
export type ApiCall = { method: string; url: string; body: string; token: string };

/** Runs an API for the tests of one file, which answers by `answer`, beside an empty repository and a file of signing keys. */
export const anApi = (answer: (call: ApiCall) => { status: number; body?: object | undefined }) => {
  const folder = mkdtempSync(join(tmpdir(), 'qdn-cli-'));
  const keys = newTokenKeys();
  const keyFile = join(folder, 'keys.json');
  writeFileSync(keyFile, JSON.stringify(keys), { mode: 0o600 });
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { status, body } = answer({
      method: request.method ?? '',
      url: request.url ?? '',
      body: Buffer.concat(chunks).toString(),
      token: request.headers.authorization?.replace('Bearer ', '') ?? '',
    });
    response.writeHead(status, { 'content-type': 'application/json' }).end(body ? JSON.stringify(body) : '');
  });
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, resolve)));
  afterAll(async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()));
    rmSync(folder, { recursive: true });
  });
  return {
    folder,
    keys,
    /** Returns the arguments of a command that calls this API. */
    argv: (args: readonly string[]): string[] => {
      const url = `http://localhost:${(server.address() as AddressInfo).port}`;
      return ['node', 'qdn', '--url', url, '--keys', keyFile, ...args];
    },
  };
};

/** Makes the example company that of a repository. */
export const writeExampleCompany = (repository: string): void => {
  mkdirSync(join(repository, 'config'), { recursive: true });
  writeFileSync(
    join(repository, 'config', 'company.json'),
    readFileSync(new URL('../../../../config/company.example.json', import.meta.url)),
  );
};
