import { expect, test } from '@jest/globals';
import { lastDigitsOf, uniqueGuestHandle } from './guest-handle.ts';
import { addressOn, CHANNELS, channelOf, personKey } from './person-key.ts';

test('a handle has as many last digits as make it unique', () => {
  expect(uniqueGuestHandle('+15125550199', [])).toBe('@u0199');
  expect(uniqueGuestHandle('+15125550199', ['+15125550199', '+15125550198'])).toBe('@u0199');
  expect(uniqueGuestHandle('+15125550199', ['+13127640199'])).toBe('@u50199');
  expect(uniqueGuestHandle('+15125550199', ['+13125550199', '+13127640199'])).toBe('@u5125550199');
});

test('an address without a number has no handle', () => {
  expect(uniqueGuestHandle('ALERTS', [])).toBeNull();
  expect(lastDigitsOf('72345')).toBeNull();
  expect(lastDigitsOf('+15125550199')).toBe('0199');
});

test('a person is one over all channels, and is answered on the channel', () => {
  expect(personKey('whatsapp:+15125550111')).toBe('+15125550111');
  expect(personKey(' +15125550111 ')).toBe('+15125550111');
  expect(['+15125550111', 'whatsapp:+15125550111', 'RCS:+15125550111'].map(channelOf)).toEqual([...CHANNELS]);
  expect(CHANNELS.map((channel) => addressOn(channel, '+15125550111'))).toEqual([
    '+15125550111',
    'whatsapp:+15125550111',
    'rcs:+15125550111',
  ]);
});
