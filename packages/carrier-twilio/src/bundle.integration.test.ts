import { describe, expect, test } from '@jest/globals';
import { measureBundle } from '@qdn/test-support/bundle-size';

const WHOLE_CLIENT = /twilio\/lib\/(rest\/(Twilio|Api|api\/V2010)|index)\.js$/;

describe('the bundle of a function', () => {
  test('checking a signature costs at most 6 KB', async () => {
    const { bytes, inputs } = await measureBundle(new URL('./twilio-signature.ts', import.meta.url));
    expect(bytes).toBeLessThanOrEqual(6_000);
    expect(inputs.filter((input) => input.includes('/twilio/lib/'))).toEqual([
      expect.stringMatching(/webhooks\/webhooks\.js$/),
    ]);
  });

  test('sending costs at most 60 KB, without the whole client and its HTTP library', async () => {
    const { bytes, inputs } = await measureBundle(new URL('./twilio.ts', import.meta.url));
    expect(bytes).toBeLessThanOrEqual(60_000);
    expect(inputs.filter((input) => WHOLE_CLIENT.test(input))).toEqual([]);
    expect(inputs.filter((input) => /node_modules\/(axios|mime-db|qs)\//.test(input))).toEqual([]);
  });
});
