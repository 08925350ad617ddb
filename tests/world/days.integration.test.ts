import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type Day, dayOfDrive, playDay, readDays, readDrives } from '@qdn/world';
import { openVirtualSystem } from './virtual-system.ts';

/*
 * Plays the days of packages/world and the recorded drives of tests/drives against the product in virtual time. The expectations that
 * the product does not meet are noted in a file: a new one fails, and one that is met now must be taken off the list.
 * `QDN_ACCEPT_DAYS=1` writes the list again.
 */

const NOTED = join(import.meta.dirname, 'unmet-expectations.json');
const isAccepting = process.env['QDN_ACCEPT_DAYS'] === '1';
const noted: Record<string, readonly string[]> = JSON.parse(readFileSync(NOTED, 'utf8'));
const recorded = readDrives(join(import.meta.dirname, '../drives')).map((drive) => dayOfDrive(drive));
const drives = recorded.flatMap((each) => each.drives);
const days: readonly Day[] = [...readDays(), ...recorded.map(({ day }) => day)];

describe('days', () => {
  const unmet: Record<string, readonly string[]> = {};

  test.each(days.map(({ id, story }) => [id, story]))('%s: %s', async (id) => {
    const day = days.find((each) => each.id === id) as Day;
    const { verdicts } = await playDay(day, openVirtualSystem, { drives });
    unmet[id] = verdicts.filter(({ met }) => met === false).map(({ expected }) => expected);
    expect(isAccepting ? (noted[id] ?? []) : unmet[id]).toEqual(noted[id] ?? []);
  });

  test('notes no day that is not played', () => {
    if (isAccepting) writeFileSync(NOTED, `${JSON.stringify(unmet, null, 2)}\n`);
    const ids = new Set(days.map(({ id }) => id));
    expect(Object.keys(isAccepting ? unmet : noted).filter((id) => !ids.has(id))).toEqual([]);
  });

  test('gives the same verdicts for the same seed', async () => {
    const day = days.find(({ id }) => id === 'd02') as Day;
    const [one, same] = [await playDay(day, openVirtualSystem), await playDay(day, openVirtualSystem)];
    expect(same).toEqual(one);
  });
});
