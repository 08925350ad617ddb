import { expect, test } from '@jest/globals';
import {
  SECOND_AUTOMATIC_REPLIES,
  SECOND_CLOSINGS,
  SECOND_OPT_OUTS,
  SECOND_QUESTIONS,
  SECOND_SPAM,
  SECOND_WRONG_NUMBERS,
} from '../testing/second-texts.ts';
import { asksSomething } from './asks-something.ts';
import { attentionOf } from './attention.ts';
import { automaticReplyOf, carrierNoticeOf } from './automatic-reply.ts';
import { isWrongNumber, optOutWish } from './opt-out.ts';

test.each(SECOND_OPT_OUTS)('%j opts out', (body) => {
  expect(optOutWish(body)).toBe('certain');
});

test.each(SECOND_WRONG_NUMBERS)('%j comes from a wrong number', (body) => {
  expect(isWrongNumber(body)).toBe(true);
});

test.each(SECOND_AUTOMATIC_REPLIES)('%j is not from a person', (body) => {
  expect(automaticReplyOf(body) ?? carrierNoticeOf(body)).not.toBeNull();
});

test.each(SECOND_CLOSINGS)('%j needs no answer', (body) => {
  expect(attentionOf(body, 'We are on our way')).not.toBe('answer');
});

test.each(SECOND_QUESTIONS)('%j asks something', (body) => {
  expect(asksSomething(body)).toBe(true);
});

test.each(SECOND_SPAM)('%j of a stranger raises no alarm', (body) => {
  expect(attentionOf(body, null, true)).not.toBe('answer');
});
