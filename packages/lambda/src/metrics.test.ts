import { expect, test } from '@jest/globals';
import { withCorrelation } from './correlation.ts';
import { createLogger } from './logger.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const logged = (run: (log: ReturnType<typeof createLogger>) => void): unknown[] => {
  const lines: string[] = [];
  run(
    createLogger(
      'sms-relay',
      (line) => lines.push(line),
      () => NOW,
    ),
  );
  return lines.map((line) => JSON.parse(line));
};

test('writes a line in CloudWatch’s embedded metric format, with a number for each name that it announces', () => {
  expect(logged((log) => log.measure({ Relayed: 1, RelayLatency: 812 }, { sid: 'SM1' }))).toEqual([
    {
      service: 'sms-relay',
      sid: 'SM1',
      _aws: {
        Timestamp: NOW,
        CloudWatchMetrics: [
          { Namespace: 'QDN', Dimensions: [[]], Metrics: [{ Name: 'Relayed' }, { Name: 'RelayLatency' }] },
        ],
      },
      Relayed: 1,
      RelayLatency: 812,
    },
  ]);
});

test('counts failed requests by service, the only dimension', () => {
  expect(logged((log) => log.measure({ Http5xx: 1, Received: 1 }))).toEqual([
    expect.objectContaining({
      service: 'sms-relay',
      _aws: {
        Timestamp: NOW,
        CloudWatchMetrics: [
          { Namespace: 'QDN', Dimensions: [[]], Metrics: [{ Name: 'Received' }] },
          { Namespace: 'QDN', Dimensions: [['service']], Metrics: [{ Name: 'Http5xx' }] },
        ],
      },
    }),
  ]);
});

test('each line of a request carries its ID, also after a wait and beside other requests', async () => {
  const lines: string[] = [];
  const log = createLogger('sms-relay', (line) => lines.push(line));
  await Promise.all(
    ['one', 'two'].map((id) =>
      withCorrelation(id, async () => {
        log.info(`begins ${id}`);
        await new Promise((resolve) => setImmediate(resolve));
        log.measure({ Received: 1 }, { sid: id });
      }),
    ),
  );
  const found = lines.map((line) => JSON.parse(line));
  expect(found).toHaveLength(4);
  for (const { correlationId, sid, message } of found) expect(sid ?? message).toContain(correlationId);
});
