import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { geography, toE164 } from './phone-number.ts';

describe('phone numbers', () => {
  test.each([
    ['+15125550111', '+15125550111'],
    ['(512) 555-0111', '+15125550111'],
    ['1 512.555.0111', '+15125550111'],
    ['+49 89 1234567', '+49891234567'],
  ])('reads %s as %s', (written, number) => {
    expect(toE164(written)).toBe(number);
  });

  test.each(['', '+1', '+11125550111', '+15121550111', '911', 'Maria', '+1512555011', '+0123456789', "+1512555011'"])(
    'refuses %p',
    (written) => {
      expect(toE164(written)).toBeNull();
    },
  );

  test('return E.164, which is read unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'+0123456789 -().') }), (written) => {
        const number = toE164(written);
        if (number === null) return;
        expect(number).toMatch(/^\+[1-9]\d{6,14}$/);
        expect(toE164(number)).toBe(number);
      }),
    );
  });

  test('have blank geography for an unknown area code', () => {
    expect(geography('From', '+15125550111')).toMatchObject({ FromCity: 'AUSTIN', FromState: 'TX', FromCountry: 'US' });
    expect(geography('To', '+4951212345')).toEqual({ ToCity: '', ToState: '', ToZip: '', ToCountry: '' });
  });
});
