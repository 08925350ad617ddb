import { describe, expect, test } from '@jest/globals';
import { FURTHER_AUTOMATIC_REPLIES } from '../testing/further-texts.ts';
import { automaticReplyOf, carrierNoticeOf, isAutomaticReply } from './automatic-reply.ts';

describe('an automatic reply', () => {
  test.each([
    'I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I get where I’m going.',
    'I am driving. I will get back to you later.',
    'I’m not receiving notifications. If this is urgent, reply “urgent”.',
    'Auto-reply: out until Monday',
    'Estoy manejando, respondo luego',
    "I'm Driving - Sent from My Car",
    'Manejan., no puedo escrib. - Sent from MY ALTIMA',
  ])('is %j', (body) => {
    expect(isAutomaticReply(body)).toBe(true);
  });

  test.each([
    'I am driving there now, 10 minutes',
    'I am driving, will call you',
    'we are driving over',
    'ok',
    '',
    'On my way - Sent from MY ROGUE',
    '9 is good\n\nSent from my iPhone',
    "I'm driving, give me 5 min and I'll open the gate",
  ])('is not %j', (body) => {
    expect(isAutomaticReply(body)).toBe(false);
  });

  test.each(["Can't talk now. What's up?", 'I’m driving', 'Estoy conduciendo', 'Ich rufe gleich zurück.'])(
    'is likely %j, which a person may type too',
    (body) => {
      expect(automaticReplyOf(body)).toBe('likely');
    },
  );

  test.each(FURTHER_AUTOMATIC_REPLIES)('or not: %s is %j', (reading, body) => {
    const reply = automaticReplyOf(body);
    const read = carrierNoticeOf(body) ? 'notice' : reply === 'certain' ? 'automatic' : reply && 'likely automatic';
    expect(read ?? 'words').toBe(reading);
  });
});

test.each([
  ['useful', 'Free Msg: Unable to send message - Message Blocking is active.'],
  ['useless', 'G-482913 is your verification code.'],
  [null, 'the code for the gate is 5522'],
])('a carrier’s notice is %s: %j', (use, body) => {
  expect(carrierNoticeOf(body)).toBe(use);
});
