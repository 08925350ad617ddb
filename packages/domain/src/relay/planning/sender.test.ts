import { describe, expect, test } from '@jest/globals';
import type { PhoneNumber, RecipientId } from '../../ids.ts';
import { aJob } from '../../testing/index.ts';
import { DEFAULT_POLICY, type RelayCompany } from '../policy.ts';
import { senderLabel, senderOf } from './sender.ts';
import { teamFor } from './team.ts';

const contact = (id: string, phone: string) => ({ id: id as RecipientId, name: id, phone: phone as PhoneNumber });
const dana = contact('dana', '+15125550171');
const luis = contact('luis', '+15125550172');
const nina = contact('nina', '+15125550173');
const MARIA = '+15125550111';
const STRANGER = '+15125550199';
const company: RelayCompany = {
  name: 'QuickDumpNow',
  phone: '+15125550100',
  textNumbers: ['+15125550142', '+15125550143'],
  timeZone: 'America/Chicago',
  jobPrefix: 'QDN',
  contacts: [dana, luis],
  operator: null,
  drivers: [],
  policy: DEFAULT_POLICY,
};
const job = aJob({ contacts: [nina, luis] });
const NOW = Date.UTC(2026, 10, 23, 15);
const words = (from: string, body = 'hello') => ({ from, body });

describe('the sender', () => {
  test.each([
    [MARIA, 'customer', 'customer'],
    [nina.phone, 'contact', 'nina'],
    [dana.phone, 'contact', 'dana'],
    ['+15125550142', 'ourselves', 'company'],
    ['+15125550143', 'ourselves', 'company'],
    [STRANGER, 'stranger', '+*********99'],
    ['BANK', 'stranger', 'BANK'],
  ])('with number %s is a %s', (phone, kind, label) => {
    const sender = senderOf(phone, job, company);
    expect(sender.kind).toBe(kind);
    expect(senderLabel(sender, phone)).toBe(label);
  });

  test('is a stranger when they are the contact of another job only', () => {
    expect(senderOf(nina.phone, aJob({ contacts: [luis] }), company).kind).toBe('stranger');
  });

  test('is the customer when a dispatcher writes about their own job', () => {
    const own = aJob({ customer: { name: 'Dana', phone: dana.phone }, contacts: [dana, luis] });
    expect(senderOf(dana.phone, own, company).kind).toBe('customer');
    expect(teamFor(own, words(dana.phone), company, NOW).map(({ recipient }) => recipient)).toEqual(['luis']);
  });
});
