import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseWebhookUrl } from './connection-overrides.ts';

describe('connection overrides', () => {
  test('allow one retry, of failed connections only, without a fragment', () => {
    expect(parseWebhookUrl('https://a.example/x?y=1')).toEqual({
      url: 'https://a.example/x?y=1',
      overrides: { connectMs: 5000, readMs: 15_000, totalMs: 15_000, retries: 1, retryOn: new Set(['ct']) },
    });
  });

  test('are read from the fragment, which is removed from the URL', () => {
    expect(parseWebhookUrl('https://a.example/x#rc=3&rp=ct,rt,5xx&rt=4000')).toEqual({
      url: 'https://a.example/x',
      overrides: { connectMs: 5000, readMs: 4000, totalMs: 15_000, retries: 3, retryOn: new Set(['ct', 'rt', '5xx']) },
    });
    expect(parseWebhookUrl('https://a.example/#rp=all').overrides.retryOn).toEqual(new Set(['ct', 'rt', '4xx', '5xx']));
  });

  test('stay within the limits for any fragment', () => {
    fc.assert(
      fc.property(fc.string(), (fragment) => {
        const { url, overrides } = parseWebhookUrl(`https://a.example/x#${fragment}`);
        expect(url).toBe('https://a.example/x');
        expect(overrides.connectMs).toBeGreaterThanOrEqual(100);
        expect(overrides.connectMs).toBeLessThanOrEqual(10_000);
        for (const ms of [overrides.readMs, overrides.totalMs]) {
          expect(ms).toBeGreaterThanOrEqual(100);
          expect(ms).toBeLessThanOrEqual(15_000);
        }
        expect(overrides.retries).toBeGreaterThanOrEqual(0);
        expect(overrides.retries).toBeLessThanOrEqual(5);
      }),
    );
    expect(parseWebhookUrl('https://a.example/#rc=99&rt=1&ct=99999').overrides).toMatchObject({
      retries: 5,
      readMs: 100,
      connectMs: 10_000,
    });
  });
});
