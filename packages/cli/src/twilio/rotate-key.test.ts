import { describe, expect, test } from '@jest/globals';
import { validate as isTwilioSenderSecret } from '@qdn/contracts/validators/twilioSenderSecret';
import fc from 'fast-check';
import { planKeyRotation, rotateKey } from './rotate-key.ts';
import type { SenderSecret } from './rotation.ts';
import {
  ACCOUNT,
  CutOff,
  createWorld,
  currentOf,
  FIRST_KEY,
  FIRST_TOKEN,
  PROPAGATION_MS,
  refusedText,
  type World,
} from './testing/world.ts';

const login = { user: ACCOUNT, password: FIRST_TOKEN.authToken };
const rotate = (world: World, mirrored: Array<[SenderSecret | null, SenderSecret]> = []) =>
  rotateKey({
    ...world.surroundings,
    account: world.account,
    login,
    secret: world.secret,
    mirror: (old, now) => void mirrored.push([old, now]),
  });
const stored = (world: World): SenderSecret => currentOf(world, isTwilioSenderSecret);
const keyOf = (n: number) => `SK${String(n).repeat(32)}`;

/** Returns the number of calls in a whole run. */
const wholeRun = async (): Promise<number> => {
  const world = createWorld(FIRST_KEY);
  await rotate(world);
  return world.calls();
};

describe('rotating the API key', () => {
  test('puts a new key in the place of the old one, waits as long as that may be in use, and revokes it', async () => {
    const world = createWorld(FIRST_KEY);
    const mirrored: Array<[SenderSecret | null, SenderSecret]> = [];
    await rotate(world, mirrored);
    expect(world.keys()).toEqual([keyOf(2)]);
    expect(stored(world).apiKeySid).toBe(keyOf(2));
    expect(world.versions().AWSPENDING).toBeUndefined();
    expect(world.waits).toEqual([PROPAGATION_MS]);
    expect(mirrored).toEqual([[FIRST_KEY, stored(world)]]);
    expect(refusedText(world.history)).toBeNull();
    expect(world.said.join('\n')).toContain(`Revoked the old key ${FIRST_KEY.apiKeySid}.`);
  });

  test('twice in a row refuses nothing either', async () => {
    const world = createWorld(FIRST_KEY);
    await rotate(world);
    await rotate(world);
    expect(world.keys()).toEqual([keyOf(3)]);
    expect(refusedText(world.history)).toBeNull();
  });

  test('shows the steps of a dry run and changes nothing', async () => {
    const world = createWorld(FIRST_KEY);
    const plan = await planKeyRotation({ secret: world.secret, propagationMs: PROPAGATION_MS });
    expect(plan.join('\n')).toMatch(/Create a new API key.*Wait 5 min 30 s.*Revoke the old key SK1111/s);
    expect(world.keys()).toEqual([FIRST_KEY.apiKeySid]);
    expect(world.versions()).toEqual(createWorld(FIRST_KEY).versions());
  });
});

describe('a rotation that is cut off', () => {
  test('at any call, before it or after, refuses nothing, and the next run leaves one key, the stored one', async () => {
    const calls = await wholeRun();
    expect(calls).toBeGreaterThan(12);
    for (let call = 1; call <= calls; call++) {
      for (const after of [false, true]) {
        const world = createWorld(FIRST_KEY);
        world.cutOff(call, after);
        await expect(rotate(world)).rejects.toThrow(CutOff);
        world.goOn();
        const plan = await planKeyRotation({ secret: world.secret, propagationMs: PROPAGATION_MS });
        await rotate(world);
        expect([call, after, refusedText(world.history)]).toEqual([call, after, null]);
        expect([call, after, world.keys()]).toEqual([call, after, [stored(world).apiKeySid]]);
        expect(stored(world).apiKeySid).not.toBe(FIRST_KEY.apiKeySid);
        expect(world.versions().AWSPENDING).toBeUndefined();
        expect(plan.length).toBeGreaterThan(0);
      }
    }
  });

  test('again and again, anywhere, still ends well', async () => {
    const cuts = fc.array(fc.record({ call: fc.integer({ min: 1, max: 25 }), after: fc.boolean() }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (list) => {
        const world = createWorld(FIRST_KEY);
        for (const { call, after } of list) {
          world.cutOff(call, after);
          await rotate(world).catch((error) => expect(error).toBeInstanceOf(CutOff));
        }
        world.goOn();
        await rotate(world);
        expect(refusedText(world.history)).toBeNull();
        expect(world.keys()).toEqual([stored(world).apiKeySid]);
      }),
    );
  });

  test('between creating and storing a key, reports the key without a known secret, and revokes it', async () => {
    const world = createWorld(FIRST_KEY);
    const created = world.account.createKey;
    world.account.createKey = async (...parameters) => {
      await created(...parameters);
      throw new CutOff();
    };
    await expect(rotate(world)).rejects.toThrow(CutOff);
    expect(world.keys()).toEqual([FIRST_KEY.apiKeySid, keyOf(2)]);
    world.account.createKey = created;
    await rotate(world);
    expect(world.said[0]).toBe(
      `Revoked ${keyOf(2)}: an earlier run created it and was interrupted before it was stored, so no one has its secret.`,
    );
    expect(world.keys()).toEqual([keyOf(3)]);
  });
});

