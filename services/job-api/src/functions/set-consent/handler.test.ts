import { describe, expect, test } from '@jest/globals';
import type { Wire } from '@qdn/contracts';
import { validate as isConsent } from '@qdn/contracts/validators/consent';
import { validate as isConsentList } from '@qdn/contracts/validators/consentList';
import { validate as isConsentOrder } from '@qdn/contracts/validators/consentOrder';
import { type Consent, decideConsent } from '@qdn/domain';
import { aService, asDevice, asOperator, bearer, call, NOW, trackToken } from '../../testing.ts';
import { findConsents } from '../find-consents/handler.ts';
import { setConsent } from './handler.ts';

const PHONE = '+15125550111';

/** Returns the service with the queue of the relay, and a worker that stores what is in it. */
const consentService = () => {
  const queued: Array<Wire<'consentOrder'>> = [];
  const service = { ...aService(), queue: { send: async (order: Wire<'consentOrder'>) => void queued.push(order) } };
  const work = async (): Promise<void> => {
    for (const { schema: _, kind: __, at, ...decision } of queued.splice(0))
      await decideConsent({ relay: service.relay, log: () => {} }, { ...decision, at: Date.parse(at) });
  };
  return { service, queued, work };
};
type Service = ReturnType<typeof consentService>['service'];
const ask = (
  fn: Parameters<typeof call>[0],
  method: string,
  json: unknown,
  headers: Record<string, string> = asOperator,
) => call(fn, { method, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(json) });
const set = (service: Service, json: unknown, headers?: Record<string, string>) =>
  ask(setConsent(service), 'PUT', json, headers);
const find = (service: Service, json: unknown, headers?: Record<string, string>) =>
  ask(findConsents(service), 'POST', json, headers);

describe('PUT /api/consents', () => {
  test('puts the change, with reason and operator, into the queue, and the history has it', async () => {
    const { service, queued, work } = consentService();
    const { status, json } = await set(service, { phone: PHONE, isStopped: true, why: 'asked by phone' });
    const entry = { phone: PHONE, isStopped: true, by: 'operator', why: 'asked by phone', actor: 'ops' };
    expect([status, json]).toEqual([202, { ...entry, at: new Date(NOW).toISOString() }]);
    expect(isConsent(json)).toBe(true);
    expect(queued.every(isConsentOrder)).toBe(true);
    // The worker is the only writer.
    expect(await service.relay.consents(PHONE)).toEqual([]);
    await work();
    expect((await find(service, { phone: PHONE })).json).toEqual({ consents: [json] });
    expect(await service.relay.stopped([PHONE])).toEqual(new Set([PHONE]));
  });

  test.each([
    [{ phone: '5125550111', isStopped: true, why: 'x' }, '/phone'],
    [{ phone: PHONE, isStopped: 'yes', why: 'x' }, '/isStopped'],
    [{ phone: PHONE, isStopped: true }, ''],
    [{ phone: PHONE, isStopped: true, why: '  ' }, '/why'],
    [{ phone: PHONE, isStopped: true, why: 'x'.repeat(201) }, '/why'],
    [{ phone: PHONE, isStopped: true, why: 'x', actor: 'someone else' }, ''],
  ])('refuses %j', async (json, pointer) => {
    const { service, queued } = consentService();
    expect(await set(service, json)).toMatchObject({ status: 422, json: { errors: [{ pointer }] } });
    expect(queued).toEqual([]);
  });
});

describe('POST /api/consents/find', () => {
  test('returns the history of a number, newest first, with the origin of each entry', async () => {
    const { service } = consentService();
    const history: Consent[] = [
      { phone: PHONE, isStopped: true, by: 'stop', why: 'STOP', at: NOW - 3 },
      { phone: PHONE, isStopped: false, by: 'start', why: 'START', at: NOW - 2 },
      { phone: PHONE, isStopped: true, by: 'dispatcher', why: 'Dana', at: NOW - 1 },
    ];
    for (const one of history) await service.relay.setConsent(one);
    const { status, json } = await find(service, { phone: PHONE });
    expect([status, isConsentList(json)]).toEqual([200, true]);
    expect(json.consents.map(({ by, why, actor }: Wire<'consent'>) => [by, why, actor])).toEqual([
      ['dispatcher', 'Dana', null],
      ['start', 'START', null],
      ['stop', 'STOP', null],
    ]);
    expect((await find(service, { phone: '+15125550112' })).json).toEqual({ consents: [] });
  });

  test('lists those that opted out last without a number', async () => {
    const { service } = consentService();
    await service.relay.setConsent({ phone: PHONE, isStopped: true, by: 'stop', why: 'STOP', at: NOW - 3 });
    await service.relay.setConsent({ phone: '+15125550112', isStopped: false, by: 'start', why: null, at: NOW - 2 });
    const { json } = await find(service, {});
    expect(json.consents.map(({ phone }: Wire<'consent'>) => phone)).toEqual([PHONE]);
  });
});

describe('both', () => {
  test.each([
    ['a customer’s link', bearer(trackToken()), 401],
    ['a device', asDevice, 401],
    ['no token', {}, 401],
  ])('refuse %s', async (_, headers, status) => {
    const { service, queued } = consentService();
    const plain = { authorization: '', ...headers };
    expect((await set(service, { phone: PHONE, isStopped: true, why: 'x' }, plain)).status).toBe(status);
    expect((await find(service, { phone: PHONE }, plain)).status).toBe(status);
    expect(queued).toEqual([]);
  });
});
