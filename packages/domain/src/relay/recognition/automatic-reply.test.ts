import { describe, expect, test } from '@jest/globals';
import { isAutomaticReply } from './automatic-reply.ts';

describe('an automatic reply', () => {
  test.each([
    'I’m driving with Do Not Disturb While Driving turned on. I’ll see your message when I get where I’m going.',
    'I am driving. I will get back to you later.',
    'I’m not receiving notifications. If this is urgent, reply “urgent”.',
    'Auto-reply: out until Monday',
    'Estoy manejando, respondo luego',
  ])('is %j', (body) => {
    expect(isAutomaticReply(body)).toBe(true);
  });

  test.each(['I am driving there now, 10 minutes', 'I am driving, will call you', 'we are driving over', 'ok', ''])(
    'is not %j',
    (body) => {
      expect(isAutomaticReply(body)).toBe(false);
    },
  );
});
