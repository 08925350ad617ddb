import { expect, test } from '@jest/globals';
import { createLogger, errorFields, maskPhone, textsIn, textsInBody } from './logger.ts';

const TOKEN = 'eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ0cmFjayJ9.c2lnbmF0dXJl';
const logged = (message: string, fields = {}) => {
  const lines: string[] = [];
  createLogger('job-api', (line) => lines.push(line)).warn(message, fields);
  return lines;
};

test('writes a line as one JSON object with its level and service', () => {
  const [line = '', ...more] = logged('two\nlines', { jobId: 'QDN-1042', count: 3, none: undefined });
  expect(more).toEqual([]);
  expect(line).not.toContain('\n');
  expect(JSON.parse(line)).toEqual({
    level: 'warn',
    service: 'job-api',
    message: 'two\nlines',
    jobId: 'QDN-1042',
    count: 3,
  });
});

test('keeps the last two digits of a masked number', () => {
  expect(maskPhone('+15125550142')).toBe('+*********42');
  expect(maskPhone('(512) 555-0142')).toBe('(***) ***-**42');
});

test('masks numbers and tokens in any field', () => {
  const error = new Error(`no route to +15125550142 for Bearer ${TOKEN}`);
  const [line = ''] = logged(`to +15125550171`, errorFields(error));
  expect(line).not.toMatch(/5125550|eyJ/);
  expect(JSON.parse(line)).toMatchObject({
    message: 'to +*********71',
    reason: 'no route to +*********42 for Bearer [token]',
  });
});

test('keeps texts that only resemble a number or a token', () => {
  const id = `SM${'1'.repeat(32)}`;
  expect(JSON.parse(logged(`${id} 2026-11-23T15:04:05.000Z a.b.c +5`)[0] ?? '')).toMatchObject({
    message: `${id} 2026-11-23T15:04:05.000Z a.b.c +5`,
  });
});

test('keeps texts of the request out of an error’s reason, in any encoding', () => {
  const words = 'come at 3 & “ring”';
  const hidden = textsInBody(new URLSearchParams({ Body: words, MessageSid: 'SM1234' }).toString());
  const reasons = [
    words,
    JSON.stringify({ words }),
    encodeURIComponent(words),
    new URLSearchParams({ words }).toString(),
  ];
  for (const reason of reasons) {
    const fields = errorFields(new Error(`SM1234 ${reason}`), hidden);
    expect(fields).toMatchObject({ reason: expect.stringMatching(/^SM1234 .*\[…\]/) });
  }
  expect(errorFields(new SyntaxError('Unexpected token c, "come at 3"'))).toEqual({ error: 'SyntaxError' });
});

test('does not hide identifiers, times or very short texts', () => {
  const record = {
    messageSid: 'SM12345',
    receivedAt: '2026-11-23',
    body: 'late',
    media: [{ url: 'https://x' }],
    to: 'ok',
  };
  expect(textsIn(record)).toEqual(['late', 'https://x']);
});
