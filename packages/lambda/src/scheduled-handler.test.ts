import { expect, test } from '@jest/globals';
import { correlationId } from './correlation.ts';
import { scheduledHandler } from './scheduled-handler.ts';
import { recordingLogger } from './testing.ts';

test('runs the function under Lambda’s request ID', async () => {
  const ids: Array<string | undefined> = [];
  const handler = scheduledHandler({ name: 'test', log: recordingLogger() }, async () => {
    await Promise.resolve();
    ids.push(correlationId());
  });
  await Promise.all([handler({}, { awsRequestId: 'a' }), handler({}, { awsRequestId: 'b' })]);
  expect(ids).toEqual(['a', 'b']);
  expect(correlationId()).toBeUndefined();
});

test('logs the function’s error, and fails', async () => {
  const log = recordingLogger();
  const handler = scheduledHandler({ name: 'test', log }, async () => Promise.reject(new Error('no table')));
  await expect(handler({}, { awsRequestId: 'a' })).rejects.toThrow('no table');
  expect(log.lines.join()).toContain('RUN_FAILED');
});
