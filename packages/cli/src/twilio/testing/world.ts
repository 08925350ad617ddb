import type { ApiKey, TwilioLogin } from '@qdn/carrier-twilio/account';
import { TwilioRefusal } from '@qdn/carrier-twilio/account';
import type { Validate } from '@qdn/contracts';
import { type AdminSecret, type RotatingSecret, rotatingSecret, type SenderSecret } from '../rotation.ts';

/** Interrupts a run: the process ends here. */
export class CutOff extends Error {}

export const ACCOUNT = `AC${'a'.repeat(32)}`;
export const FIRST_KEY: SenderSecret = {
  accountSid: ACCOUNT,
  apiKeySid: `SK${'1'.repeat(32)}`,
  apiKeySecret: 'secret-of-key-1-x',
};
export const FIRST_TOKEN: AdminSecret = { accountSid: ACCOUNT, authToken: 'token-1-xxxxxxxxx' };

const STAGES = ['AWSCURRENT', 'AWSPENDING', 'AWSPREVIOUS'] as const;
type Stage = (typeof STAGES)[number];
type Versions = Partial<Record<Stage, { versionId: string; value: unknown }>>;
/** Contents of the store and of Twilio from this moment on, in ms. */
export type Moment = {
  at: number;
  versions: Versions;
  keys: readonly string[];
  primary: string;
};

const fill = (prefix: string, n: number): string => `${prefix}${String(n).repeat(32).slice(0, 32)}`;

/**
 * A secret store and Twilio, on a clock that only calls and waits advance. A run can be interrupted before or after any call has its
 * effect. `history` has all former contents.
 */
export const createWorld = (first: SenderSecret | AdminSecret) => {
  let now = 0;
  let calls = 0;
  let cutOffAt: { call: number; after: boolean } | null = null;
  let versionCount = 1;
  let versions: Versions = { AWSCURRENT: { versionId: 'v1', value: first } };
  const keys = new Map<string, { secret: string; name: string }>([
    [FIRST_KEY.apiKeySid, { secret: FIRST_KEY.apiKeySecret, name: 'made in the Console' }],
  ]);
  let keyCount = 1;
  let tokenCount = 1;
  let primary = FIRST_TOKEN.authToken;
  let secondary: string | null = null;
  const said: string[] = [];
  const waits: number[] = [];
  const history: Moment[] = [];
  const record = (): void => {
    history.push({ at: now, versions: { ...versions }, keys: [...keys.keys()], primary });
  };
  record();

  const call = async <T>(effect: () => T): Promise<T> => {
    await Promise.resolve();
    calls += 1;
    now += 100;
    const ends = cutOffAt?.call === calls;
    if (ends && !cutOffAt?.after) throw new CutOff();
    const result = effect();
    record();
    if (ends) throw new CutOff();
    return result;
  };

  const isLogin = ({ user, password }: TwilioLogin): boolean =>
    user === ACCOUNT && (password === primary || password === secondary);
  const authorised = (login: TwilioLogin): void => {
    if (!isLogin(login)) throw new TwilioRefusal(401, 20003, 'Authenticate');
  };

  const secret: RotatingSecret = rotatingSecret('qdn/twilio', {
    read: (stage) => call(() => versions[stage] ?? null),
    put: (value, stage) =>
      call(() => {
        versionCount += 1;
        versions = { ...versions, [stage]: { versionId: `v${versionCount}`, value } };
      }),
    promote: () =>
      call(() => {
        const { AWSCURRENT, AWSPENDING, AWSPREVIOUS } = versions;
        if (!AWSPENDING || AWSPENDING.versionId === AWSCURRENT?.versionId) return;
        versions = {
          AWSCURRENT: AWSPENDING,
          AWSPENDING,
          ...(AWSCURRENT ? { AWSPREVIOUS: AWSCURRENT } : AWSPREVIOUS && { AWSPREVIOUS }),
        };
      }),
    unstage: () =>
      call(() => {
        const { AWSPENDING: _, ...others } = versions;
        versions = others;
      }),
  });

  const account = {
    accountSid: ACCOUNT,
    acceptsKey: ({ apiKeySid, apiKeySecret }: { apiKeySid: string; apiKeySecret: string }) =>
      call(() => keys.get(apiKeySid)?.secret === apiKeySecret),
    acceptsToken: (authToken: string) => call(() => isLogin({ user: ACCOUNT, password: authToken })),
    listKeys: (login: TwilioLogin): Promise<ApiKey[]> =>
      call(() => {
        authorised(login);
        return [...keys].map(([sid, { name }]) => ({ sid, name }));
      }),
    createKey: (login: TwilioLogin, name: string) =>
      call(() => {
        authorised(login);
        keyCount += 1;
        const made = { apiKeySid: fill('SK', keyCount), apiKeySecret: `secret-of-key-${keyCount}-x` };
        keys.set(made.apiKeySid, { secret: made.apiKeySecret, name });
        return made;
      }),
    revokeKey: (login: TwilioLogin, sid: string) =>
      call(() => {
        authorised(login);
        return keys.delete(sid);
      }),
    createSecondaryToken: (login: TwilioLogin) =>
      call(() => {
        authorised(login);
        if (secondary !== null) throw new TwilioRefusal(409, 20409, 'A secondary Auth Token exists already');
        tokenCount += 1;
        secondary = `token-${tokenCount}-xxxxxxxxx`;
        return secondary;
      }),
    deleteSecondaryToken: (login: TwilioLogin) =>
      call(() => {
        authorised(login);
        const wasThere = secondary !== null;
        secondary = null;
        return wasThere;
      }),
    promoteSecondaryToken: (login: TwilioLogin) =>
      call(() => {
        authorised(login);
        if (secondary === null) throw new TwilioRefusal(404, 20404, 'Not found');
        primary = secondary;
        secondary = null;
        return primary;
      }),
  };

  return {
    secret,
    account,
    /** For a run: everything but what only one of the commands needs. */
    surroundings: {
      propagationMs: PROPAGATION_MS,
      inFlightMs: IN_FLIGHT_MS,
      wait: (ms: number) =>
        call(() => {
          waits.push(ms);
          now += ms;
        }),
      say: (sentence: string) => void said.push(sentence),
      newId: () => `rotation-${calls}`,
    },
    /** The next run is cut off at its n-th call: before it has any effect, or after. */
    cutOff: (call: number, after: boolean): void => {
      cutOffAt = { call: calls + call, after };
    },
    goOn: (): void => {
      cutOffAt = null;
    },
    /** Changes by another person, in the Console or in the store. */
    meddle: (change: { secondary?: string | null; revoke?: string; primary?: string }): void => {
      if (change.secondary !== undefined) secondary = change.secondary;
      if (change.primary !== undefined) primary = change.primary;
      if (change.revoke !== undefined) keys.delete(change.revoke);
      record();
    },
    calls: () => calls,
    keys: () => [...keys.keys()],
    tokens: () => ({ primary, secondary }),
    versions: () => versions,
    history,
    said,
    waits,
  };
};
export type World = ReturnType<typeof createWorld>;

