import { describe, expect, test } from '@jest/globals';
import { KeyRefused } from '@qdn/carrier-adapter/key-refused';
import { rotatingMedia } from './rotating-media.ts';

const picture = { messageSid: `MM${'a'.repeat(32)}`, index: 0 };

describe('pictures while the API key is rotated', () => {
  test('are found with the kept key, as long as Twilio knows it', async () => {
    const reads: boolean[] = [];
    const read = async (fresh: boolean) => {
      reads.push(fresh);
      return 'key';
    };
    expect(await rotatingMedia(read, async (key) => `${key}-location`)(picture)).toBe('key-location');
    expect(reads).toEqual([false]);
  });

  test('are found with the new key when Twilio refuses the old one', async () => {
    const read = async (fresh: boolean) => (fresh ? 'new' : 'old');
    const locate = async (key: string) => {
      if (key === 'old') throw new KeyRefused('Twilio', 401);
      return key;
    };
    expect(await rotatingMedia(read, locate)(picture)).toBe('new');
  });

  test('are unavailable when Twilio refuses that too', async () => {
    const locate = () => Promise.reject(new KeyRefused('Twilio', 401));
    await expect(rotatingMedia(async () => 'key', locate)(picture)).rejects.toMatchObject({ code: 'unavailable' });
  });

  test('other failures are passed on as they are', async () => {
    const failure = new Error('broken');
    const locate = () => Promise.reject(failure);
    await expect(rotatingMedia(async () => 'key', locate)(picture)).rejects.toBe(failure);
  });
});
