import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { PhoneNumber, RecipientId } from '../../ids.ts';
import { aJob } from '../../testing/index.ts';
import { DEFAULT_POLICY, type RelayCompany } from '../policy.ts';
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
const team = (...args: Parameters<typeof teamFor>) => teamFor(...args).map(({ recipient }) => recipient);

describe('the team', () => {
  test('is the job’s contacts, or the company’s when the job has none or there is no job', () => {
    expect(team(job, words(MARIA), company, NOW)).toEqual(['nina', 'luis']);
    expect(team(aJob({ contacts: [] }), words(MARIA), company, NOW)).toEqual(['dana', 'luis']);
    expect(team(null, words(STRANGER), company, NOW)).toEqual(['dana', 'luis']);
  });

  test('has each phone and each contact once, and never the sender or our own numbers', () => {
    const anyContact = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      phone: fc.constantFrom(MARIA, '+15125550142', dana.phone, luis.phone, nina.phone),
    });
    fc.assert(
      fc.property(fc.array(anyContact, { minLength: 1, maxLength: 6 }), (contacts) => {
        const crowded = aJob({ contacts: contacts.map(({ id, phone }) => contact(id, phone)) });
        const members = teamFor(crowded, words(MARIA), company, NOW);
        const phones = members.map(({ to }) => to);
        expect(new Set(phones).size).toBe(phones.length);
        expect(new Set(members.map(({ recipient }) => recipient)).size).toBe(phones.length);
        expect(phones).not.toContain(MARIA);
        expect(phones).not.toContain('+15125550142');
        const reachable = contacts.filter(({ phone }) => phone !== MARIA && phone !== '+15125550142');
        expect(phones.length > 0).toBe(reachable.length > 0);
      }),
    );
  });

  test('waits for the end of quiet hours, unless the text is urgent', () => {
    // 09:00 in Chicago.
    const asleep = aJob({ contacts: [{ ...dana, quietHours: { from: '20:00', to: '09:30' } }, luis] });
    expect(teamFor(asleep, words(MARIA), company, NOW)).toMatchObject([
      { recipient: 'dana', notBefore: NOW + 30 * 60_000 },
      { recipient: 'luis', notBefore: NOW },
    ]);
    expect(teamFor(asleep, words(MARIA, 'URGENT: it leaks'), company, NOW)).toMatchObject([
      { notBefore: NOW },
      { notBefore: NOW },
    ]);
  });

  test('has those on duty first, in their order, and the others as backups', () => {
    const crew = { ...company, contacts: [dana, luis, nina] };
    const duty = { ids: ['nina', 'luis'], others: 'after' } as const;
    expect(teamFor(null, words(MARIA), crew, NOW, { duty })).toEqual([
      { recipient: 'nina', to: nina.phone, notBefore: NOW },
      { recipient: 'luis', to: luis.phone, notBefore: NOW },
      { recipient: 'dana', to: dana.phone, notBefore: NOW, isBackup: true },
    ]);
    expect(team(null, words(MARIA), crew, NOW, { duty: { ...duty, others: 'never' } })).toEqual(['nina', 'luis']);
  });

  test.each([
    ['an empty slot', [], MARIA],
    ['a person who is not in the file', ['tom'], MARIA],
    ['someone on duty who writes the text', ['luis'], luis.phone],
  ])('falls back to everyone: %s', (_, ids, from) => {
    const everyone = team(null, words(from), company, NOW);
    for (const others of ['after', 'never'] as const)
      expect(teamFor(null, words(from), company, NOW, { duty: { ids, others } })).toMatchObject(
        everyone.map((recipient) => ({ recipient })),
      );
    expect(everyone.length).toBeGreaterThan(0);
  });

  test('duty goes before quiet hours; those off duty keep theirs', () => {
    const quietHours = { from: '20:00', to: '09:30' };
    const asleep = {
      ...company,
      contacts: [
        { ...dana, quietHours },
        { ...luis, quietHours },
      ],
    };
    expect(teamFor(null, words(MARIA), asleep, NOW, { duty: { ids: ['luis'], others: 'after' } })).toMatchObject([
      { recipient: 'luis', notBefore: NOW },
      { recipient: 'dana', notBefore: NOW + 30 * 60_000, isBackup: true },
    ]);
  });

  test('contacts that a job names for itself have no rota', () => {
    expect(team(job, words(MARIA), company, NOW, { duty: { ids: ['luis'], others: 'never' } })).toEqual([
      'nina',
      'luis',
    ]);
  });
});
