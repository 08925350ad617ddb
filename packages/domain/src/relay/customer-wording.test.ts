import { describe, expect, test } from '@jest/globals';
import { offHoursText, receiptText, replyText } from './customer-wording.ts';
import { MAX_SMS_LENGTH } from './text-layout.ts';

describe('texts', () => {
  test('to the customer have the company’s name and the words', () => {
    expect(replyText('QuickDumpNow', 'yes, 3:30 works', [], false)).toBe('QuickDumpNow: yes, 3:30 works');
    const long = replyText('QuickDumpNow', '👍'.repeat(800), [], false);
    expect(long.length).toBeLessThanOrEqual(MAX_SMS_LENGTH);
    expect(long).toMatch(/^QuickDumpNow: (👍)+\.\.\. \[cut\]$/u);
  });

  test('to the customer claim no more than is known', () => {
    expect(receiptText('QDN', 2)).toBe('QDN: Two of our dispatchers have your message.');
    expect(receiptText('QDN', 1)).toBe('QDN: One of our dispatchers has your message.');
    expect(receiptText('QDN', 0)).toBe('QDN: We got your message and are passing it to our dispatchers.');
    expect(offHoursText('QDN', Date.UTC(2026, 10, 24, 13), 'America/Chicago', 'urgent')).toBe(
      'QDN: We will see your message at 7:00 AM. If it cannot wait, start your text with URGENT.',
    );
  });
});
