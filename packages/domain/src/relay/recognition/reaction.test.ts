import { describe, expect, test } from '@jest/globals';
import { reactionOf } from './reaction.ts';

describe('a reaction', () => {
  test.each([
    ['Liked “QDN-1042 Maria Lopez: hi”', { isApproving: true, quote: 'QDN-1042 Maria Lopez: hi' }],
    ['Reacted 👍 to "see you"', { isApproving: true, quote: 'see you' }],
    ['Le gustó “hola”', { isApproving: true, quote: 'hola' }],
    ['Disliked “no”', { isApproving: false, quote: 'no' }],
    ['Reacted 😂 to “no”', { isApproving: false, quote: 'no' }],
    ['Removed a like from “no”', { isApproving: false, quote: 'no' }],
  ])('is %j', (body, reaction) => {
    expect(reactionOf(body)).toEqual(reaction);
  });

  test.each(['I liked “Jaws”', 'Liked it', 'Loved the service, thanks', ''])('is not %j', (body) => {
    expect(reactionOf(body)).toBeNull();
  });
});
