import { describe, expect, test } from '@jest/globals';
import { validate as isTwilioAdminSecret } from '@qdn/contracts/validators/twilioAdminSecret';
import fc from 'fast-check';
import { planTokenPromotion, promoteToken } from './promote-token.ts';
import type { AdminSecret } from './rotation.ts';
import {
  ACCOUNT,
  CutOff,
  createWorld,
  currentOf,
  FIRST_TOKEN,
  IN_FLIGHT_MS,
  PROPAGATION_MS,
  refusedWebhook,
  type World,
} from './testing/world.ts';

const promote = (world: World, given: AdminSecret | null = null, mirrored: AdminSecret[] = []) =>
  promoteToken({
    ...world.surroundings,
    account: world.account,
    secret: world.secret,
    given,
    mirror: (_, now) => void mirrored.push(now),
  });
const stored = (world: World): string => currentOf(world, isTwilioAdminSecret).authToken;
const plan = (world: World, given: AdminSecret | null = null) =>
  planTokenPromotion({ ...world.surroundings, secret: world.secret, given });

describe('promoting the secondary Auth Token', () => {
  test('stages it, waits until either token counts everywhere, promotes it, and makes it the current version', async () => {
    const world = createWorld(FIRST_TOKEN);
    const mirrored: AdminSecret[] = [];
    await promote(world, null, mirrored);
    expect(world.tokens()).toEqual({ primary: 'token-2-xxxxxxxxx', secondary: null });
    expect(world.versions()).toMatchObject({
      AWSCURRENT: { value: { accountSid: ACCOUNT, authToken: 'token-2-xxxxxxxxx' } },
      AWSPREVIOUS: { value: FIRST_TOKEN },
    });
    expect(world.versions().AWSPENDING).toBeUndefined();
    expect(world.waits).toEqual([PROPAGATION_MS, IN_FLIGHT_MS, PROPAGATION_MS]);
    expect(mirrored).toEqual([{ accountSid: ACCOUNT, authToken: 'token-2-xxxxxxxxx' }]);
    expect(refusedWebhook(world.history)).toBeNull();
  });

  test('twice in a row refuses nothing either', async () => {
    const world = createWorld(FIRST_TOKEN);
    await promote(world);
    await promote(world);
    expect(stored(world)).toBe('token-3-xxxxxxxxx');
    expect(refusedWebhook(world.history)).toBeNull();
  });

  test('takes the secondary token that the owner has made', async () => {
    const world = createWorld(FIRST_TOKEN);
    world.meddle({ secondary: 'token-of-the-owner' });
    await promote(world, { accountSid: ACCOUNT, authToken: 'token-of-the-owner' });
    expect(stored(world)).toBe('token-of-the-owner');
    expect(refusedWebhook(world.history)).toBeNull();
  });

  test('shows the steps of a dry run and changes nothing', async () => {
    const world = createWorld(FIRST_TOKEN);
    expect((await plan(world)).join('\n')).toMatch(
      /Create a secondary.*Wait 5 min 30 s.*Promote it.*Wait 1 min 15 s.*Wait 5 min 30 s/s,
    );
    expect((await plan(world, FIRST_TOKEN))[0]).toContain('.secrets/qdn.env');
    expect(world.tokens()).toEqual({ primary: FIRST_TOKEN.authToken, secondary: null });
    expect(world.versions()).toEqual(createWorld(FIRST_TOKEN).versions());
  });
});

describe('a promotion that is cut off', () => {
  test('at any call, before it or after, refuses nothing, and the next run finishes it', async () => {
    const whole = createWorld(FIRST_TOKEN);
    await promote(whole);
    expect(whole.calls()).toBeGreaterThan(12);
    for (let call = 1; call <= whole.calls(); call++) {
      for (const after of [false, true]) {
        const world = createWorld(FIRST_TOKEN);
        world.cutOff(call, after);
        await expect(promote(world)).rejects.toThrow(CutOff);
        world.goOn();
        expect((await plan(world)).length).toBeGreaterThan(0);
        await promote(world);
        expect([call, after, refusedWebhook(world.history)]).toEqual([call, after, null]);
        expect([call, after, stored(world)]).toEqual([call, after, world.tokens().primary]);
        expect(stored(world)).not.toBe(FIRST_TOKEN.authToken);
        expect(world.tokens().secondary).toBeNull();
        expect(world.versions().AWSPENDING).toBeUndefined();
      }
    }
  });

  test('again and again, anywhere, still ends well', async () => {
    const cuts = fc.array(fc.record({ call: fc.integer({ min: 1, max: 25 }), after: fc.boolean() }), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(cuts, async (list) => {
        const world = createWorld(FIRST_TOKEN);
        for (const { call, after } of list) {
          world.cutOff(call, after);
          await promote(world).catch((error) => expect(error).toBeInstanceOf(CutOff));
        }
        world.goOn();
        await promote(world);
        expect(refusedWebhook(world.history)).toBeNull();
        expect(stored(world)).toBe(world.tokens().primary);
        expect(world.tokens().secondary).toBeNull();
      }),
    );
  });
});

describe('a promotion that meets what it did not expect', () => {
  test('does not touch a secondary token of another program', async () => {
    const world = createWorld(FIRST_TOKEN);
    world.meddle({ secondary: 'token-of-another-program' });
    await expect(promote(world)).rejects.toThrow(/TWILIO_AUTH_TOKEN_SECONDARY, or delete it in the Twilio Console/);
    expect(world.tokens().secondary).toBe('token-of-another-program');
    expect(world.versions().AWSPENDING).toBeUndefined();
  });

  test('a secondary token that is deleted elsewhere ends it, and the next run makes another', async () => {
    const world = createWorld(FIRST_TOKEN);
    world.account.promoteSecondaryToken = async () => Promise.reject(new CutOff());
    await expect(promote(world)).rejects.toThrow(CutOff);
    world.meddle({ secondary: null });
    await expect(promote(world)).rejects.toThrow('it was deleted elsewhere');
    expect(world.versions().AWSPENDING).toBeUndefined();
  });

  test('a stored token that Twilio refuses says what to do', async () => {
    const world = createWorld(FIRST_TOKEN);
    world.meddle({ primary: 'changed-in-the-console' });
    await expect(promote(world)).rejects.toThrow(/Copy the token from the Twilio Console into .secrets\/qdn.env/);
  });
});

test('the check would find a token that is promoted, or made the current version, too early', async () => {
  for (const change of [{ propagationMs: 290_000 }, { inFlightMs: 10_000 }]) {
    const world = createWorld(FIRST_TOKEN);
    Object.assign(world.surroundings, change);
    await promote(world);
    await promote(world);
    expect([change, refusedWebhook(world.history) === null]).toEqual([change, false]);
  }
});
