import { describe, expect, test } from '@jest/globals';
import type { LogEntry, MessageSid } from '@qdn/domain';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';
import { type BucketCall, memoryBucket } from '../testing/memory-bucket.ts';
import { linesOf, parseLine } from './record.ts';
import { verifyLog } from './verify.ts';
import { createChain } from './writer.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 10, 23, 15, 59);
const SID = `SM${'1'.repeat(32)}` as MessageSid;
const anEntry = (id: string): LogEntry => ({
  id,
  type: 'message',
  at: NOW,
  sid: SID,
  timelineId: 'QDN-1042',
  data: { record: { body: `“${id}” \ud83d 🚚\n`, b: 1, a: [null, 0.1] } },
});
const recordsOf = (objects: ReadonlyMap<string, string>) =>
  [...objects.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([key, text]) => linesOf(text).map((line) => ({ key, ...parseLine(line)?.record })));
const idsIn = (objects: ReadonlyMap<string, string>) =>
  recordsOf(objects).flatMap(({ id, type }) => (type === 'message' ? (id ?? []) : []));

describe('the compliance log', () => {
  test('is one object per batch and hour; each record has the hash of the previous one, across hours', async () => {
    let now = NOW;
    const bucket = memoryBucket();
    const chain = createChain(bucket, () => now);
    await chain.append([anEntry('a'), anEntry('b')]);
    await chain.append([anEntry('c')]);
    now += HOUR;
    await chain.append([anEntry('d')]);
    const records = recordsOf(bucket.objects);
    expect(records.map(({ key, sequence, type, id }) => [key, sequence, type, id])).toEqual([
      ['messages/2026/11/23/15/0000000000.ndjson', 1, 'message', 'a'],
      ['messages/2026/11/23/15/0000000000.ndjson', 2, 'message', 'b'],
      ['messages/2026/11/23/15/0000000001.ndjson', 3, 'message', 'c'],
      ['messages/2026/11/23/15/0000000002.ndjson', 4, 'seal', 'seal~2026/11/23/15'],
      ['messages/2026/11/23/16/0000000000.ndjson', 5, 'message', 'd'],
      ['messages/begin.ndjson', 0, 'begin', 'begin'],
    ]);
    expect(records.slice(1, 5).map(({ previous }) => previous)).toEqual(records.slice(0, 4).map(({ hash }) => hash));
    expect(records[0]?.previous).toBe(records[5]?.hash);
    expect(records[5]?.previous).toBe('0'.repeat(64));
    expect(await verifyLog(bucket)).toMatchObject({ problem: null, records: 6, objects: 5 });
  });

  test('takes only one PUT for a batch, two for the first of an hour, and few calls to find its end', async () => {
    let now = NOW;
    const bucket = memoryBucket();
    const chain = createChain(bucket, () => now);
    const cost = async (call: () => Promise<void>) => {
      bucket.calls.splice(0);
      await call();
      return bucket.calls.map(({ name }) => name).join(' ');
    };
    await chain.append([anEntry('first')]);
    expect(await cost(() => chain.append([anEntry('a'), anEntry('b')]))).toBe('putNew');
    now += HOUR;
    expect(await cost(() => chain.append([anEntry('c')]))).toBe('putNew putNew');
    expect(await cost(() => createChain(bucket, () => now).append([anEntry('d')]))).toBe(
      'list list list list list read putNew',
    );
    expect(await cost(() => chain.append([anEntry('e')]))).toBe('putNew read putNew');
    expect(await cost(() => chain.append([]))).toBe('');
  });

  test('a container that was idle while others wrote much continues directly after their last object', async () => {
    const bucket = memoryBucket();
    const [early, busy] = [createChain(bucket, () => NOW), createChain(bucket, () => NOW)];
    await early.append([anEntry('a')]);
    for (let i = 0; i < 1500; i += 1) await busy.append([anEntry(`b${i}`)]);
    bucket.calls.splice(0);
    await early.append([anEntry('c')]);
    expect(bucket.calls.map(({ name }) => name)).toEqual([
      'putNew',
      'read',
      'putNew',
      'read',
      // A list has at most a thousand keys.
      'list',
      'list',
      'read',
      'putNew',
    ]);
    expect(await verifyLog(bucket)).toMatchObject({ problem: null, records: 1503 });
  });

  test('a repeated entry is not written again, neither by the container that wrote it nor by one that finds it', async () => {
    const bucket = memoryBucket();
    const [one, other] = [createChain(bucket, () => NOW), createChain(bucket, () => NOW)];
    await one.append([anEntry('a'), anEntry('a')]);
    await other.append([anEntry('x')]);
    await one.append([anEntry('a')]);
    await one.append([anEntry('x'), anEntry('y')]);
    expect(idsIn(bucket.objects)).toEqual(['a', 'x', 'y']);
  });

  test('an answer that is lost after the object was stored does not cause a second object', async () => {
    let isLost = false;
    const bucket = memoryBucket(async ({ name }, effect) => {
      const result = effect();
      if (name === 'putNew' && isLost) throw new Error('socket hang up');
      return result;
    });
    const chain = createChain(bucket, () => NOW);
    await chain.append([anEntry('a')]);
    isLost = true;
    await expect(chain.append([anEntry('b')])).rejects.toThrow('socket hang up');
    isLost = false;
    await chain.append([anEntry('b')]);
    expect(idsIn(bucket.objects)).toEqual(['a', 'b']);
  });

  test('a writer whose clock is behind does not write into a sealed hour', async () => {
    const bucket = memoryBucket();
    const [ahead, behind] = [createChain(bucket, () => NOW + HOUR), createChain(bucket, () => NOW)];
    await behind.append([anEntry('a')]);
    await ahead.append([anEntry('b')]);
    await behind.append([anEntry('c')]);
    expect(recordsOf(bucket.objects).findLast(({ id }) => id === 'c')?.key).toBe(
      'messages/2026/11/23/16/0000000001.ndjson',
    );
    expect(await verifyLog(bucket)).toMatchObject({ problem: null });
  });

  test('messages are still logged after a damaged end, and the verifier names it', async () => {
    const bucket = memoryBucket();
    await createChain(bucket, () => NOW).append([anEntry('a')]);
    const key = 'messages/2026/11/23/15/0000000000.ndjson';
    bucket.objects.set(key, 'no log\n');
    await createChain(bucket, () => NOW).append([anEntry('b')]);
    expect(idsIn(bucket.objects)).toEqual(['b']);
    expect((await verifyLog(bucket)).problem).toContain(key);
  });
});

