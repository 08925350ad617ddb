import { expect, test } from '@jest/globals';
import { ORDINARY_TEXTS } from '../testing/ordinary-texts.ts';
import { attentionOf } from './attention.ts';
import { automaticReplyOf } from './automatic-reply.ts';
import { isLegalComplaint, isWrongNumber, optOutWish } from './opt-out.ts';
import { reactionOf } from './reaction.ts';
import { spamOf } from './spam.ts';

test.each(ORDINARY_TEXTS)('%j is for a person', (body) => {
  expect({
    attention: attentionOf(body, null),
    wish: optOutWish(body) === 'certain',
    isWrongNumber: isWrongNumber(body),
    isLegalComplaint: isLegalComplaint(body),
    reply: automaticReplyOf(body),
    reaction: reactionOf(body),
    isSpam: spamOf(body) === 'certain',
  }).toEqual({
    attention: 'answer',
    wish: false,
    isWrongNumber: false,
    isLegalComplaint: false,
    reply: null,
    reaction: null,
    isSpam: false,
  });
});
