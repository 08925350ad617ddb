import { beforeEach, describe, expect, test } from '@jest/globals';
import type { LogEntry, MessageSid } from '@qdn/domain';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { memoryBucket } from '../testing/memory-bucket.ts';
import { chained, GENESIS, parseLine } from './record.ts';
import { type VerifyOptions, verifyLog } from './verify.ts';
import { createChain } from './writer.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 23, 15);
const anEntry = (id: string): LogEntry => ({
  id,
  type: 'message',
  at: NOW,
  sid: `SM${'1'.repeat(32)}` as MessageSid,
  timelineId: 'QDN-1042',
  data: { body: `words of ${id}` },
});

/** Makes three hours, each with two objects of two records: records 1–4 in hour 15, its seal 5, 6–9, 10, and 11–14 in hour 17. */
const aLog = async () => {
  let now = NOW;
  const bucket = memoryBucket();
  const chain = createChain(bucket, () => now);
  for (const hour of [15, 16, 17]) {
    now = NOW + (hour - 15) * HOUR;
    for (const batch of [0, 1]) await chain.append(['a', 'b'].map((name) => anEntry(`${hour}-${batch}-${name}`)));
  }
  return bucket;
};
const at = (hour: number, index: number) => `messages/2026/11/23/${hour}/000000000${index}.ndjson`;

let bucket: Awaited<ReturnType<typeof aLog>>;
beforeEach(async () => {
  bucket = await aLog();
});
const problem = async (options?: VerifyOptions) => (await verifyLog(bucket, options)).problem;
const textOf = (key: string): string => bucket.objects.get(key) ?? '';
const edit = (key: string, change: (lines: string[]) => string[]): void => {
  const lines = textOf(key).trimEnd().split('\n');
  bucket.objects.set(
    key,
    change(lines)
      .map((line) => `${line}\n`)
      .join(''),
  );
};

/** Changes or removes one character of an object at a time. The verifier must find each change. */
const findsAnyChange = async (numRuns: number): Promise<void> => {
  const keys = [...bucket.objects.keys()];
  const mark = fc.record({ key: fc.constantFrom(...keys), part: fc.double({ min: 0, max: 0.9999, noNaN: true }) });
  await fc.assert(
    fc.asyncProperty(mark, fc.constantFrom('', 'x', '0', ' ', '\n', '"'), async ({ key, part }, character) => {
      const whole = textOf(key);
      const place = Math.floor(part * whole.length);
      const changed = whole.slice(0, place) + character + whole.slice(place + 1);
      fc.pre(changed !== whole);
      bucket.objects.set(key, changed);
      const found = await problem();
      bucket.objects.set(key, whole);
      expect(found).not.toBeNull();
    }),
    { numRuns },
  );
};

describe('an unchanged log', () => {
  test('is proven, except for the end of its open hour', async () => {
    const { end, ...verdict } = await verifyLog(bucket);
    expect(verdict).toEqual({
      objects: 9,
      records: 15,
      problem: null,
      unproven: [
        `The hour 2026/11/23/17 is open: only a later record will prove that nothing was removed after ${at(17, 1)}.`,
      ],
    });
    expect(end?.sequence).toBe(14);
    expect(textOf(at(17, 1))).toContain(`"hash":"${end?.hash}"}`);
  });

  test('is proven from hour to hour, each joined to the records before and after it', async () => {
    const hour = { from: '2026/11/23/16', to: '2026/11/23/16' };
    expect(await verifyLog(bucket, hour)).toMatchObject({
      // The first object after the range is read too: it proves the hour's end.
      records: 7,
      problem: null,
      unproven: [`Nothing before ${at(15, 2)} was checked.`],
    });
  });

  test('contains a hash that was noted earlier, and no other', async () => {
    const noted = parseLine(textOf(at(15, 1)).split('\n')[1] ?? '')?.record.hash ?? '';
    expect(await problem({ expect: noted })).toBeNull();
    expect(await problem({ expect: 'f'.repeat(64) })).toContain('not the log that the hash was noted from');
  });

  test('that is empty proves nothing, and the report says so', async () => {
    expect(await verifyLog(memoryBucket())).toMatchObject({
      problem: null,
      unproven: [expect.stringContaining('no log')],
    });
  });

  test('is complete when its writer stopped right after a seal, and reports the open end', async () => {
    for (const index of [0, 1]) bucket.objects.delete(at(17, index));
    expect(await verifyLog(bucket)).toMatchObject({
      problem: null,
      unproven: [expect.stringContaining('2026/11/23/17')],
    });
  });

  test('is proven from its oldest hour that has not expired', async () => {
    for (const index of [0, 1, 2]) bucket.objects.delete(at(15, index));
    expect(await problem()).toContain('The hour 2026/11/23/15 is missing');
    expect(await problem({ expiredBefore: '2026/11/23/15' })).toContain('The hour 2026/11/23/15 is missing');
    expect(await verifyLog(bucket, { expiredBefore: '2026/11/23/16' })).toMatchObject({
      problem: null,
      unproven: [expect.stringContaining('expired'), expect.any(String)],
    });
  });
});

