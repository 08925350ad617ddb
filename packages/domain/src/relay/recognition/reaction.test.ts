import { describe, expect, test } from '@jest/globals';
import { FURTHER_REACTIONS } from '../testing/further-texts.ts';
import { type Reaction, reactionOf } from './reaction.ts';

describe('a reaction', () => {
  test.each([
    ['Liked “QDN-1042 Maria Lopez: hi”', { isApproving: true, quote: 'QDN-1042 Maria Lopez: hi' }],
    ['Reacted 👍 to "see you"', { isApproving: true, quote: 'see you' }],
    ['Le gustó “hola”', { isApproving: true, quote: 'hola' }],
    ['Disliked “no”', { isApproving: false, quote: 'no' }],
    ['Reacted 😂 to “no”', { isApproving: false, quote: 'no' }],
    ['Removed a like from “no”', { isApproving: false, quote: 'no' }],
    ['Emphasized “no”', { isApproving: true, quote: 'no' }],
    ['Loved “She said “see you””', { isApproving: true, quote: 'She said “see you”' }],
    ['Liked “Ann Lee: "Can you come at 3?"”', { isApproving: true, quote: 'Ann Lee: "Can you come at 3?"' }],
    ['\u200a\u200b👍\u200b to “\u200aSee you\u200a”\u200a', { isApproving: true, quote: 'See you' }],
    ['Liked an image', { isApproving: true, quote: '' }],
  ])('is %j', (body, reaction) => {
    expect(reactionOf(body)).toMatchObject(reaction);
  });

  test.each([
    'I liked “Jaws”',
    'Liked it',
    'Loved the service, thanks',
    '',
    'Loved “Your trailer is on the way” but use the side gate',
    'Liked “We have you for 9 AM”\nCan he come at 10 instead?',
    'Yes to “the 2 pm slot”',
    '❤️ to you both, the guys were great',
    'Gefällt uns sehr gut, danke!',
    'Removed a fence panel so he can back in',
    'Edited to “come at 4, not 2”',
    '👍 ok at 3',
    'hat „Haus 3“ schon den Anhänger?',
  ])('is not %j', (body) => {
    expect(reactionOf(body)).toBeNull();
  });

  const readingOf = (reaction: Reaction | null): string => {
    if (!reaction) return 'words';
    const tone = reaction.tone === 'laugh' || reaction.tone === 'emphasis' ? 'other' : reaction.tone;
    return `reaction ${tone}${reaction.isRemoved ? ' removed' : ''}`;
  };

  test.each(FURTHER_REACTIONS)('or not: %s is %j', (reading, body) => {
    expect(readingOf(reactionOf(body))).toBe(reading);
  });

  test('is read from the last one when two arrive as one text', () => {
    expect(reactionOf('Loved “See you at 7”Disliked “We bring boards”')).toMatchObject({
      tone: 'no',
      quote: 'We bring boards',
    });
  });
});
