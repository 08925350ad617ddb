import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Message, WebhookResult } from './view.ts';
import { fate, initials, pieces, readable, viaWords } from './words.ts';

const aMessage = (changes: Partial<Message>): Message => ({
  sid: 'SM1',
  revision: 1,
  direction: 'inbound',
  from: '+15125550111',
  to: '+15125550142',
  body: 'Hello',
  media: [],
  segments: 1,
  status: 'received',
  errorCode: null,
  createdAt: 0,
  webhook: null,
  ...changes,
});

describe('the parts of a text', () => {
  test('find links without the punctuation after them', () => {
    expect(pieces('See http://localhost:8080/track?job_id=a.b-c_d. OK?')).toEqual([
      { text: 'See ', link: false },
      { text: 'http://localhost:8080/track?job_id=a.b-c_d', link: true },
      { text: '. OK?', link: false },
    ]);
    expect(pieces('(https://a.example/x) https://b.example')).toEqual([
      { text: '(', link: false },
      { text: 'https://a.example/x', link: true },
      { text: ') ', link: false },
      { text: 'https://b.example', link: true },
    ]);
  });

  test('make nothing else a link', () => {
    const text = 'javascript:alert(1) www.example.com <a href="ftp://x">';
    expect(pieces(text)).toEqual([{ text, link: false }]);
  });

  test('keep every character, and every link is http', () => {
    const words = fc.array(
      fc.constantFrom('http://', 'https://', 'a.example/', ' ', '\n', ')', '.', '"', 'x', '…', '🚚'),
    );
    fc.assert(
      fc.property(words, (parts) => {
        const text = parts.join('');
        const found = pieces(text);
        expect(found.map((piece) => piece.text).join('')).toBe(text);
        for (const piece of found) if (piece.link) expect(piece.text).toMatch(/^https?:\/\/./);
      }),
    );
  });
});

describe('the outcome of a text', () => {
  const webhook = (changes: Partial<WebhookResult> = {}): WebhookResult => ({
    status: 200,
    problem: null,
    tries: 1,
    fallback: false,
    ...changes,
  });

  test.each<[string, Partial<Message>, string, string]>([
    ['while the webhook is called', { status: 'receiving' }, 'calling the webhook', 'pending'],
    ['when it answered', { webhook: webhook() }, 'webhook 200', 'good'],
    ['when it answered at the third try', { webhook: webhook({ tries: 3 }) }, 'webhook 200, 3 tries', 'good'],
    ['when the fallback answered', { webhook: webhook({ tries: 2, fallback: true }) }, 'fallback 200, 2 tries', 'good'],
    [
      'when it refused',
      { webhook: webhook({ status: 503, problem: 'the webhook answered 503' }) },
      'webhook: the webhook answered 503',
      'bad',
    ],
    [
      'when there was no answer',
      { webhook: webhook({ status: null, problem: 'connection refused' }) },
      'webhook: connection refused',
      'bad',
    ],
    ['while it waits for AWS’s queue', { carrier: 'aws' }, 'on its way to the queue', 'pending'],
    ['once it is in AWS’s queue', { carrier: 'aws', webhook: webhook({ tries: 2 }) }, 'in the queue, 2 tries', 'good'],
    ['on its way out', { direction: 'outbound-api', status: 'queued' }, 'queued', 'pending'],
    [
      'delivered',
      { direction: 'outbound-api', status: 'delivered', webhook: webhook({ status: 204 }) },
      'delivered',
      'good',
    ],
    [
      'delivered, with a receipt that failed',
      { direction: 'outbound-api', status: 'delivered', webhook: webhook({ status: 403 }) },
      'delivered · receipt: 403',
      'bad',
    ],
    [
      'not delivered',
      { direction: 'outbound-api', status: 'undelivered', errorCode: 30003 },
      'undelivered · 30003 unreachable',
      'bad',
    ],
    [
      'failed for a reason without words',
      { direction: 'outbound-api', status: 'failed', errorCode: 39999 },
      'failed · 39999',
      'bad',
    ],
  ])('%s', (_, changes, words, tone) => {
    expect(fate(aMessage(changes))).toMatchObject({ words, tone });
  });
});

test('shows the number of a text over another carrier', () => {
  const names = new Map([['aws', 'AWS']]);
  const parts = { from: '+15125550143', to: '+15125550171', carrier: 'aws' } as const;
  expect(viaWords(aMessage({ ...parts, direction: 'outbound-api' }), names)).toBe('from +1 (512) 555-0143, AWS');
  expect(viaWords(aMessage({ ...parts, direction: 'inbound' }), names)).toBe('to +1 (512) 555-0171, AWS');
});

test('formats numbers and shortens names', () => {
  expect(readable('+15125550111')).toBe('+1 (512) 555-0111');
  expect(readable('+4989123456')).toBe('+4989123456');
  expect(['Maria Lopez', 'Dana', 'Ana María de la Cruz', '+15125550199'].map(initials)).toEqual(['ML', 'D', 'AC', '#']);
});
