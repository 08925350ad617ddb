import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import type { Validate } from '@qdn/contracts';
import { ProductError } from '@qdn/domain';
import type { ApiEvent } from '../request.ts';
import { apiEvent, lambdaContext } from '../testing.ts';
import { validateBody } from './validate-body.ts';

const check = (validate: Validate<unknown>) =>
  middy<ApiEvent, string>()
    .use(validateBody(validate))
    .handler(async () => 'ran')(apiEvent({ body: '{}' }), lambdaContext);

test('runs the function when the body follows its schema', async () => {
  expect(await check((_value): _value is unknown => true)).toBe('ran');
});

test('lists at most 20 violations', async () => {
  const validate: Validate<unknown> = (_value): _value is unknown => {
    validate.errors = Array.from({ length: 30 }, (_, i) => ({
      instancePath: `/stops/${i}`,
      keyword: 'type',
      params: { type: 'string' },
      message: 'must be string',
    }));
    return false;
  };
  const error = await check(validate).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: 'schema-violation' });
  const { violations = [] } = error instanceof ProductError ? error : {};
  expect(violations).toHaveLength(20);
  expect(violations[0]).toEqual({ pointer: '/stops/0', detail: 'must be string' });
});
