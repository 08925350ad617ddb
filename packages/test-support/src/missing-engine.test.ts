import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { missingEngine } from './missing-engine.ts';
import { lastLine } from './missing-engine-reporter.ts';

const NJS = 'njs (apt-get install njs)';

test('names each missing engine once in the last line of a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'qdn-missing-'));
  const file = join(folder, 'engines');
  try {
    expect(lastLine(file)).toBeNull();
    for (const engine of [NJS, 'Chromium', NJS]) missingEngine(engine, { QDN_MISSING_ENGINES: file });
    expect(lastLine(file)).toBe(`SKIPPED, because it is not installed: ${NJS}, Chromium`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('fails in CI when an engine is missing', () => {
  expect(() => missingEngine(NJS, { CI: 'true' })).toThrow('Missing: njs');
});
