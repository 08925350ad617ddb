import { describe, expect, test } from '@jest/globals';
import type { MessageSid, RecipientId } from '../ids.ts';
import { opened, UNMATCHED } from '../relay/outbound-message.ts';
import { memoryJobs } from './memory-jobs.ts';
import { memoryRelay } from './memory-relay.ts';
import { aJob } from './samples.ts';
import { assertItemFits, laggingIndex, MAX_ITEM_BYTES } from './table-limits.ts';

test('an item fits up to 400 KB in UTF-8', () => {
  const quotes = 2;
  expect(() => assertItemFits('x'.repeat(MAX_ITEM_BYTES - quotes))).not.toThrow();
  expect(() => assertItemFits('x'.repeat(MAX_ITEM_BYTES))).toThrow('Item size has exceeded');
  expect(() => assertItemFits('é'.repeat(MAX_ITEM_BYTES / 2))).toThrow('Item size has exceeded');
});

test('an index without a lag shows each write at once, and one with a lag after it', () => {
  let now = 0;
  const indexes = [laggingIndex<string, number>(null), laggingIndex<string, number>({ ms: 100, now: () => now })];
  const entries = () => indexes.map((index) => [...index.read()]);
  for (const index of indexes) index.put('a', 1);
  expect(entries()).toEqual([[['a', 1]], []]);
  now = 100;
  for (const index of indexes) index.remove('a');
  expect(entries()).toEqual([[], [['a', 1]]]);
  now = 200;
  expect(entries()).toEqual([[], []]);
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
