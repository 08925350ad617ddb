import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { MAX_ITEM_BYTES } from '../errors.ts';
import type { MessageSid, RecipientId } from '../ids.ts';
import { opened, UNMATCHED } from '../relay/outbound-message.ts';
import { memoryJobs } from './memory-jobs.ts';
import { memoryRelay } from './memory-relay.ts';
import { orderedIndex } from './ordered-index.ts';
import { aJob } from './samples.ts';
import { assertItemFits } from './table-limits.ts';

test('an item fits up to 400 KB in UTF-8', () => {
  const quotes = 2;
  expect(() => assertItemFits('x'.repeat(MAX_ITEM_BYTES - quotes))).not.toThrow();
  expect(() => assertItemFits('x'.repeat(MAX_ITEM_BYTES))).toThrow('over 400 KB');
  expect(() => assertItemFits('é'.repeat(MAX_ITEM_BYTES / 2))).toThrow('over 400 KB');
});

test('an index without a lag shows each write at once, and one with a lag after it', () => {
  let now = 0;
  type Entry = { id: string; partition: string | null; at: number };
  const keysOf = ({ partition, at }: Entry) => ({ partitions: partition === null ? [] : [partition], at });
  const indexes = [
    orderedIndex<string, Entry>(null, keysOf),
    orderedIndex<string, Entry>({ ms: 100, now: () => now }, keysOf),
  ];
  const entries = () => indexes.map((index) => index.read('p').map(({ id }) => id));
  for (const index of indexes) index.put({ id: 'a', partition: 'p', at: 1 });
  expect(entries()).toEqual([['a'], []]);
  now = 100;
  for (const index of indexes) index.put({ id: 'a', partition: null, at: 1 });
  expect(entries()).toEqual([[], ['a']]);
  now = 200;
  expect(entries()).toEqual([[], []]);
});

test('an index reads what a list of its entries holds, in the order of sort key and ID', () => {
  const entry = fc.record({ id: fc.constantFrom(...'abcdefgh'), partition: fc.constantFrom('p', 'q'), at: fc.nat(9) });
  const bound = fc.option(fc.nat(10), { nil: undefined });
  fc.assert(
    fc.property(fc.array(entry), bound, bound, bound, fc.boolean(), (writes, from, before, count, isNewest) => {
      const index = orderedIndex(null, (one: (typeof writes)[number]) => ({ partitions: [one.partition], at: one.at }));
      for (const one of writes) index.put(one);
      const current = [...new Map(writes.map((one) => [one.id, one])).values()];
      const expected = current
        .filter(({ partition, at }) => partition === 'p' && at >= (from ?? 0) && at < (before ?? 99))
        .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
      const limit = count === undefined ? {} : isNewest ? { newest: count } : { oldest: count };
      const cut =
        count === undefined
          ? expected
          : isNewest
            ? expected.slice(Math.max(0, expected.length - count))
            : expected.slice(0, count);
      const range = { ...(from === undefined ? {} : { from }), ...(before === undefined ? {} : { before }), ...limit };
      expect(index.read('p', range)).toEqual(cut);
      expect(index.count('p')).toBe(current.filter(({ partition }) => partition === 'p').length);
    }),
  );
});

describe('a memory store whose indexes lag', () => {
  let now = 1000;
  const indexLag = { ms: 100, now: () => now };

  test('names a job that has ended to a phone, and leaves it out for a trailer, as the table does', async () => {
    const job = aJob();
    const store = memoryJobs([job], { indexLag });
    await store.update({ ...job, status: 'completed', version: 2 });
    const read = async () => [
      await store.activeByPhone(job.customer.phone),
      (await store.openByTrailer(job.trailers[0] ?? ('' as never), job.createdAt)).map(({ id }) => id),
      (await store.list(['in_transit'], null)).jobs.map(({ id }) => id),
    ];
    expect(await read()).toEqual([[job.id], [], [job.id]]);
    expect((await store.find(job.id))?.status).toBe('completed');
    now += 100;
    expect(await read()).toEqual([[], [], []]);
  });

  test('does not show a new text to its number yet, nor a resolved one as open', async () => {
    const store = memoryRelay({ indexLag });
    const key = { timelineId: UNMATCHED, messageSid: `SM${'0'.repeat(32)}` as MessageSid, attempt: 1 };
    const text = { ...key, recipient: 'dana' as RecipientId, to: '+15125550171', body: 'words', carrier: 'twilio' };
    const claim = opened(text, 'run-1', now);
    await store.open(claim);
    const read = async () => [(await store.sentTo(text.to, 0)).length, (await store.unresolved(now + 1, 50)).length];
    expect(await read()).toEqual([0, 0]);
    now += 100;
    expect(await read()).toEqual([1, 1]);
    const accepted = { state: 'ACCEPTED', carrierSid: 'SM1', errorCode: null, errorClass: null } as const;
    expect(await store.resolve(claim, accepted, now)).toBe(true);
    expect(await read()).toEqual([1, 0]);
  });
});