describe('a busy hour', () => {
  /** Writes batches with several writers at the same time, each step in turn. @returns the calls of each kind */
  const writeAtOnce = async (bucket: ReturnType<typeof memoryBucket>, writers: number, batches: number, now = NOW) => {
    const chains = Array.from({ length: writers }, (_, i) =>
      createChain(
        bucket,
        () => now,
        () => (i % 9) / 9,
      ),
    );
    for (let batch = 0; batch < batches; batch += 1)
      await Promise.all(chains.map((chain, i) => chain.append([anEntry(`${now}-${i}-${batch}`)])));
    return chains;
  };
  const countOf = (bucket: ReturnType<typeof memoryBucket>, name: BucketCall['name']) =>
    bucket.calls.filter((call) => call.name === name).length;
  /** A bucket in which each call takes a turn, so that writers run side by side. */
  const slowBucket = () =>
    memoryBucket(async (_, effect) => {
      await new Promise((resolve) => setImmediate(resolve));
      return effect();
    });

  test('writers that take each other’s places go on in branches, by about one PUT a batch', async () => {
    const bucket = slowBucket();
    await writeAtOnce(bucket, 5, 40);
    const branches = new Set([...bucket.objects.keys()].flatMap((key) => /branch-\d\d/.exec(key)?.[0] ?? []));
    expect(branches.size).toBeGreaterThanOrEqual(3);
    expect(countOf(bucket, 'putNew') / 200).toBeLessThan(1.25);
    expect(new Set(idsIn(bucket.objects)).size).toBe(200);
    expect(await verifyLog(bucket)).toMatchObject({ problem: null });
  });

  test('two writers that meet now and then stay in the trunk', async () => {
    const bucket = slowBucket();
    await writeAtOnce(bucket, 2, 1);
    expect([...bucket.objects.keys()].filter((key) => key.includes('branch'))).toEqual([]);
  });

  test('is sealed with the ends of its branches, and the next hour begins in the trunk', async () => {
    const bucket = slowBucket();
    await writeAtOnce(bucket, 5, 10);
    const late = createChain(bucket, () => NOW + HOUR);
    await late.append([anEntry('next')]);
    const seals = recordsOf(bucket.objects).filter(({ type }) => type === 'seal');
    const ofTrunk = seals.find(({ data }) => data?.['next'] !== undefined);
    const branches = seals.length - 1;
    expect(branches).toBeGreaterThanOrEqual(3);
    expect(Object.keys(Object(ofTrunk?.data?.['branches']))).toHaveLength(branches);
    expect(recordsOf(bucket.objects).find(({ id }) => id === 'next')?.key).toBe(
      'messages/2026/11/23/16/0000000000.ndjson',
    );
    expect(await verifyLog(bucket, { to: '2026/11/23/15' })).toMatchObject({ problem: null, unproven: [] });
  });

  test('a writer that is left in a sealed branch continues in the next hour', async () => {
    const bucket = slowBucket();
    const chains = await writeAtOnce(bucket, 5, 10);
    await createChain(bucket, () => NOW + HOUR).append([anEntry('next')]);
    await Promise.all(chains.map((chain, i) => chain.append([anEntry(`behind-${i}`)])));
    const places = recordsOf(bucket.objects).filter(({ id }) => id?.startsWith('behind-'));
    expect(places).toHaveLength(5);
    expect(places.every(({ key }) => key.startsWith('messages/2026/11/23/16/'))).toBe(true);
    expect(await verifyLog(bucket)).toMatchObject({ problem: null });
  });

  test('the end of a long chain is found by a few lists', async () => {
    const bucket = memoryBucket();
    const busy = createChain(bucket, () => NOW);
    for (let i = 0; i < 9000; i += 1) await busy.append([anEntry(`b${i}`)]);
    bucket.calls.splice(0);
    await createChain(bucket, () => NOW).append([anEntry('last')]);
    expect(countOf(bucket, 'list')).toBeLessThan(20);
    expect(idsIn(bucket.objects).at(-1)).toBe('last');
    expect(bucket.objects.has('messages/2026/11/23/15/0000009000.ndjson')).toBe(true);
  });
});

