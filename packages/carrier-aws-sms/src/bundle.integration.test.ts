import { describe, expect, test } from '@jest/globals';
import { measureBundle } from '@qdn/test-support/bundle-size';

describe('the bundle of a function', () => {
  test('the second carrier costs at most 16 KB beside the AWS clients that the worker has anyway', async () => {
    const { bytes, bytesFrom } = await measureBundle(new URL('./aws-sms.ts', import.meta.url));
    expect(bytesFrom('client-pinpoint-sms-voice-v2') + bytesFrom('src/aws-sms.ts')).toBeLessThanOrEqual(16_000);
    expect(bytes).toBeLessThanOrEqual(320_000);
  });
});
