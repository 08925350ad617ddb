import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import type { ApiEvent } from '../request.ts';
import { apiEvent, type EventParts, lambdaContext } from '../testing.ts';
import { MAX_BODY_BYTES, receiveRequest } from './receive-request.ts';

const receive = async (parts: EventParts) => {
  const stack = middy<ApiEvent, ApiEvent['received']>()
    .use(receiveRequest())
    .handler(async ({ received }) => received);
  return stack(apiEvent(parts), lambdaContext);
};

test('reads path parameters, repeated query parameters and the request ID', async () => {
  const received = await receive({ pathParameters: { job_id: 'a%20b', bad: '%zz' }, rawQuery: 'x=1&x=2' });
  expect(received?.pathParameters).toEqual({ job_id: 'a b', bad: '%zz' });
  expect(received?.query.getAll('x')).toEqual(['1', '2']);
  expect(received?.correlationId).toBe(lambdaContext.awsRequestId);
});

test('decodes a body in base64', async () => {
  const body = Buffer.from('né').toString('base64');
  expect(await receive({ body, base64: true })).toMatchObject({ rawBody: 'né' });
});

test('refuses a body over the limit, counted in bytes', async () => {
  const body = 'é'.repeat(MAX_BODY_BYTES / 2);
  expect(await receive({ body })).toMatchObject({ rawBody: body });
  await expect(receive({ body: `${body}x` })).rejects.toMatchObject({ code: 'body-too-large' });
});
