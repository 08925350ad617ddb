import { describe, expect, test } from '@jest/globals';
import { conversation, learn } from './store.ts';
import type { Exchange, Message, View } from './view.ts';

const MARIA = '+15125550111';
const COMPANY = '+15125550142';
const message = (sid: string, at: number, changes: Partial<Message> = {}): Message => ({
  sid,
  revision: at,
  direction: 'inbound',
  from: MARIA,
  to: COMPANY,
  body: sid,
  media: [],
  segments: 1,
  status: 'received',
  errorCode: null,
  createdAt: at,
  webhook: null,
  ...changes,
});
const exchange = (id: number, changes: Partial<Exchange> = {}): Exchange => ({
  id,
  revision: id,
  at: id,
  kind: 'api',
  method: 'POST',
  url: '/Messages.json',
  parameters: {},
  try: 1,
  status: 400,
  problem: null,
  answer: '',
  code: 21610,
  ms: 1,
  sid: null,
  phone: MARIA,
  ...changes,
});
const view = (changes: Partial<View> = {}): View => ({
  identity: 'a',
  revision: 1,
  timeZone: null,
  numbers: [],
  answerings: [],
  conditions: [],
  carriers: [],
  phones: [],
  messages: [],
  calls: [],
  exchanges: [],
  ...changes,
});

describe('the page’s data', () => {
  test('adds new items, and replaces changed ones', () => {
    const first = learn(null, view({ messages: [message('SM1', 1, { status: 'receiving' }), message('SM2', 2)] }));
    const second = learn(first, view({ revision: 3, messages: [message('SM1', 1), message('SM3', 3)] }));
    expect([...second.messages.values()].map(({ sid, status }) => [sid, status])).toEqual([
      ['SM1', 'received'],
      ['SM2', 'received'],
      ['SM3', 'received'],
    ]);
    expect(first.messages.size).toBe(2);
  });

  test('is replaced as a whole by a view of another identity', () => {
    const first = learn(null, view({ messages: [message('SM1', 1)], exchanges: [exchange(1)] }));
    const second = learn(first, view({ identity: 'b', messages: [message('SM9', 9)] }));
    expect([...second.messages.keys()]).toEqual(['SM9']);
    expect(second.exchanges.size).toBe(0);
  });

  test('keeps only the newest requests', () => {
    const many = Array.from({ length: 600 }, (_, i) => exchange(i + 1));
    const known = learn(null, view({ exchanges: many }));
    expect([known.exchanges.size, [...known.exchanges.keys()][0]]).toEqual([500, 101]);
  });

  test('has conversations with both directions and refused texts, in order of time', () => {
    const known = learn(
      null,
      view({
        messages: [
          message('SM4', 4, { direction: 'outbound-api', from: COMPANY, to: MARIA }),
          message('SM1', 1),
          message('SM2', 2, { from: '+15125550112' }),
        ],
        exchanges: [
          exchange(3),
          exchange(5, { sid: 'SM4', status: 201, code: null }),
          exchange(6, { sid: 'SM5', status: null, problem: 'dropped' }),
          exchange(7, { method: 'GET' }),
          exchange(8, { phone: '+15125550112' }),
        ],
      }),
    );
    expect(conversation(known, MARIA).map(({ key }) => key)).toEqual(['SM1', 'refusal-3', 'SM4']);
  });
});
