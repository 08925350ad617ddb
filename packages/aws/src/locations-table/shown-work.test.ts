import { describe, expect, test } from '@jest/globals';
import type { TrailerId } from '@qdn/domain';
import { documentTable } from '../testing/document-table.ts';
import { createLocationStore } from './locations.ts';

const NOW = Date.UTC(2026, 10, 23, 15);
const T1 = 'T1' as TrailerId;
const STORED = 3600;

/** Stores ten hours of fixes, `toAPost` to a report, and counts the rows that a reader decodes: it looks at their second number. */
const counting = async (toAPost: number) => {
  const table = documentTable();
  const decoded = new Set<unknown>();
  const watched = (row: unknown[]): unknown[] =>
    new Proxy(row, {
      get: (target, name, receiver) => {
        if (name === '1') decoded.add(target);
        return Reflect.get(target, name, receiver);
      },
    });
  const watchRows = (item: Record<string, unknown>) => ({ ...item, f: (item['f'] as unknown[][]).map(watched) });
  const { send } = table.client as unknown as { send: (command: { input: { Item?: object } }) => Promise<object> };
  const client = {
    send: (command: { input: { Item?: object } }) => {
      const { Item } = command.input;
      return send(Item ? { input: { ...command.input, Item: watchRows(Item as Record<string, unknown>) } } : command);
    },
  };
  const store = createLocationStore(client as never, 'fixes');
  const fix = (i: number) => ({
    trailerId: T1,
    at: NOW - (STORED - i) * 10_000,
    lat: 30.2 + i / 1e4,
    lon: -97.7,
    accuracyM: 5,
    speedMps: 12,
    headingDeg: 0,
  });
  for (let i = 0; i < STORED; i += toAPost) await store.append(Array.from({ length: toAPost }, (_, k) => fix(i + k)));
  table.counted.read = 0;
  decoded.clear();
  return { store, counted: table.counted, decoded };
};

describe('the work of a poll with 3,600 fixes stored', () => {
  test.each([1, 6, 20, 120, 400])('is bounded for %i fixes in a report', async (toAPost) => {
    const { store, counted, decoded } = await counting(toAPost);
    const shown = await store.shown(T1, NOW, 30);
    expect(shown.at(-1)?.at).toBe(NOW - 10_000);
    expect(counted.read).toBeLessThanOrEqual(30);
    expect(decoded.size).toBe(shown.length);
    expect(shown.length).toBeGreaterThanOrEqual(30);
    expect(shown.length).toBeLessThanOrEqual(160);
  });

  test('reads no report of more than half an hour ago while the trailer reports', async () => {
    const { store, counted } = await counting(120);
    await store.shown(T1, NOW, 30);
    expect(counted.read).toBe(2);
  });
});
