import { beforeEach, describe, expect, test } from '@jest/globals';
import type { JobId, PhoneNumber } from '../../ids.ts';
import { aJob } from '../../testing/index.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { aWorld, dana, MARIA, type RelayWorld, START, STRANGER, text } from '../testing/relay-world.ts';
import { findJobForCustomer, findJobForDispatcher, questionIn } from './find-job.ts';

const marias = aJob({ contacts: [dana] });
const newer = aJob({ id: 'QDN-1050' as JobId, createdAt: START, contacts: [dana] });
const sams = aJob({ id: 'QDN-5' as JobId, customer: { name: 'Sam', phone: '+15125550112' as PhoneNumber } });

let world: RelayWorld;
beforeEach(() => {
  world = aWorld([marias, newer, sams]);
});
const forCustomer = async (message: Partial<InboundMessage>) => {
  const { job, isNamed, note } = await findJobForCustomer(world.dependencies(), text(message));
  return [job?.id ?? null, isNamed, note];
};
const forDispatcher = async (body: string, pathJob: string | null = null) => {
  const message = text({ from: dana.phone, body, pathJob: pathJob as JobId | null });
  const { job, unknownId, mentioned } = await findJobForDispatcher(world.dependencies(), message);
  return { job: job?.id ?? null, unknownId, mentioned: mentioned.map(({ id }) => id) };
};

describe('the job of a customer’s text', () => {
  test('is the one that the text names', async () => {
    expect(await forCustomer({ body: 'QDN-1042 please' })).toEqual(['QDN-1042', true, null]);
    expect(await forCustomer({ body: 'eta 1042' })).toEqual(['QDN-1042', true, null]);
  });

  test('is the newest of the sender’s jobs when the text names none', async () => {
    expect(await forCustomer({ body: 'hello' })).toEqual(['QDN-1050', false, 'newest of 2 jobs, also QDN-1042']);
  });

  test('is not a number that may be something else, unless nothing else is found', async () => {
    expect(await forCustomer({ body: 'gate #5', from: MARIA })).toEqual([
      'QDN-1050',
      false,
      'newest of 2 jobs, also QDN-1042',
    ]);
    expect(await forCustomer({ body: 'gate #5', from: STRANGER })).toEqual(['QDN-5', true, null]);
  });

  test('is that of the guest’s text before, for a week', async () => {
    await world.receive(text({ from: STRANGER, body: 'QDN-1042 you block my drive' }));
    expect(await forCustomer({ from: STRANGER, body: 'hello?' })).toEqual(['QDN-1042', false, null]);
    // A number that may be a gate does not move the guest to another job.
    const withGate = ['QDN-1042', false, 'may be about QDN-5'];
    expect(await forCustomer({ from: STRANGER, body: 'gate #5' })).toEqual(withGate);
    expect(await forCustomer({ from: STRANGER, body: 'QDN-5 hello?' })).toEqual(['QDN-5', true, null]);
    world.now += 8 * 24 * 3_600_000;
    expect(await forCustomer({ from: STRANGER, body: 'hello?' })).toEqual([null, false, null]);
  });

  test('is null for an unknown sender who names none', async () => {
    expect(await forCustomer({ body: 'hello', from: STRANGER })).toEqual([null, false, null]);
  });
});

describe('the job of a dispatcher’s text', () => {
  test('is the one that the text begins with, before the one in the path', async () => {
    expect(await forDispatcher('@5 yes', 'QDN-1042')).toEqual({ job: 'QDN-5', unknownId: null, mentioned: [] });
    expect(await forDispatcher('yes', 'QDN-1042')).toMatchObject({ job: 'QDN-1042' });
  });

  test('is the one that it asks about', async () => {
    expect(await forDispatcher('status 1042')).toMatchObject({ job: 'QDN-1042' });
  });

  test('is unknown when it does not exist', async () => {
    expect(await forDispatcher('@99 yes')).toEqual({ job: null, unknownId: 'QDN-99', mentioned: [] });
  });

  test('is only mentioned in the middle of a sentence', async () => {
    expect(await forDispatcher('after QDN-5 and #1042')).toEqual({ job: null, unknownId: null, mentioned: ['QDN-5'] });
  });
});

test('a question is recognized with and without a job', () => {
  expect(questionIn('ETA #1042?', 'QDN')).toEqual({ about: 'eta', language: 'en' });
  expect(questionIn('estado haul 7', 'HAUL')).toEqual({ about: 'status', language: 'es' });
  expect(questionIn('1042', 'QDN')).toBeNull();
});
