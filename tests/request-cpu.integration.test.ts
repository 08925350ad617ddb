import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const repository = join(import.meta.dirname, '..');
const TIMEOUT_MS = 300_000;

/** Returns the CPU of a request with six fixes a post, divided by raw HMAC and JSON of the same size in the same run. */
const ratioOf = (request: 'post' | 'get'): number => {
  const printed = execFileSync(process.execPath, ['bench/request-cpu.ts', request, '6'], {
    cwd: repository,
    encoding: 'utf8',
  });
  return Number(/ratio: ([\d.]+)/.exec(printed)?.[1] ?? Number.NaN);
};

// The limits are two to four times the measured ratios (docs/scale.md): a busy machine does not reach them, work that grows with the trail does.
test.each([
  ['a report', 'post', 60],
  ['a poll', 'get', 40],
] as const)(
  '%s of a trailer with ten hours of fixes stays near the raw work of its size',
  (_, request, limit) => {
    const ratio = ratioOf(request);
    expect(ratio).toBeGreaterThan(1);
    expect(ratio).toBeLessThan(limit);
  },
  TIMEOUT_MS,
);
