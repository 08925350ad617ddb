import { describe, expect, test } from '@jest/globals';
import { SegmentedMessage } from 'sms-segments-calculator';
import { askRecipientText, bounceText, NOTHING_TO_SEND, summaryText, unknownHandleText } from './message-wording.ts';
import { segments } from './segments.ts';
import { MAX_SMS_LENGTH } from './text-layout.ts';

const encoding = (text: string) => new SegmentedMessage(text).encodingName;

describe('other texts', () => {
  test('that ask a dispatcher are one line of one segment', () => {
    const choices = [
      { handle: '@1042', name: 'Maria Lopez' },
      { handle: '@1043', name: 'Sam Carter' },
      { handle: '@u0199', name: 'no job' },
    ];
    for (const text of [
      askRecipientText([]),
      askRecipientText(choices),
      unknownHandleText('@ABCDE-123456789'),
      unknownHandleText('@u0199'),
      NOTHING_TO_SEND,
      bounceText('@1042', 'Maria Lopez'),
      bounceText('@u0199', 'the sender'),
    ]) {
      expect([encoding(text), segments(text)]).toEqual(['GSM-7', 1]);
      expect(text).not.toContain('\n');
    }
    expect(askRecipientText(choices)).toBe(
      'Who is this for? Reply @1042 (Maria Lopez), @1043 (Sam Carter) or @u0199 (no job).',
    );
  });

  test('that sum up give the number, the senders, the first and the latest text', () => {
    const held = ['a', 'b', 'c'].map((body, i) => ({
      messageSid: `SM${i}`,
      from: i === 2 ? '+15125550111' : '+15125550112',
      body: `words ${body}`,
      receivedAt: i,
      heldUntil: 9,
    }));
    expect(summaryText('QDN-1042 Maria', held, [])).toBe(
      'QDN-1042 Maria: 3 more texts from 2 numbers in a short time. First: "words a" Latest: "words c" All of them are saved.',
    );
    expect(summaryText('QDN-1042 Maria', held.slice(0, 1), [])).toContain('1 more text in a short time');
    const long = held.map((one) => ({ ...one, body: 'x'.repeat(1600) }));
    expect(summaryText('QDN-1042 Maria', long, ['@1042']).length).toBeLessThanOrEqual(MAX_SMS_LENGTH);
  });
});
