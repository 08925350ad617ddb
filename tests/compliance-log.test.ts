import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createChain } from '@qdn/aws/compliance-log/writer';
import { memoryBucket } from '@qdn/aws/testing';
import type { MessageSid } from '@qdn/domain';
import { missingEngine } from '@qdn/test-support/missing-engine';

/** Runs the script in docs/compliance-log.md for an independent check of the log. */
const script = /```python\n([\s\S]*?)```/.exec(
  readFileSync(join(import.meta.dirname, '..', 'docs', 'compliance-log.md'), 'utf8'),
)?.[1];
const hasPython = spawnSync('python3', ['--version']).status === 0;
const onPython = hasPython ? test : test.skip;
if (!hasPython) missingEngine('Python (apt-get install python3)');

let folder: string;
const check = () => spawnSync('python3', ['-c', script ?? '', folder], { encoding: 'utf8' });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'qdn-log-'));
  let now = Date.UTC(2026, 10, 23, 15, 30);
  const bucket = memoryBucket();
  const chain = createChain(bucket, () => now);
  for (let batch = 0; batch < 6; batch += 1) {
    const body = `“${batch}” 🚚 \ud83d \u2028 é \\ " ${0.1 * batch}`;
    const sid = `SM${String(batch).padStart(32, '0')}` as MessageSid;
    const data = { body, n: 1e21 * batch, é: [null, true], b: { z: 1, a: 2 } };
    await chain.append([
      { id: `${sid} message`, type: 'message', at: now, sid, timelineId: 'QDN-1042', data },
      { id: `${sid} text`, type: 'text', at: now, sid, timelineId: 'QDN-1042', data },
    ]);
    now += 20 * 60_000;
  }
  for (const [key, text] of bucket.objects) {
    mkdirSync(dirname(join(folder, key)), { recursive: true });
    writeFileSync(join(folder, key), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

onPython('the script in the documentation proves a log, over hours and whatever is in it', () => {
  const { stdout, stderr } = check();
  expect(stderr).toBe('');
  // The begin record, six batches of two, and the seals of 15:00 and 16:00.
  expect(stdout).toMatch(/^15 records, the last one is [0-9a-f]{64}\n$/);
});

onPython('and names what was changed or is missing', () => {
  const file = join(folder, 'messages/2026/11/23/16/0000000001.ndjson');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('🚚', '🚛'));
  expect(check().stderr).toMatch(/16\/0000000001.ndjson: record \d+ was changed/);
  rmSync(file);
  expect(check().stderr).toContain('16/0000000001.ndjson is missing');
  writeFileSync(file, text);
  expect(check().status).toBe(0);
});

onPython('it proves a log with branches too, and names a branch that was removed or cut', async () => {
  let now = Date.UTC(2026, 10, 24, 15);
  const busy = memoryBucket(async (_, effect) => {
    await new Promise((resolve) => setImmediate(resolve));
    return effect();
  });
  const chains = [0, 1, 2, 3].map((i) =>
    createChain(
      busy,
      () => now,
      () => i / 99,
    ),
  );
  for (let batch = 0; batch < 12; batch += 1) {
    if (batch === 6) now += 3_600_000;
    const write = (i: number) => {
      const sid = `SM${String(4 * batch + i).padStart(32, '0')}` as MessageSid;
      return { id: `${sid} message`, type: 'message' as const, at: now, sid, timelineId: 'QDN-1042', data: {} };
    };
    await Promise.all(chains.map((chain, i) => chain.append([write(i)])));
  }
  const own = mkdtempSync(join(tmpdir(), 'qdn-log-'));
  const checkOwn = () => spawnSync('python3', ['-c', script ?? '', own], { encoding: 'utf8' });
  const store = (key: string, text: string) => {
    mkdirSync(dirname(join(own, key)), { recursive: true });
    writeFileSync(join(own, key), text);
  };
  for (const [key, text] of busy.objects) store(key, text);
  const branch = [...busy.objects.keys()].filter((key) => /\/15\/branch-\d\d\//.test(key)).sort();
  expect(branch.length).toBeGreaterThan(2);
  expect(checkOwn().stderr).toBe('');
  const [first = '', last = ''] = [branch[0], branch.at(-1)];
  rmSync(join(own, last));
  expect(checkOwn().stderr).toContain('does not end as its hour');
  store(last, busy.objects.get(last) ?? '');
  rmSync(join(own, dirname(first)), { recursive: true });
  expect(checkOwn().stderr).toContain('is missing');
  rmSync(own, { recursive: true });
});

test('the page’s command prints the hash of a line, where sed and sha256sum exist', () => {
  const page = readFileSync(join(import.meta.dirname, '..', 'docs', 'compliance-log.md'), 'utf8');
  const command = /^sed .* \| sha256sum$/m.exec(page)?.[0];
  if (!command) throw new Error('The page has no such command');
  if (spawnSync('sh', ['-c', 'echo | sha256sum']).status !== 0) return;
  const [file = ''] = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ndjson'),
  );
  const [line = ''] = readFileSync(join(folder, file), 'utf8').split('\n');
  writeFileSync(join(folder, 'line.json'), `${line}\n`);
  const { stdout } = spawnSync('sh', ['-c', command], { cwd: folder, encoding: 'utf8' });
  rmSync(join(folder, 'line.json'));
  expect(stdout.slice(0, 64)).toBe(Object(JSON.parse(line)).hash);
});
