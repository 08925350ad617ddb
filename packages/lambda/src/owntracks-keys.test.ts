import { expect, test } from '@jest/globals';
import type { TrailerId } from '@qdn/domain';
import { ownTracksKeysOf } from './owntracks-keys.ts';
import { newTokenKeys } from './testing.ts';
import { createKeyring } from './tokens.ts';

const T1 = 'T1' as TrailerId;
const before = newTokenKeys();
const after = newTokenKeys();
const rotated = { ...after, device: { current: after.device.current, previous: before.device.current } };

test('derives a key of 32 characters for each trailer', () => {
  const keyring = createKeyring(before);
  expect(ownTracksKeysOf(keyring, T1)).toEqual([expect.stringMatching(/^[\w-]{32}$/)]);
  expect(ownTracksKeysOf(keyring, 'T2' as TrailerId)).not.toEqual(ownTracksKeysOf(keyring, T1));
});

test('keeps the key of before a rotation, after the current one', () => {
  const [current] = ownTracksKeysOf(createKeyring(after), T1);
  const [previous] = ownTracksKeysOf(createKeyring(before), T1);
  expect(ownTracksKeysOf(createKeyring(rotated), T1)).toEqual([current, previous]);
});
