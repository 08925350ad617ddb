import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { createLogger } from '@qdn/lambda';
import { localMetrics } from './metrics.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const folder = mkdtempSync(join(tmpdir(), 'qdn-metrics-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('reports that the local system is not running', () => {
  expect(() => localMetrics(folder, 0)).toThrow('Start it with: npm start');
});

test('adds up what the functions have written since then, and stumbles over no other line', () => {
  const logs = join(folder, '.local', 'logs');
  mkdirSync(logs, { recursive: true });
  writeFileSync(join(folder, '.local', 'local.json'), JSON.stringify({ cloud: { logs } }));
  const lines: string[] = ['serverless-offline says hello', '{"_aws":{"Timest'];
  const at = (when: number) =>
    createLogger(
      'sms-relay',
      (line) => lines.push(line),
      () => when,
    );
  at(NOW - 10_000_000).measure({ Received: 1 });
  at(NOW).measure({ Received: 1, Http5xx: 1 });
  at(NOW).measure({ RelayLatency: 800, Received: 1 });
  at(NOW).measure({ RelayLatency: 400 });
  at(NOW).info('MESSAGE_RECEIVED');
  writeFileSync(join(logs, 'sms-relay.log'), lines.join('\n'));
  const rows = localMetrics(folder, NOW - 3_600_000)
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  expect(rows).toEqual([
    ['metric', 'times', 'sum', 'highest', 'last'],
    ['Http5xx', '1', '1', '1', '1'],
    ['Received', '2', '2', '1', '1'],
    ['RelayLatency', '2', '1200', '800', '400'],
  ]);
  expect(localMetrics(folder, NOW + 1)).toBe('There are no metrics in that time range.');
});
