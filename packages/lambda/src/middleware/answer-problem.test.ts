import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import { ProductError } from '@qdn/domain';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ApiEvent } from '../request.ts';
import { apiEvent, lambdaContext, recordingLogger } from '../testing.ts';
import { answerProblem } from './answer-problem.ts';
import { receiveRequest } from './receive-request.ts';

const answer = async (error: Error, body = '') => {
  const log = recordingLogger();
  const stack = middy<ApiEvent, APIGatewayProxyStructuredResultV2>()
    .use(answerProblem('test', log))
    .use(receiveRequest())
    .handler(async () => {
      throw error;
    });
  return { ...(await stack(apiEvent({ body }), lambdaContext)), lines: log.lines.map((line) => JSON.parse(line)) };
};

test('answers a refusal with its status and logs nothing', async () => {
  const { statusCode, lines } = await answer(new ProductError('job-not-found', 'No job has this ID.'));
  expect(statusCode).toBe(404);
  expect(lines).toEqual([]);
});

test('logs a failure without the texts of the request', async () => {
  const { statusCode, body, lines } = await answer(new Error('cannot read "Maria Lopez"'), '{"name":"Maria Lopez"}');
  expect(statusCode).toBe(500);
  expect(body).not.toContain('Maria');
  expect(lines).toEqual([
    {
      level: 'error',
      message: 'REQUEST_FAILED',
      function: 'test',
      status: 500,
      error: 'Error',
      reason: 'cannot read "[…]"',
    },
  ]);
});