/** Fault of one call. `late`: it fails for its writer, and takes effect afterwards. */
const FAULTS = ['none', 'none', 'none', 'refused', 'answer-lost', 'late', 'crash-before', 'crash-after'] as const;
type Fault = (typeof FAULTS)[number];
class Crash extends Error {}

type History = { acknowledged: string[]; objects: Map<string, string> };

/**
 * Runs writers of one log, each with batches from a queue: a failed batch is retried by any worker. The scheduler chooses the order of
 * all steps; `faults` lists the fault of each call, until they are used up.
 */
const race = async (
  s: fc.Scheduler,
  setting: { writers: number; batches: number; faults: readonly Fault[]; jumpsMs: readonly number[]; skewMs: number },
  overwrites = false,
): Promise<History> => {
  const faults = [...setting.faults];
  const jumps = [...setting.jumpsMs];
  let now = NOW;
  const around = async <T>(_: BucketCall, effect: () => T): Promise<T> => {
    await s.schedule(Promise.resolve());
    now += jumps.shift() ?? 0;
    const fault = faults.shift() ?? 'none';
    if (fault === 'refused') throw new Error('SlowDown');
    if (fault === 'crash-before') throw new Crash();
    if (fault === 'late') {
      void s.schedule(Promise.resolve()).then(effect);
      throw new Error('timeout');
    }
    const result = effect();
    await s.schedule(Promise.resolve());
    if (fault === 'answer-lost') throw new Error('socket hang up');
    if (fault === 'crash-after') throw new Crash();
    return result;
  };
  const bucket = memoryBucket(around, { overwrites });
  const acknowledged: string[] = [];
  let picked = 0;
  // Two branches, so that writers meet there too.
  const random = () => {
    picked += 1;
    return (picked % 2) / 99;
  };
  const work = async (writer: number): Promise<void> => {
    const start = () => createChain(bucket, () => now + writer * setting.skewMs, random);
    let chain = start();
    for (let batch = 0; batch < setting.batches; batch += 1) {
      const ids = [`${writer}-${batch}-a`, `${writer}-${batch}-b`];
      for (let isDone = false; !isDone; ) {
        try {
          await chain.append(ids.map(anEntry));
          acknowledged.push(...ids);
          isDone = true;
        } catch (error) {
          if (error instanceof Crash) chain = start();
        }
      }
    }
  };
  const all = Promise.all(Array.from({ length: setting.writers }, (_, writer) => work(writer)));
  await s.waitFor(all);
  await s.waitIdle();
  return { acknowledged, objects: bucket.objects };
};

