import { describe, expect, test } from '@jest/globals';
import { CONNECTORS } from './connectors.ts';
import { CARRIER_FACTS, carrierProblems, DEFAULT_CARRIERS } from './facts.ts';

const identity = 'arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-1';
const telnyx = { name: 'telnyx', number: '+15125550144', publicKeys: [`${'A'.repeat(43)}=`] };
const aws = { name: 'aws', identity, number: '+15125550143' };

test('each carrier can send', () => {
  expect([...CONNECTORS.keys()]).toEqual([...CARRIER_FACTS.keys()]);
});

describe('a list of carriers', () => {
  test.each([
    ['the default', DEFAULT_CARRIERS],
    ['two', [{ name: 'twilio' }, aws]],
    ['Telnyx with two public keys', [{ ...telnyx, publicKeys: [...telnyx.publicKeys, ...telnyx.publicKeys] }]],
    ['another order', [aws, { name: 'twilio' }]],
  ])('can be %s', (_, list) => {
    expect(carrierProblems(list)).toEqual([]);
  });

  test.each([
    ['a carrier that is not known', { name: 'pigeon' }, 'name', '"pigeon" is not a carrier that we know'],
    ['a carrier twice', { name: 'twilio' }, 'name', '"twilio" is in the list twice'],
    ['a carrier without its identity', { ...aws, identity: undefined }, 'identity', 'is missing: the ARN'],
    ['a number of another form', { ...aws, number: '5125550143' }, 'number', '"5125550143" is not valid: the number'],
    ['Telnyx without a public key', { ...telnyx, publicKeys: undefined }, 'publicKeys', 'is missing: a list of'],
    ['Telnyx with no public key', { ...telnyx, publicKeys: [] }, 'publicKeys', 'is missing: a list of'],
    [
      'a second key that is not one',
      { ...telnyx, publicKeys: [...telnyx.publicKeys, 'x'] },
      'publicKeys',
      '"x" is not valid',
    ],
  ])('cannot have %s', (_, second, setting, says) => {
    expect(carrierProblems([{ name: 'twilio' }, second])).toEqual([
      { index: 1, setting, says: expect.stringContaining(says) },
    ]);
  });
});

test('no secret for sending is a secret of a webhook', () => {
  const facts = [...CARRIER_FACTS.values()];
  const sending = facts.flatMap(({ secrets }) => secrets.sending ?? []);
  expect(facts.flatMap(({ secrets }) => secrets.webhook ?? []).filter((id) => sending.includes(id))).toEqual([]);
});