describe('a rotation that meets what it did not expect', () => {
  test('a new key that Twilio refuses is never used', async () => {
    const world = createWorld(FIRST_KEY);
    world.account.acceptsKey = async () => false;
    await expect(rotate(world)).rejects.toThrow(/Twilio refuses the new key SK2.*the old key stays in use/);
    expect(stored(world)).toEqual(FIRST_KEY);
    expect(world.keys()).toEqual([FIRST_KEY.apiKeySid]);
    expect(world.versions().AWSPENDING).toBeUndefined();
  });

  test('a new key that is known everywhere only a little later is waited for', async () => {
    const world = createWorld(FIRST_KEY);
    const { acceptsKey } = world.account;
    let asked = 0;
    world.account.acceptsKey = async (key) => (await acceptsKey(key)) && ++asked > 3;
    await rotate(world);
    expect(world.waits).toEqual([3000, 3000, 3000, PROPAGATION_MS]);
  });

  test('keeps the old key when someone changes the stored key during the wait', async () => {
    const world = createWorld(FIRST_KEY);
    const { wait } = world.surroundings;
    world.surroundings.wait = async (ms) => {
      await wait(ms);
      if (ms === PROPAGATION_MS) world.meddle({ revoke: keyOf(2) });
    };
    await expect(rotate(world)).rejects.toThrow(/Nothing was revoked: SK1/);
    expect(world.keys()).toEqual([FIRST_KEY.apiKeySid]);
  });

  test('another rotation of the same key at the same time gives way', async () => {
    const world = createWorld(FIRST_KEY);
    const { createKey } = world.account;
    world.account.createKey = async (...parameters) => {
      await world.secret.stage({ rotation: 'of-somebody-else' });
      return createKey(...parameters);
    };
    await expect(rotate(world)).rejects.toThrow('Another rotation of this key is running');
    expect(world.keys()).toEqual([FIRST_KEY.apiKeySid]);
  });

  test('keys that other rotations left are named, and left alone', async () => {
    const world = createWorld(FIRST_KEY);
    await world.account.createKey(login, 'qdn-relay elsewhere');
    await rotate(world);
    expect(world.keys()).toEqual([keyOf(2), keyOf(3)]);
    expect(world.said.join('\n')).toContain(`Twilio has other keys of the name “qdn-relay”: ${keyOf(2)}.`);
  });

  test('a previous version that no rotation left is not revoked', async () => {
    const world = createWorld(FIRST_KEY);
    const pushed = { accountSid: ACCOUNT, ...(await world.account.createKey(login, 'by hand')) };
    await world.secret.stage(pushed);
    await world.secret.promote();
    await world.secret.unstage();
    await rotate(world);
    expect(world.keys()).toEqual([FIRST_KEY.apiKeySid, keyOf(3)]);
  });
});

test('the check would find a key that is revoked too early', async () => {
  const world = createWorld(FIRST_KEY);
  world.surroundings.propagationMs = 290_000;
  await rotate(world);
  expect(refusedText(world.history)).not.toBeNull();
});
