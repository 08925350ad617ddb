import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { MessageSid, PhoneNumber, RecipientId } from '../ids.ts';
import { aJob } from '../testing/index.ts';
import type { InboundMessage } from './inbound.ts';
import { planRelay, type RelayCompany, senderLabel, senderOf } from './plan.ts';

const contact = (id: string, phone: string) => ({ id: id as RecipientId, name: id, phone: phone as PhoneNumber });
const dana = contact('dana', '+15125550171');
const luis = contact('luis', '+15125550172');
const nina = contact('nina', '+15125550173');
const MARIA = '+15125550111';
const STRANGER = '+15125550199';
const company: RelayCompany = {
  name: 'QuickDumpNow',
  textNumber: '+15125550142',
  timeZone: 'America/Chicago',
  contacts: [dana, luis],
};
const from = (sender: string, body = 'hello'): InboundMessage => ({
  messageSid: `SM${'1'.repeat(32)}` as MessageSid,
  pathJob: null,
  receivedAt: 0,
  from: sender,
  to: company.textNumber,
  body,
  optOutType: null,
  media: [],
});
const job = aJob({ contacts: [nina, luis] });
const to = ({ recipients }: ReturnType<typeof planRelay>) => recipients.map(({ recipient }) => recipient);

describe('who wrote', () => {
  test.each([
    [MARIA, 'customer', 'customer'],
    [nina.phone, 'contact', 'nina'],
    [dana.phone, 'contact', 'dana'],
    [company.textNumber, 'ourselves', 'company'],
    [STRANGER, 'stranger', '+*********99'],
    ['BANK', 'stranger', 'BANK'],
  ])('%s', (phone, kind, label) => {
    const sender = senderOf(phone, job, company);
    expect(sender.kind).toBe(kind);
    expect(senderLabel(sender, phone)).toBe(label);
  });

  test('a contact of another job is a stranger to this one', () => {
    expect(senderOf(nina.phone, aJob({ contacts: [luis] }), company).kind).toBe('stranger');
  });

  test('a dispatcher whose own job it is writes as its customer', () => {
    const own = aJob({ customer: { name: 'Dana', phone: dana.phone }, contacts: [dana, luis] });
    expect(senderOf(dana.phone, own, company).kind).toBe('customer');
    expect(to(planRelay(from(dana.phone), own, true, company))).toEqual(['luis']);
  });
});

describe('a text', () => {
  test('of the customer’s goes to the job’s contacts, of a job without any to the company’s', () => {
    expect(planRelay(from(MARIA), job, false, company)).toMatchObject({ text: 'team' });
    expect(to(planRelay(from(MARIA), job, false, company))).toEqual(['nina', 'luis']);
    expect(to(planRelay(from(MARIA), aJob({ contacts: [] }), false, company))).toEqual(['dana', 'luis']);
  });

  test('of a stranger’s goes to the contacts of the job that they name, else to the company’s', () => {
    expect(planRelay(from(STRANGER), job, true, company)).toMatchObject({ text: 'team' });
    expect(planRelay(from(STRANGER), null, false, company)).toMatchObject({ text: 'unmatched' });
    expect(to(planRelay(from(STRANGER), null, false, company))).toEqual(['dana', 'luis']);
  });

  test('of a contact’s goes to the customer of the job that they name, and else back to them with a question', () => {
    expect(planRelay(from(dana.phone, '@1042 ok'), job, true, company)).toMatchObject({
      text: 'reply',
      recipients: [{ recipient: 'customer', to: MARIA }],
    });
    for (const plan of [
      planRelay(from(dana.phone), job, false, company),
      planRelay(from(dana.phone), null, false, company),
    ])
      expect(plan).toMatchObject({ text: 'ask-back', recipients: [{ recipient: 'dana', to: dana.phone }] });
  });

  test('of a contact’s that says no more than the job goes back to them', () => {
    expect(planRelay(from(dana.phone, '@1042'), job, true, company)).toMatchObject({
      text: 'nothing-to-pass-on',
      recipients: [{ recipient: 'dana' }],
    });
  });

  test.each(['STOP', 'help', 'Start'])('that is the keyword %s goes nowhere, whoever wrote', (keyword) => {
    for (const sender of [MARIA, dana.phone, STRANGER])
      expect(to(planRelay(from(sender, keyword), job, true, company))).toEqual([]);
  });

  test('of our own goes nowhere', () => {
    expect(to(planRelay(from(company.textNumber, '@1042 hello'), job, true, company))).toEqual([]);
  });

  test('goes to each phone and each contact once, never back to its customer nor to ourselves', () => {
    const anyContact = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      phone: fc.constantFrom(MARIA, company.textNumber, dana.phone, luis.phone, nina.phone),
    });
    fc.assert(
      fc.property(fc.array(anyContact, { minLength: 1, maxLength: 6 }), (contacts) => {
        const crowded = aJob({ contacts: contacts.map(({ id, phone }) => contact(id, phone)) });
        const { recipients } = planRelay(from(MARIA), crowded, false, company);
        const phones = recipients.map((one) => one.to);
        expect(new Set(phones).size).toBe(phones.length);
        expect(new Set(recipients.map(({ recipient }) => recipient)).size).toBe(phones.length);
        expect(phones).not.toContain(MARIA);
        expect(phones).not.toContain(company.textNumber);
        const reachable = contacts.filter(({ phone }) => phone !== MARIA && phone !== company.textNumber);
        expect(phones.length > 0).toBe(reachable.length > 0);
      }),
    );
  });
});
