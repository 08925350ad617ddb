import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import { lambdaContext, recordingLogger } from '../testing.ts';
import { logFailure } from './log-failure.ts';

test('logs the error of a run, and lets the run fail', async () => {
  const log = recordingLogger();
  const stack = middy<unknown, void>()
    .use(logFailure('test', log))
    .handler(async () => Promise.reject(new Error('no table')));
  await expect(stack({}, lambdaContext)).rejects.toThrow('no table');
  expect(log.lines.map((line) => JSON.parse(line))).toEqual([
    { level: 'error', message: 'RUN_FAILED', function: 'test', error: 'Error', reason: 'no table' },
  ]);
});
