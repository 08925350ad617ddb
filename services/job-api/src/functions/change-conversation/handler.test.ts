import { describe, expect, test } from '@jest/globals';
import { validate as isConversationState } from '@qdn/contracts/validators/conversationState';
import { validate as isListedConversation } from '@qdn/contracts/validators/listedConversation';
import { type MessageSid, newConversation, type RelayPlan } from '@qdn/domain';
import { aService, asOperator, bearer, call, NOW, operatorToken } from '../../testing.ts';
import { getConversation } from '../get-conversation/handler.ts';
import { changeConversation } from './handler.ts';

const PHONE = '+15125550111';
const FIRST = `SM${'1'.padStart(32, '0')}` as MessageSid;
const ONE_HOUR_MS = 3_600_000;

/** Returns a service with a conversation that waits. */
const waitingService = async () => {
  const service = aService();
  const { relay } = service;
  const plan: RelayPlan = {
    ...{ kind: 'team', timelineId: 'QDN-1042', sender: 'customer', from: PHONE, receivedAt: NOW, begunAt: NOW },
    ...{ recipients: [], body: 'x', acknowledges: [], notice: null, bounce: null, heldUntil: null, answeredBy: null },
  };
  await relay.pin(FIRST, plan);
  const text = { messageSid: FIRST, timelineId: 'QDN-1042', at: NOW };
  await relay.addConversationText(PHONE, { ...text, side: 'person', sender: 'customer', body: 'Can you come at 3?' });
  await relay.writeConversation({
    ...newConversation(PHONE, FIRST, NOW),
    name: 'Maria Lopez',
    waiting: [{ messageSid: FIRST, timelineId: 'QDN-1042', since: NOW, isQuestion: true }],
    lastOfPerson: { ...text, by: 'customer', body: 'Can you come at 3?', isQuestion: true },
    version: 1,
  });
  return service;
};
type Service = Awaited<ReturnType<typeof waitingService>>;
const command = (service: Service, json: unknown, id: string = FIRST) =>
  call(changeConversation(service), {
    method: 'POST',
    pathParameters: { conversation_id: id },
    headers: asOperator,
    body: JSON.stringify(json),
  });
const read = (service: Service, id: string = FIRST, headers = asOperator) =>
  call(getConversation(service), { pathParameters: { conversation_id: id }, headers });

describe('GET /api/conversations/{conversation_id}', () => {
  test('finds the conversation by its ID and by the job of its customer', async () => {
    const service = await waitingService();
    const { status, json } = await read(service);
    expect(status).toBe(200);
    expect(isConversationState(json)).toBe(true);
    expect(json).toMatchObject({
      conversation: { id: FIRST, name: 'Maria Lopez', waiting: 1, isQuestion: true, from: '+*********11' },
      phone: PHONE,
      texts: [{ sid: FIRST, jobId: 'QDN-1042', side: 'person', body: 'Can you come at 3?' }],
      next: null,
    });
    expect((await read(service, 'QDN-1042')).json).toEqual(json);
  });

  test.each(['QDN-77', FIRST.replace('1', '2'), PHONE, 'x'])('knows no conversation %s', async (id) => {
    const service = id === 'QDN-77' ? aService() : await waitingService();
    expect(await read(service, id)).toMatchObject({
      status: 404,
      json: { type: 'urn:qdn:problem:conversation-not-found' },
    });
  });
});

describe('POST /api/conversations/{conversation_id}', () => {
  test('claims it for a contact, until the claim is released or is four hours old', async () => {
    const service = await waitingService();
    const [contact] = service.company.contacts;
    if (!contact) throw new Error('The company of the tests has contacts');
    const { json } = await command(service, { command: 'claim', by: contact.id });
    expect(isListedConversation(json)).toBe(true);
    expect(json.claim).toMatchObject({ by: contact.id, name: contact.name });
    const later = { ...service, now: () => NOW + 4 * ONE_HOUR_MS };
    expect(
      (await read(later, FIRST, { ...asOperator, ...bearer(operatorToken(NOW + 9 * ONE_HOUR_MS)) })).json.conversation
        .claim,
    ).toBeNull();
    expect((await command(service, { command: 'release' })).json.claim).toBeNull();
    expect((await command(service, { command: 'claim' })).json.claim).toMatchObject({ by: 'operator', name: 'ops' });
  });

  test('closes it: nothing waits, and no one else is texted because of it', async () => {
    const service = await waitingService();
    expect((await command(service, { command: 'close' })).json).toMatchObject({
      waiting: 0,
      closedAt: expect.any(String),
    });
    expect((await service.relay.plan(FIRST))?.answeredBy).toBe('ops');
    expect((await command(service, { command: 'close' })).status).toBe(200);
  });

  test('unlinks another phone of a customer, and again without an error', async () => {
    const service = await waitingService();
    const known = await service.relay.conversation(PHONE);
    if (!known) throw new Error('The conversation is missing');
    const link = { phone: '+15125550112', name: 'Bob Ray', by: 'Dana', at: NOW };
    await service.relay.writeConversation({ ...known, otherPhoneOf: link, version: known.version + 1 });
    const { otherPhoneOf } = (await read(service)).json.conversation;
    // The other number is not in the answer.
    expect(otherPhoneOf).toEqual({ name: 'Bob Ray', by: 'Dana', at: new Date(NOW).toISOString() });
    for (let n = 0; n < 2; n += 1) expect((await command(service, { command: 'unlink' })).json.otherPhoneOf).toBeNull();
  });

  test('adds a note, which repeated is one', async () => {
    const service = await waitingService();
    for (let n = 0; n < 2; n += 1) await command(service, { command: 'note', text: 'Has a dog' });
    const { texts } = (await read(service)).json;
    expect(texts.map(({ side, body }: { side: string; body: string }) => [side, body])).toEqual([
      ['note', 'Has a dog'],
      ['person', 'Can you come at 3?'],
    ]);
  });

  test.each([
    [{ command: 'claim', by: 'no-one' }, '/by'],
    [{ command: 'note' }, '/text'],
    [{ command: 'note', text: '  ' }, '/text'],
    [{ command: 'burn' }, '/command'],
  ])('refuses %j', async (json, pointer) => {
    expect(await command(await waitingService(), json)).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
  });
});
