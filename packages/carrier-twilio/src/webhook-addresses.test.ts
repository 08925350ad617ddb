import { expect, test } from '@jest/globals';
import { inboundWebhooks, statusWebhook } from './webhook-addresses.ts';

test('every webhook is tried again after a 5xx too, the fallback is another path, and a status names its text', () => {
  const site = 'https://track.example.com';
  const { smsUrl, smsFallbackUrl } = inboundWebhooks(site);
  const urls = [smsUrl, smsFallbackUrl, statusWebhook(site, 'message-1')].map((url) => new URL(url));
  expect(urls.map(({ hash }) => hash)).toEqual(Array(3).fill('#rc=3&rp=ct,rt,5xx&rt=4000'));
  expect(urls.map(({ pathname }) => pathname)).toEqual([
    '/api/jobs/inbound/messages',
    '/api/fallback/jobs/inbound/messages',
    '/api/messages/message-1/status',
  ]);
});
