import { expect, test } from '@jest/globals';
import { secondCarrier } from './second-carrier.ts';

const config = {
  name: 'aws',
  identity: 'arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-1',
  number: '+15125550143',
  configurationSet: 'qdn-relay',
};

test('there is no second carrier unless one is configured', () => {
  expect(secondCarrier('none')).toBeNull();
});

test('a configured one sends from a number of its own', () => {
  expect(secondCarrier(JSON.stringify(config))).toMatchObject({ number: '+15125550143', carrier: { name: 'aws' } });
});

test.each([
  '',
  '{}',
  JSON.stringify({ ...config, name: 'pigeon' }),
  JSON.stringify({ ...config, number: '5125550143' }),
])('the worker does not start with half of one: %s', (text) => {
  expect(() => secondCarrier(text)).toThrow();
});