describe('the verifier names the first place', () => {
  const cases: Array<[string, () => void, string | RegExp]> = [
    ['an object was removed', () => bucket.objects.delete(at(15, 1)), `${at(15, 1)} is missing`],
    ['the first object of an hour was removed', () => bucket.objects.delete(at(16, 0)), `${at(16, 0)} is missing`],
    ['the seal of an hour was removed', () => bucket.objects.delete(at(15, 2)), `${at(15, 2)} is missing`],
    ['the first record was removed', () => bucket.objects.delete('messages/begin.ndjson'), 'messages/begin.ndjson'],
    [
      'a whole hour was removed',
      () => [0, 1, 2].map((index) => bucket.objects.delete(at(16, index))),
      'The hour 2026/11/23/16 is missing',
    ],
    [
      'the first hour was removed',
      () => [0, 1, 2].map((index) => bucket.objects.delete(at(15, index))),
      'The hour 2026/11/23/15 is missing',
    ],
    ['a line was removed', () => edit(at(15, 1), (lines) => lines.slice(1)), `${at(15, 1)}, line 1 (record 4`],
    [
      'the last line of an object was removed',
      () => edit(at(15, 1), (lines) => lines.slice(0, 1)),
      `${at(15, 2)}, line 1`,
    ],
    ['two lines were swapped', () => edit(at(16, 0), (lines) => lines.toReversed()), `${at(16, 0)}, line 1 (record 7`],
    [
      'a line was repeated',
      () => edit(at(16, 0), ([one = '', ...rest]) => [one, one, ...rest]),
      `${at(16, 0)}, line 2`,
    ],
    [
      'a word was changed',
      () => edit(at(16, 1), (lines) => lines.map((line) => line.replace('16-1-b"', '16-1-c"'))),
      `${at(16, 1)}, line 2`,
    ],
    ['a blank was added', () => edit(at(16, 1), ([one = '', ...rest]) => [`${one} `, ...rest]), `${at(16, 1)}, line 1`],
    ['an object was emptied', () => bucket.objects.set(at(16, 1), ''), at(16, 1)],
    [
      'an object was cut off',
      () => bucket.objects.set(at(16, 1), textOf(at(16, 1)).slice(0, -1)),
      `${at(16, 1)} is cut`,
    ],
    [
      'the last object of a sealed hour was replaced by one that fits the records before it',
      () => {
        const before = parseLine(textOf(at(15, 1)).trimEnd().split('\n')[1] ?? '')?.record ?? GENESIS;
        const seal = { type: 'seal' as const, id: 'seal', at: NOW, data: { next: '2026/11/23/16' } };
        bucket.objects.set(at(15, 2), chained([seal], before).text);
      },
      `${at(16, 0)}, line 1 (record 6`,
    ],
    [
      'an hour was sealed early, and the rest of it removed',
      () => {
        const before = parseLine(textOf(at(15, 0)).trimEnd().split('\n')[1] ?? '')?.record ?? GENESIS;
        const seal = { type: 'seal' as const, id: 'seal', at: NOW, data: { next: '2026/11/23/16' } };
        bucket.objects.set(at(15, 1), chained([seal], before).text);
        bucket.objects.delete(at(15, 2));
      },
      `${at(16, 0)}, line 1 (record 6`,
    ],
    [
      'an object was put after a seal',
      () => bucket.objects.set(at(15, 3), textOf(at(15, 1))),
      `${at(15, 3)} is at a place that the log has already passed`,
    ],
    [
      'an object was put into the folder',
      () => bucket.objects.set('messages/2026/11/23/16/x', '{}'),
      '16/x is not an object',
    ],
    [
      'two objects were swapped',
      () => {
        const [one, other] = [textOf(at(15, 0)), textOf(at(15, 1))];
        bucket.objects.set(at(15, 0), other).set(at(15, 1), one);
      },
      `${at(15, 0)}, line 1 (record 3`,
    ],
  ];
  test.each(cases)('when %s', async (_, tamper, place) => {
    tamper();
    expect(await problem()).toMatch(place);
  });

  test('when a neighbour of the requested hours was removed', async () => {
    bucket.objects.delete(at(15, 2));
    expect(await problem({ from: '2026/11/23/16' })).toContain(`${at(15, 2)} is missing`);
    bucket.objects.delete(at(16, 2));
    expect(await problem({ to: '2026/11/23/16' })).not.toBeNull();
  });

  test('when any one character of any object was changed or removed', async () => {
    await findsAnyChange(runs(500));
  });
});

