import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { endpointAt } from './client-settings.ts';
import { invokeOver } from './lambda.ts';

describe('Lambda’s Invoke over HTTP', () => {
  let server: Server;
  let url: string;
  let asked: string[];
  let answer: { status: number; headers?: Record<string, string>; body: string };

  beforeEach(async () => {
    asked = [];
    answer = { status: 200, body: '{"batchItemFailures":[]}' };
    server = createServer(async (request, response) => {
      asked.push(`${request.method} ${request.url} ${await text(request)}`);
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    url = endpointAt(typeof address === 'object' && address ? address.port : 0);
  });
  afterEach(() => {
    server.close();
    server.closeAllConnections();
  });

  test('calls the function by name with the event, and returns its answer', async () => {
    expect(await invokeOver(url)('relay-dev-work', { Records: [] })).toEqual({
      kind: 'answered',
      payload: { batchItemFailures: [] },
    });
    expect(asked).toEqual(['POST /2015-03-31/functions/relay-dev-work/invocations {"Records":[]}']);
  });

  test('returns null for an empty answer', async () => {
    answer = { status: 200, body: '' };
    expect(await invokeOver(url)('f', {})).toEqual({ kind: 'answered', payload: null });
  });

  test('fails with the message of the function’s error, without its stack', async () => {
    const body = JSON.stringify({ errorMessage: 'boom', errorType: 'Error', trace: ['Error: boom', 'at secret'] });
    answer = { status: 200, headers: { 'X-Amz-Function-Error': 'Unhandled' }, body };
    expect(await invokeOver(url)('f', {})).toEqual({ kind: 'failed', detail: '200 boom' });
  });

  test('fails for a function that does not exist', async () => {
    answer = { status: 404, body: '{"Message":"Function not found: f"}' };
    expect(await invokeOver(url)('f', {})).toMatchObject({ kind: 'failed', detail: expect.stringContaining('404') });
  });

  test('reports 429 as not run', async () => {
    answer = { status: 429, body: '{"Reason":"ReservedFunctionConcurrentInvocationLimitExceeded"}' };
    expect(await invokeOver(url)('f', {})).toEqual({ kind: 'not-run', detail: 'throttled' });
  });

  test('reports a refused connection as not run, but not a lost one', async () => {
    server.removeAllListeners('request');
    server.on('request', (request) => request.socket.destroy());
    expect(await invokeOver(url)('f', {})).toMatchObject({ kind: 'failed' });
    server.close();
    await once(server, 'close');
    expect(await invokeOver(url)('f', {})).toMatchObject({ kind: 'not-run' });
  });
});
