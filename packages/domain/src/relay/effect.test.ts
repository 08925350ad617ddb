import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { MessageSid, RecipientId } from '../ids.ts';
import { DELIVERY_STATES, effectId, isNewerDelivery, nextStep } from './effect.ts';
import { parseEffectId } from './relay-message.ts';

test('an effect’s ID carries no phone number and is read back', () => {
  const effect = {
    scope: 'QDN-1042',
    messageSid: `SM${'a'.repeat(32)}` as MessageSid,
    recipient: 'dana' as RecipientId,
  };
  expect(parseEffectId(effectId(effect))).toEqual(effect);
  for (const wrong of ['', 'x', 'QDN-1~SM1~dana', `../~${effect.messageSid}~dana`, `QDN-1~${effect.messageSid}~a/b`])
    expect(parseEffectId(wrong)).toBeNull();
});

test('delivery only moves forward, in whatever order receipts come', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...DELIVERY_STATES), { minLength: 1 }), (receipts) => {
      let known: (typeof DELIVERY_STATES)[number] | null = null;
      for (const receipt of receipts) if (isNewerDelivery(known, receipt)) known = receipt;
      expect(known).toBe(receipts.find((receipt) => receipt !== 'sent') ?? 'sent');
    }),
  );
});

test('a lease that ran out is looked into, one that runs is waited for', () => {
  expect(nextStep({ state: 'CLAIMED', leaseUntil: 10 }, 10)).toBe('wait');
  expect(nextStep({ state: 'CLAIMED', leaseUntil: 10 }, 11)).toBe('look-for-it');
});