const settings = (faults: fc.Arbitrary<Fault[]>) =>
  fc.record({
    writers: fc.integer({ min: 1, max: 4 }),
    batches: fc.integer({ min: 1, max: 4 }),
    faults,
    jumpsMs: fc.array(fc.constantFrom(0, 0, 0, 60_000, HOUR, 3 * HOUR), { maxLength: 20 }),
    skewMs: fc.constantFrom(0, 0, 50, HOUR),
  });

/** Returns a sentence about the broken promise of a history; null when the log keeps it. */
const flaw = async ({ acknowledged, objects }: History): Promise<string | null> => {
  const ids = new Set(idsIn(objects));
  const lost = acknowledged.find((id) => !ids.has(id));
  if (lost) return `${lost} was acknowledged and is not in the log`;
  const bucket = memoryBucket();
  for (const [key, text] of objects) bucket.objects.set(key, text);
  return (await verifyLog(bucket)).problem;
};

describe('writers of one log', () => {
  test('for any faults in any order, acknowledged entries are in the log, and the chain is intact', async () => {
    const faults = fc.array(fc.constantFrom(...FAULTS), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), settings(faults), async (s, setting) => {
        expect(await flaw(await race(s, setting))).toBeNull();
      }),
      { numRuns: runs(400) },
    );
  }, 60_000);

  test('these orders reach branches, and hours that are sealed with branches', async () => {
    const seen = { branches: 0, sealed: 0 };
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), settings(fc.constant([])), async (s, setting) => {
        const { objects } = await race(s, { ...setting, writers: 4, batches: 4 });
        const records = recordsOf(objects);
        if (records.some(({ key }) => key.includes('branch'))) seen.branches += 1;
        if (records.some(({ type, data }) => type === 'seal' && data?.['branches'] !== undefined)) seen.sealed += 1;
      }),
      { numRuns: 200 },
    );
    expect(seen.branches).toBeGreaterThan(20);
    expect(seen.sealed).toBeGreaterThan(3);
  }, 60_000);

  test('without crashes no entry is there twice, for any number of lost answers', async () => {
    const faults = fc.array(fc.constantFrom('none' as const, 'refused' as const, 'answer-lost' as const), {
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), settings(faults), async (s, setting) => {
        const ids = idsIn((await race(s, { ...setting, writers: 1 })).objects);
        expect(ids).toHaveLength(new Set(ids).size);
      }),
      { numRuns: runs(200) },
    );
  }, 60_000);

  test('these checks find lost entries on a store that overwrites', async () => {
    const found = await fc.check(
      fc.asyncProperty(fc.scheduler(), settings(fc.constant([])), async (s, setting) => {
        expect(await flaw(await race(s, { ...setting, writers: 3 }, true))).toBeNull();
      }),
      { numRuns: runs(100), endOnFailure: true },
    );
    expect(found.failed).toBe(true);
  }, 60_000);
});
