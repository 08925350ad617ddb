import { expect, test } from '@jest/globals';
import { THIRD_NOT_OPT_OUTS, THIRD_OPT_OUTS } from '../testing/third-texts.ts';
import { optOutWish } from './opt-out.ts';

test.each(THIRD_OPT_OUTS)('%j opts out', (body) => {
  expect(optOutWish(body)).toBe('certain');
});

test.each(THIRD_NOT_OPT_OUTS)('%j does not opt out without doubt', (body) => {
  expect(optOutWish(body)).not.toBe('certain');
});
