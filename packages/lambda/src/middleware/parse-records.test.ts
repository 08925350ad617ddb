import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import type { Validate } from '@qdn/contracts';
import type { BatchEvent } from '../batch.ts';
import { lambdaContext, sqsEvent } from '../testing.ts';
import { parseRecords } from './parse-records.ts';

type Body = { n: number };
const validate: Validate<Body> = (value): value is Body => {
  const isValid = typeof value === 'object' && value !== null && 'n' in value;
  validate.errors = isValid ? null : [{ instancePath: '/n', keyword: 'required', params: {} }];
  return isValid;
};
const parse = async (bodies: unknown[]) =>
  middy<BatchEvent<Body>, BatchEvent<Body>['parsed']>()
    .use(parseRecords(validate))
    .handler(async ({ parsed }) => parsed)(sqsEvent(bodies, 2), lambdaContext);

test('reads each record with its place in the queue', async () => {
  expect(await parse([{ n: 1 }])).toMatchObject([
    { message: { body: { n: 1 }, messageId: 'message-0', sentAt: 0, receiveCount: 2 } },
  ]);
});

test('fails a record by itself, without its texts', async () => {
  const parsed = await parse(['secret words', { m: 'secret' }, { n: 3 }]);
  const reasons = (parsed ?? []).map((one) => ('error' in one ? one.error.message : 'valid'));
  expect(reasons).toEqual(['The record is not JSON', 'The record does not follow its schema: /n required', 'valid']);
});
