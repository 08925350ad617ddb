import { expect, test } from '@jest/globals';
import { firstValues, formParameters } from './webhook-form.ts';

test('keeps blank and repeated parameters, as Twilio signs them', () => {
  const form = formParameters('From=%2B15125550111&Body=&New=1&New=2');
  expect(form).toEqual({ From: '+15125550111', Body: '', New: ['1', '2'] });
  expect(firstValues(form)).toEqual({ From: '+15125550111', Body: '', New: '1' });
});
