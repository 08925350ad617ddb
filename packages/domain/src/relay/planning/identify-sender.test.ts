import { beforeEach, expect, test } from '@jest/globals';
import type { JobId, PhoneNumber } from '../../ids.ts';
import { aJob } from '../../testing/index.ts';
import { aWorld, contact, dana, MARIA, OPERATOR, type RelayWorld, STRANGER, text } from '../testing/relay-world.ts';
import { identifySender } from './identify-sender.ts';

const nina = contact('nina', '+15125550173');
let world: RelayWorld;
beforeEach(() => {
  world = aWorld([aJob({ contacts: [nina] })]);
});
const identify = async (from: string, body = 'hello') => {
  const { sender, found } = await identifySender(world.dependencies(), text({ from, body }));
  return [sender.kind === 'contact' ? sender.contact.id : sender.kind, found.job?.id ?? null];
};

test('a customer is identified by a job’s phone', async () => {
  expect(await identify(MARIA)).toEqual(['customer', 'QDN-1042']);
  expect(await identify(STRANGER, 'QDN-1042?')).toEqual(['stranger', 'QDN-1042']);
  expect(await identify(STRANGER)).toEqual(['stranger', null]);
});

test('the company’s contacts and the operator are dispatchers', async () => {
  expect(await identify(dana.phone, '@1042 yes')).toEqual(['dana', 'QDN-1042']);
  expect(await identify(OPERATOR)).toEqual(['operator', null]);
});

test('a contact of a single job is identified by the messages that were relayed to them', async () => {
  expect(await identify(nina.phone)).toEqual(['stranger', null]);
  await world.receive();
  expect(await identify(nina.phone)).toEqual(['nina', null]);
});

test('a dispatcher who is the customer of the job that they name counts as its customer', async () => {
  const customer = { name: 'Dana', phone: dana.phone as PhoneNumber };
  world = aWorld([aJob(), aJob({ id: 'QDN-6' as JobId, customer })]);
  expect(await identify(dana.phone, '@6 when?')).toEqual(['customer', 'QDN-6']);
  expect(await identify(dana.phone, '@1042 yes')).toEqual(['dana', 'QDN-1042']);
});

test('one of our own numbers is not a person', async () => {
  expect((await identify('+15125550142'))[0]).toBe('ourselves');
});
