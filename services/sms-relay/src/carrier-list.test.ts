import { expect, test } from '@jest/globals';
import { carrierList } from './carrier-list.ts';
import { carrierSettings } from './carrier-settings.ts';

const aws = {
  name: 'aws',
  identity: 'arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-1',
  number: '+15125550143',
};
const options = {
  textNumber: '+15125550142',
  senders: {},
  publicUrl: 'https://qdn.example',
  secretReader: () => () => Promise.reject(new Error('no secrets here')),
};
const listOf = (config: unknown) => carrierList(carrierSettings(JSON.stringify(config)), options);

test('makes carriers in the order of the list', () => {
  expect(listOf([{ name: 'twilio' }]).map(({ name }) => name)).toEqual(['twilio']);
  expect(listOf([aws, { name: 'twilio' }]).map(({ name }) => name)).toEqual(['aws', 'twilio']);
});

test('a carrier whose secret cannot be read has sent nothing', async () => {
  const [twilio] = listOf([{ name: 'twilio' }]);
  expect(await twilio.send({ to: '+15125550171', body: 'x', outboundMessageId: 'QDN-1~SM1~dana' })).toEqual({
    kind: 'not-processed',
    detail: 'no secrets here',
  });
});

test.each([
  ['no list', aws],
  ['an empty list', []],
  ['an unknown carrier', [{ name: 'pigeon' }]],
  ['a number of another form', [{ ...aws, number: '5125550143' }]],
  ['an unknown setting', [{ ...aws, colour: 'red' }]],
])('%s is not a valid configuration', (_, config) => {
  expect(() => listOf(config)).toThrow();
});
