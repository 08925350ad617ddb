import { describe, expect, test } from '@jest/globals';
import { SegmentedMessage } from 'sms-segments-calculator';
import { lateReplyText, offHoursText, receiptText, replyText, withWayOut } from './customer-wording.ts';
import { segments } from './segments.ts';
import { MAX_SMS_LENGTH } from './text-layout.ts';

const ZONE = 'America/Chicago';
const MORNING = Date.UTC(2026, 10, 24, 13);
const companyWith = (...urgentWords: string[]) => ({ name: 'QuickDumpNow', timeZone: ZONE, policy: { urgentWords } });

describe('a text to a customer', () => {
  test('has the company’s name and the words', () => {
    expect(replyText('QuickDumpNow', 'yes, 3:30 works', [], false)).toBe('QuickDumpNow: yes, 3:30 works');
    const long = replyText('QuickDumpNow', '👍'.repeat(800), [], false);
    expect(long.length).toBeLessThanOrEqual(MAX_SMS_LENGTH);
    expect(long).toMatch(/^QuickDumpNow: (👍)+\.\.\. \[cut\]$/u);
  });

  test('claims no more than is known', () => {
    const receipts = [0, 1, 2, 7].map((delivered) => receiptText('QuickDumpNow', delivered, 'en'));
    expect(receipts).toEqual([
      'QuickDumpNow: We got your message and are passing it to our dispatchers.',
      'QuickDumpNow: One of our dispatchers has your message.',
      'QuickDumpNow: Two of our dispatchers have your message.',
      'QuickDumpNow: 7 of our dispatchers have your message.',
    ]);
    expect([0, 1, 2, 7].map((delivered) => receiptText('QuickDumpNow', delivered, 'es'))).toEqual([
      'QuickDumpNow: Recibimos su mensaje y lo pasamos a nuestros despachadores.',
      'QuickDumpNow: Un despachador ya tiene su mensaje.',
      'QuickDumpNow: Dos despachadores ya tienen su mensaje.',
      'QuickDumpNow: 7 despachadores ya tienen su mensaje.',
    ]);
  });

  test('at night says when the team reads it, and the urgent word of its language', () => {
    const both = companyWith('urgent', 'urgente');
    expect(offHoursText(both, MORNING, 'en')).toBe(
      'QuickDumpNow: We will see your message at 7:00 AM. If it cannot wait, start your text with URGENT.',
    );
    expect(offHoursText(both, MORNING, 'es')).toBe(
      'QuickDumpNow: Veremos su mensaje a las 7:00 a.m. Si no puede esperar, empiece su mensaje con URGENTE.',
    );
    expect(offHoursText(companyWith('help'), MORNING, 'es')).toMatch(/ con HELP\.$/);
    expect(offHoursText(companyWith(), MORNING, 'en')).toBe('QuickDumpNow: We will see your message at 7:00 AM.');
    expect(offHoursText(companyWith(), MORNING, 'es')).toBe('QuickDumpNow: Veremos su mensaje a las 7:00 a.m.');
  });

  test('names STOP when it is the first that was not asked for', () => {
    const text = 'QuickDumpNow: Your trailer is almost there.';
    expect(withWayOut(text, 'en')).toBe(`${text}\nReply STOP to end`);
    expect(withWayOut(text, 'es')).toBe(`${text}\nResponda STOP para terminar`);
  });

  test('that is late has the time at which it was written', () => {
    const written = { writtenAt: Date.UTC(2026, 10, 23, 20, 5), now: Date.UTC(2026, 10, 23, 22) };
    expect(lateReplyText(companyWith(), 'QuickDumpNow: there in 10', written)).toBe(
      'QuickDumpNow (2:05 PM): there in 10',
    );
    expect(lateReplyText(companyWith(), 'QuickDumpNow: there in 10', { ...written, now: MORNING })).toBe(
      'QuickDumpNow (Nov 23, 2:05 PM): there in 10',
    );
  });

  test('of the company’s own takes one segment in GSM-7, in both languages', () => {
    for (const language of ['en', 'es'] as const)
      for (const text of [
        ...[0, 1, 2].map((delivered) => receiptText('QuickDumpNow', delivered, language)),
        offHoursText(companyWith('urgent', 'urgente'), MORNING, language),
      ])
        expect([text, segments(text), new SegmentedMessage(text).encodingName]).toEqual([text, 1, 'GSM-7']);
  });
});
