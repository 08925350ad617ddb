import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SendOutcome } from '@qdn/domain';
import { KeyRefused } from './key-refused.ts';
import { rotatingCarrier, type SearchableCarrier } from './rotating-carrier.ts';

const sms = { to: '+15125550171', body: 'x', outboundMessageId: 'QDN-1042~SM1~dana' };
const query = { to: sms.to, body: sms.body, sentAfter: 0 };

/** A carrier that knows one key, and a store whose cached secret may be the one before. */
let valid: string;
let stored: { key: string };
let cached: { key: string };
let connections: string[];
let requests: number;
const connect = ({ key }: { key: string }): SearchableCarrier => {
  connections.push(key);
  const isValid = () => {
    requests += 1;
    return key === valid;
  };
  return {
    name: 'fake',
    send: async (): Promise<SendOutcome> =>
      isValid()
        ? { kind: 'accepted', carrierSid: key }
        : { kind: 'rejected', class: 'credentials', code: 20003, detail: 'Authenticate' },
    find: async () => {
      if (isValid()) return [{ carrierSid: key }];
      throw new KeyRefused('fake', 401);
    },
  };
};
const readSecret = async (fresh: boolean) => {
  if (fresh) cached = stored;
  return cached;
};
const carrier = () => rotatingCarrier('fake', readSecret, connect);
beforeEach(() => {
  valid = 'one';
  stored = { key: 'one' };
  cached = stored;
  connections = [];
  requests = 0;
});

describe('a carrier whose key is rotated', () => {
  test('is connected to once while its secret stays', async () => {
    const one = carrier();
    await one.send(sms);
    await one.send(sms);
    await one.find(query);
    expect(connections).toEqual(['one']);
  });

  test('takes the new key as soon as the old one is refused, and refuses no text for it', async () => {
    const one = carrier();
    await one.send(sms);
    valid = 'two';
    stored = { key: 'two' };
    expect(await one.send(sms)).toEqual({ kind: 'accepted', carrierSid: 'two' });
    expect(await one.find(query)).toEqual([{ carrierSid: 'two' }]);
    expect(connections).toEqual(['one', 'two']);
  });

  test('looks for a text with the new key as well', async () => {
    const one = carrier();
    valid = 'two';
    stored = { key: 'two' };
    expect(await one.find(query)).toEqual([{ carrierSid: 'two' }]);
  });

  test('is asked once when there is no newer key', async () => {
    valid = 'another';
    expect(await carrier().send(sms)).toMatchObject({ kind: 'rejected', code: 20003 });
    await expect(carrier().find(query)).rejects.toThrow('refused the API key');
    expect(requests).toBe(2);
  });

  test('without credentials has processed nothing', async () => {
    const without = rotatingCarrier('fake', async () => Promise.reject(new Error('no secret')), connect);
    expect(await without.send(sms)).toEqual({ kind: 'not-processed', detail: 'no secret' });
    await expect(without.find(query)).rejects.toThrow('no secret');
  });

  test('keeps every other outcome as it is', async () => {
    const refusing = rotatingCarrier('fake', readSecret, () => ({
      name: 'fake',
      send: async () => ({ kind: 'rejected', class: 'unreachable', code: 21211, detail: '' }),
      find: async () => Promise.reject(new Error('500')),
    }));
    expect(await refusing.send(sms)).toMatchObject({ code: 21211 });
    await expect(refusing.find(query)).rejects.toThrow('500');
  });
});
