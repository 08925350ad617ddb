import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { expect, test } from '@jest/globals';
import { startSchedules } from './schedules.ts';
import { startTestSqsS3 } from './testing/engines.ts';

test('sends a rule’s record to its queue in every interval, and continues after a missing queue', async () => {
  const { sqs, queueUrl, close } = await startTestSqsS3({
    Queue: { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'there' } },
  });
  const errors: unknown[] = [];
  const rule = (name: string) => ({ everyMs: 30, queueArn: name, input: '{"kind":"sweep"}' });
  const url = queueUrl('there');
  const urlOf = (name: string) => (name === 'there' ? url : `${url}-gone`);
  const stop = startSchedules([rule('gone'), rule('there')], urlOf, sqs, (error) => errors.push(error));
  try {
    const seen: string[] = [];
    while (seen.length < 2) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, WaitTimeSeconds: 2 }));
      seen.push(...Messages.map(({ Body = '' }) => Body));
    }
    expect(new Set(seen)).toEqual(new Set(['{"kind":"sweep"}']));
    expect(errors.length).toBeGreaterThan(0);
  } finally {
    stop();
    await close();
  }
}, 20_000);
