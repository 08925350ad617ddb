import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import { ProductError } from '@qdn/domain';
import type { ApiEvent, Received } from '../request.ts';
import { apiEvent, lambdaContext } from '../testing.ts';
import { authenticate } from './authenticate.ts';
import { receiveRequest } from './receive-request.ts';

const run = (identify: (received: Received) => unknown) =>
  middy<ApiEvent, unknown>()
    .use(receiveRequest())
    .use(authenticate(identify))
    .handler(async ({ caller }) => caller)(apiEvent({ path: '/x' }), lambdaContext);

test('passes the caller to the function', async () => {
  expect(await run(async ({ path }) => ({ kind: 'operator', path }))).toEqual({ kind: 'operator', path: '/x' });
});

test('stops the run when the caller is refused', async () => {
  const refuse = () => {
    throw new ProductError('unauthenticated', 'no');
  };
  await expect(run(refuse)).rejects.toMatchObject({ code: 'unauthenticated' });
});

test('fails when the request has not been received', async () => {
  const stack = middy<ApiEvent, unknown>().use(authenticate(() => null));
  await expect(stack(apiEvent(), lambdaContext)).rejects.toThrow('receiveRequest must come first');
});
