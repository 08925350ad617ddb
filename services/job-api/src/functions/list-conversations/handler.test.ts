import { describe, expect, test } from '@jest/globals';
import { validate as isConversationList } from '@qdn/contracts/validators/conversationList';
import { type MessageSid, newConversation } from '@qdn/domain';
import { aService, asOperator, bearer, call, NOW, trackToken } from '../../testing.ts';
import { listConversations } from './handler.ts';

const sid = (n: number) => `SM${String(n).padStart(32, '0')}` as MessageSid;
const phoneOf = (n: number) => `+1512555${String(n).padStart(4, '0')}`;

const list = (service: ReturnType<typeof aService>, after: string | null = null, headers = asOperator) =>
  call(listConversations(service), { headers, rawQuery: after ? `after=${encodeURIComponent(after)}` : '' });

/** Stores conversations: the first `waiting` of `count` wait for an answer. */
const store = async ({ relay }: ReturnType<typeof aService>, count: number, waiting: number): Promise<void> => {
  for (let n = 0; n < count; n += 1) {
    const text = {
      messageSid: sid(n),
      timelineId: 'UNMATCHED',
      at: NOW + n,
      by: '+*********00',
      body: 'Hi?',
      isQuestion: true,
    };
    await relay.writeConversation({
      ...newConversation(phoneOf(n), sid(n), NOW),
      handle: `@u${String(n).padStart(4, '0')}`,
      lastOfPerson: text,
      waiting: n < waiting ? [{ messageSid: sid(n), timelineId: 'UNMATCHED', since: NOW + n, isQuestion: true }] : [],
      version: 1,
    });
  }
};

describe('GET /api/conversations', () => {
  test('is empty before anyone has written', async () => {
    const { status, json } = await list(aService());
    expect(status).toBe(200);
    expect(isConversationList(json)).toBe(true);
    expect(json).toEqual({ conversations: [], next: null });
  });

  test.each([
    [3, 1],
    [120, 60],
    [100, 50],
    [70, 0],
    [60, 60],
  ])('lists %i conversations, of which %i wait, each once: waiting ones first', async (count, waiting) => {
    const service = aService();
    await store(service, count, waiting);
    const seen: string[] = [];
    for (let after: string | null = null, pages = 0; pages < 10; pages += 1) {
      const { status, json } = await list(service, after);
      expect(status).toBe(200);
      expect(isConversationList(json)).toBe(true);
      seen.push(...json.conversations.map(({ id }: { id: string }) => id));
      if (json.next === null) break;
      after = json.next;
    }
    const waits = Array.from({ length: waiting }, (_, n) => sid(n));
    const quiet = Array.from({ length: count - waiting }, (_, n) => sid(count - 1 - n));
    expect(seen).toEqual([...waits, ...quiet]);
  });

  test('has no phone number in it', async () => {
    const service = aService();
    await store(service, 60, 55);
    expect(JSON.stringify((await list(service)).json)).not.toContain('+1512');
  });

  test('refuses a cursor that it has not given, and a tracking link', async () => {
    expect(await list(aService(), 'x')).toMatchObject({ status: 422, json: { errors: [{ pointer: '/after' }] } });
    expect((await list(aService(), null, { ...asOperator, ...bearer(trackToken()) })).status).toBe(401);
  });
});
