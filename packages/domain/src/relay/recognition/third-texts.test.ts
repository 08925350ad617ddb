import { expect, test } from '@jest/globals';
import * as texts from '../testing/third-texts.ts';
import { attentionOf } from './attention.ts';
import { automaticReplyOf } from './automatic-reply.ts';
import { takesBack } from './closing.ts';
import { isLegalComplaint, optOutWish } from './opt-out.ts';
import { isOffer } from './remark.ts';

test.each(texts.THIRD_OPT_OUTS)('%j opts out', (body) => {
  expect(optOutWish(body)).toBe('certain');
});

test.each(texts.THIRD_NOT_OPT_OUTS)('%j does not opt out without doubt', (body) => {
  expect(optOutWish(body)).not.toBe('certain');
});

test.each(texts.THIRD_OFFERS)('%j is an offer about the arrival', (body) => {
  expect(isOffer(body)).toBe(true);
});

test.each(texts.THIRD_NOT_OFFERS)('%j is more than an offer', (body) => {
  expect(isOffer(body)).toBe(false);
});

test.each([...texts.THIRD_JOKES, ...texts.THIRD_TAKEN_OPTIONS])('%j needs no answer', (body) => {
  expect(attentionOf(body, null)).toBe('information');
});

test.each(texts.THIRD_NOT_JOKES)('%j needs an answer', (body) => {
  expect(attentionOf(body, null)).toBe('answer');
});

test.each(texts.THIRD_PRIVATE)('%j of a stranger raises no alarm', (body) => {
  expect(attentionOf(body, null, true)).toBe('information');
});

test.each(texts.THIRD_NOT_PRIVATE)('%j of a stranger needs an answer', (body) => {
  expect(attentionOf(body, null, true)).toBe('answer');
});

test.each(texts.THIRD_WRONG_CHATS)('%j takes the text before back', (body) => {
  expect(takesBack(body)).toBe(true);
});

test.each([
  'Disliked “Can you do Monday at 7?”',
  'No le gustó “¿Puede el lunes?”',
  'Removed a like from “Is Monday ok?”',
])('%j refuses a question, whoever asked it and when', (body) => {
  expect(attentionOf(body, null)).toBe('answer');
});

test.each(texts.THIRD_DECLINES)('%j may be from a phone', (body) => {
  expect(automaticReplyOf(body)).not.toBeNull();
});

test.each(texts.THIRD_NOT_DECLINES)('%j is from a person', (body) => {
  expect(automaticReplyOf(body)).toBeNull();
});

test.each(texts.THIRD_COMPLAINTS)('%j is for the operator', (body) => {
  expect(isLegalComplaint(body)).toBe(true);
});

test.each(texts.THIRD_NOT_COMPLAINTS)('%j is not a threat', (body) => {
  expect(isLegalComplaint(body)).toBe(false);
});