/** Returns the current version, which must be complete. */
export const currentOf = <T>(world: World, validate: Validate<T>): T => {
  const value = world.versions().AWSCURRENT?.value;
  if (!validate(value)) throw new Error('The current version is broken');
  return value;
};

/** Age of a secret in the worker, and the longest invocation that uses it, in ms. */
export const MAX_AGE_MS = 300_000;
export const PROPAGATION_MS = 330_000;
export const IN_FLIGHT_MS = 75_000;
/** Longest time in flight of a webhook: Twilio's timeout, in ms. */
const ON_ITS_WAY_MS = 15_000;

/** Returns the versions of each stage that a function may use at moment `i`: read then, or up to the maximum age before. */
const readable = (history: readonly Moment[], i: number, stage: Stage): unknown[] => {
  const at = history[i]?.at ?? 0;
  return history
    .filter(
      (moment, j) => j <= i && (history[j + 1]?.at ?? Number.POSITIVE_INFINITY) >= at - MAX_AGE_MS && moment.at <= at,
    )
    .map(({ versions }) => versions[stage]?.value ?? null);
};

/** The first moment at which a text could be refused: a function may use a key that Twilio has revoked. */
export const refusedText = (history: readonly Moment[]): Moment | null =>
  history.find(({ keys }, i) =>
    readable(history, i, 'AWSCURRENT').some((value) => !keys.includes((value as SenderSecret).apiKeySid)),
  ) ?? null;

/**
 * The first moment at which a webhook could be refused: it may bear the signature of a token that a function knows at none of
 * the stages, each of which it may have read at another time.
 */
export const refusedWebhook = (history: readonly Moment[]): Moment | null =>
  history.find(({ at }, i) => {
    const signers = history
      .filter((_, j) => j <= i && (history[j + 1]?.at ?? Number.POSITIVE_INFINITY) >= at - ON_ITS_WAY_MS)
      .map(({ primary }) => primary);
    const isKnown = (token: string): boolean =>
      STAGES.some((stage) =>
        readable(history, i, stage).every((value) => (value as AdminSecret | null)?.authToken === token),
      );
    return !signers.every(isKnown);
  }) ?? null;
