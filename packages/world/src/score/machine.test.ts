import { describe, expect, test } from '@jest/globals';
import type { SentText, Usage } from '../system.ts';
import { doubledTexts, judgeMachine, type MachineFacts } from './machine.ts';

const MINUTE = 60_000;
const text = (at: number, body: string, to = '+15125550111'): SentText => ({
  at,
  from: '+15125550142',
  to,
  body,
  media: [],
});
const wrote = (at: number, body: string, from = '+15125550111') => ({ at, from, to: '+15125550142', body, media: [] });
const facts = (changes: Partial<MachineFacts> = {}): MachineFacts => ({
  days: 10,
  incoming: [],
  sent: [],
  usage: [],
  lostTexts: 0,
  deadLetters: 0,
  unknownOutcomes: 0,
  dollars: null,
  ...changes,
});
const valueFor = (name: string, changes: Partial<MachineFacts>): number | undefined =>
  judgeMachine(facts(changes)).find((figure) => figure.name === name)?.value;

describe('doubled texts', () => {
  test('are the same words to the same phone within ten minutes', () => {
    const sent = [text(0, 'on the way'), text(MINUTE, 'on the way'), text(MINUTE, 'on the way', '+15125550112')];
    expect(doubledTexts({ incoming: [], sent })).toBe(1);
    expect(doubledTexts({ incoming: [], sent: [text(0, 'here'), text(11 * MINUTE, 'here')] })).toBe(0);
  });

  test('are allowed as often as someone wrote the words or asked', () => {
    const sent = [text(2, 'Dana: ok'), text(MINUTE, 'Dana: ok'), text(MINUTE + 1, 'Dana: ok')];
    const incoming = [wrote(1, 'ok', '+15125550171'), wrote(MINUTE - 1, 'ok', '+15125550171')];
    expect(doubledTexts({ incoming, sent })).toBe(1);
    const asked = [wrote(0, 'status'), wrote(MINUTE, 'status')];
    expect(doubledTexts({ incoming: asked, sent: [text(1, 'ETA 3 pm'), text(MINUTE + 1, 'ETA 3 pm')] })).toBe(0);
  });
});

describe('the judge of the machine', () => {
  test('counts calls per month of thirty days and per text', () => {
    const usage: Usage[] = [{}, { 'dynamodb.read': 50, 'relay.dynamodb.read': 30, 'lambda.a': 3, 'lambda.b': 4 }];
    const incoming = [wrote(0, 'a'), wrote(1, 'b')];
    expect(valueFor('reads', { usage, incoming })).toBe(150);
    expect(valueFor('functions called', { usage, incoming })).toBe(21);
    expect(valueFor('reads of the relay', { usage, incoming })).toBe(15);
  });

  test('compares the second half with the first', () => {
    const day = (texts: number, items: number) => ({ 'carrier.received': texts, 'relay.dynamodb.items': items });
    const name = 'growth of items read per text, second half to first';
    expect(valueFor(name, { usage: [day(0, 0), day(10, 20), day(20, 80)] })).toBe(3);
    expect(valueFor(name, { usage: [day(0, 0), day(10, 20), day(10, 20)] })).toBe(1);
  });

  test('leaves out what a system cannot count', () => {
    const names = judgeMachine(facts({ lostTexts: null, deadLetters: null })).map(({ name }) => name);
    expect(names).toEqual(['texts doubled', 'outcomes unknown at the end']);
  });

  test('sets the measured cost beside the documented one', () => {
    expect(valueFor('cost, times that of docs/cost.md', { dollars: { measured: 15, documented: 10 } })).toBe(1.5);
  });
});
