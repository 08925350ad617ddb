import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ApiEvent } from '../request.ts';
import { apiEvent, lambdaContext, recordingLogger } from '../testing.ts';
import { answerProblem } from './answer-problem.ts';
import { measureAnswers } from './measure-answers.ts';

const measured = async (run: () => Promise<APIGatewayProxyStructuredResultV2>) => {
  const log = recordingLogger();
  await middy<ApiEvent, APIGatewayProxyStructuredResultV2>()
    .use(measureAnswers('test', log))
    .use(answerProblem('test', log))
    .handler(run)(apiEvent(), lambdaContext);
  return log.measured;
};

test.each([
  [200, []],
  [404, [{ function: 'test', Http4xx: 1 }]],
  [503, [{ function: 'test', Http5xx: 1 }]],
])('measures an answer with %i', async (statusCode, expected) => {
  expect(await measured(async () => ({ statusCode }))).toEqual(expected);
});

test('measures the answer that an error becomes', async () => {
  const failed = await measured(async () => Promise.reject(new Error('broken')));
  expect(failed).toEqual([{ function: 'test', Http5xx: 1 }]);
});