describe('the verifier of a busy hour', () => {
  /** Makes a log whose first hour has branches and is sealed; a second hour has branches and is open. */
  const busyLog = async () => {
    const busy = memoryBucket(async (_, effect) => {
      await new Promise((resolve) => setImmediate(resolve));
      return effect();
    });
    for (const hour of [15, 16]) {
      const now = NOW + (hour - 15) * HOUR;
      const chains = [0, 1, 2, 3].map((i) =>
        createChain(
          busy,
          () => now,
          () => i / 99,
        ),
      );
      for (let batch = 0; batch < 6; batch += 1)
        await Promise.all(chains.map((chain, i) => chain.append([anEntry(`${hour}-${i}-${batch}`)])));
    }
    return busy;
  };
  beforeEach(async () => {
    bucket = await busyLog();
  });
  const branchKeys = (hour: number) =>
    [...bucket.objects.keys()].filter((key) => key.includes(`/${hour}/branch-`)).sort();
  /** The keys of the first branch that has entries, from its opening to its end. */
  const oneBranch = (hour: number): string[] => {
    const folders = [...new Set(branchKeys(hour).map((key) => key.slice(0, key.lastIndexOf('/'))))];
    const keys = folders.map((folder) => branchKeys(hour).filter((key) => key.startsWith(folder)));
    return keys.find(({ length }) => length > 3) ?? [];
  };

  test('proves it, and names the branches that are open', async () => {
    const { problem: found, unproven } = await verifyLog(bucket);
    expect(found).toBeNull();
    expect(unproven).toEqual([expect.stringContaining('branches of the hour 2026/11/23/16'), expect.any(String)]);
    const sealed = { from: '2026/11/23/15', to: '2026/11/23/15' };
    expect(await verifyLog(bucket, sealed)).toMatchObject({ problem: null });
  });

  const attacks: Array<[string, () => void]> = [
    ['a branch was removed', () => oneBranch(15).map((key) => bucket.objects.delete(key))],
    ['a branch of the open hour was removed', () => oneBranch(16).map((key) => bucket.objects.delete(key))],
    ['an object within a branch was removed', () => bucket.objects.delete(oneBranch(15)[1] ?? '')],
    ['the seal of a branch was removed', () => bucket.objects.delete(oneBranch(15).at(-1) ?? '')],
    [
      'the end of a branch was removed',
      () =>
        oneBranch(15)
          .slice(-2)
          .map((key) => bucket.objects.delete(key)),
    ],
    [
      'a branch was replaced by one that is consistent',
      () => {
        const [first = '', ...rest] = oneBranch(15);
        const slot = parseLine(textOf(first).trimEnd())?.record;
        const data = slot?.data ?? {};
        const begin = chained([{ type: 'branch', id: slot?.id ?? '', at: NOW + 1, data }], GENESIS);
        for (const key of rest) bucket.objects.delete(key);
        bucket.objects.set(first, begin.text);
      },
    ],
    [
      'a branch was added',
      () => {
        const data = { branch: 90, hour: '2026/11/23/15' };
        const begin = chained([{ type: 'branch', id: 'x', at: NOW, data }], GENESIS);
        bucket.objects.set('messages/2026/11/23/15/branch-90/0000000000.ndjson', begin.text);
        const more = chained([{ ...anEntry('made up'), type: 'message' }], begin.end);
        bucket.objects.set('messages/2026/11/23/15/branch-90/0000000001.ndjson', more.text);
      },
    ],
    [
      'an object was put after the seal of a branch',
      () => {
        const seal = oneBranch(15).at(-1) ?? '';
        const next = seal.replace(/\d{10}/, (index) => String(Number(index) + 1).padStart(10, '0'));
        const { record } = parseLine(textOf(seal).trimEnd()) ?? {};
        bucket.objects.set(next, chained([anEntry('late')], record ?? GENESIS).text);
      },
    ],
    [
      'a branch was moved to another hour',
      () => {
        for (const key of oneBranch(15)) bucket.objects.set(key.replace('/15/', '/17/'), textOf(key));
      },
    ],
  ];
  test.each(attacks)('finds that %s', async (_, tamper) => {
    tamper();
    expect(await problem()).not.toBeNull();
  });

  test('accepts a branch whose writer stopped before the trunk named it, as long as it has no entries', async () => {
    const begin = chained([{ type: 'branch', id: 'x', at: NOW, data: { branch: 90, hour: '2026/11/23/15' } }], GENESIS);
    bucket.objects.set('messages/2026/11/23/15/branch-90/0000000000.ndjson', begin.text);
    expect(await problem()).toBeNull();
  });

  test('finds any one character that was changed or removed', async () => {
    await findsAnyChange(runs(300));
  });
});
