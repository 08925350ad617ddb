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

/** A clock that only calls and waits advance. It interrupts a run, and keeps all former contents. */
class CountedCalls {
  now = 0;
  count = 0;
  cutOffAt: { call: number; after: boolean } | null = null;
  readonly history: Moment[] = [];
  readonly #contents: () => Omit<Moment, 'at'>;

  constructor(contents: () => Omit<Moment, 'at'>) {
    this.#contents = contents;
    this.record();
  }

  record(): void {
    this.history.push({ at: this.now, ...this.#contents() });
  }

  /** Runs one call, which takes 100 ms. @throws CutOff when the run ends here */
  async call<T>(effect: () => T): Promise<T> {
    await Promise.resolve();
    this.count += 1;
    this.now += 100;
    const ends = this.cutOffAt?.call === this.count;
    if (ends && !this.cutOffAt?.after) throw new CutOff();
    const result = effect();
    this.record();
    if (ends) throw new CutOff();
    return result;
  }
}

/** Contents of the secret store. */
type Store = { versions: Versions; count: number };

/** Returns the secret in a store. @param call runs each access */
const secretIn = (store: Store, call: CountedCalls['call']): RotatingSecret =>
  rotatingSecret('qdn/twilio', {
    read: (stage) => call(() => store.versions[stage] ?? null),
    put: (value, stage) =>
      call(() => {
        store.count += 1;
        store.versions = { ...store.versions, [stage]: { versionId: `v${store.count}`, value } };
      }),
    promote: () =>
      call(() => {
        const { AWSCURRENT, AWSPENDING, AWSPREVIOUS } = store.versions;
        if (!AWSPENDING || AWSPENDING.versionId === AWSCURRENT?.versionId) return;
        store.versions = {
          AWSCURRENT: AWSPENDING,
          AWSPENDING,
          ...(AWSCURRENT ? { AWSPREVIOUS: AWSCURRENT } : AWSPREVIOUS && { AWSPREVIOUS }),
        };
      }),
    unstage: () =>
      call(() => {
        const { AWSPENDING: _, ...others } = store.versions;
        store.versions = others;
      }),
  });

/** Keys and Auth Tokens at Twilio. */
class TwilioCredentials {
  readonly keys = new Map<string, { secret: string; name: string }>([
    [FIRST_KEY.apiKeySid, { secret: FIRST_KEY.apiKeySecret, name: 'made in the Console' }],
  ]);
  primary = FIRST_TOKEN.authToken;
  secondary: string | null = null;
  #keyCount = 1;
  #tokenCount = 1;

  isLogin({ user, password }: TwilioLogin): boolean {
    return user === ACCOUNT && (password === this.primary || password === this.secondary);
  }

  /** @throws TwilioRefusal for a login that is not valid */
  authorise(login: TwilioLogin): void {
    if (!this.isLogin(login)) throw new TwilioRefusal(401, 20003, 'Authenticate');
  }

  createKey(name: string): { apiKeySid: string; apiKeySecret: string } {
    this.#keyCount += 1;
    const made = { apiKeySid: fill('SK', this.#keyCount), apiKeySecret: `secret-of-key-${this.#keyCount}-x` };
    this.keys.set(made.apiKeySid, { secret: made.apiKeySecret, name });
    return made;
  }

  createSecondary(): string {
    if (this.secondary !== null) throw new TwilioRefusal(409, 20409, 'A secondary Auth Token exists already');
    this.#tokenCount += 1;
    this.secondary = `token-${this.#tokenCount}-xxxxxxxxx`;
    return this.secondary;
  }

  deleteSecondary(): boolean {
    const wasThere = this.secondary !== null;
    this.secondary = null;
    return wasThere;
  }

  promoteSecondary(): string {
    if (this.secondary === null) throw new TwilioRefusal(404, 20404, 'Not found');
    this.primary = this.secondary;
    this.secondary = null;
    return this.primary;
  }
}

/** Returns Twilio's account as the commands call it. @param call runs each request */
const accountWith = (twilio: TwilioCredentials, call: CountedCalls['call']) => {
  const authorised = <T>(login: TwilioLogin, effect: () => T): Promise<T> =>
    call(() => {
      twilio.authorise(login);
      return effect();
    });
  return {
    accountSid: ACCOUNT,
    acceptsKey: ({ apiKeySid, apiKeySecret }: { apiKeySid: string; apiKeySecret: string }) =>
      call(() => twilio.keys.get(apiKeySid)?.secret === apiKeySecret),
    acceptsToken: (authToken: string) => call(() => twilio.isLogin({ user: ACCOUNT, password: authToken })),
    listKeys: (login: TwilioLogin): Promise<ApiKey[]> =>
      authorised(login, () => [...twilio.keys].map(([sid, { name }]) => ({ sid, name }))),
    createKey: (login: TwilioLogin, name: string) => authorised(login, () => twilio.createKey(name)),
    revokeKey: (login: TwilioLogin, sid: string) => authorised(login, () => twilio.keys.delete(sid)),
    createSecondaryToken: (login: TwilioLogin) => authorised(login, () => twilio.createSecondary()),
    deleteSecondaryToken: (login: TwilioLogin) => authorised(login, () => twilio.deleteSecondary()),
    promoteSecondaryToken: (login: TwilioLogin) => authorised(login, () => twilio.promoteSecondary()),
  };
};

/**
 * A secret store and Twilio, on a clock that only calls and waits advance. A run can be interrupted before or after any call has its
 * effect. `history` has all former contents.
 */
export const createWorld = (first: SenderSecret | AdminSecret) => {
  const store: Store = { versions: { AWSCURRENT: { versionId: 'v1', value: first } }, count: 1 };
  const twilio = new TwilioCredentials();
  const calls = new CountedCalls(() => ({
    versions: { ...store.versions },
    keys: [...twilio.keys.keys()],
    primary: twilio.primary,
  }));
  const call: CountedCalls['call'] = (effect) => calls.call(effect);
  const said: string[] = [];
  const waits: number[] = [];
  return {
    secret: secretIn(store, call),
    account: accountWith(twilio, call),
    /** For a run: everything but what only one of the commands needs. */
    surroundings: {
      propagationMs: PROPAGATION_MS,
      inFlightMs: IN_FLIGHT_MS,
      wait: (ms: number) =>
        call(() => {
          waits.push(ms);
          calls.now += ms;
        }),
      say: (sentence: string) => void said.push(sentence),
      newId: () => `rotation-${calls.count}`,
    },
    /** The next run is cut off at its n-th call: before it has any effect, or after. */
    cutOff: (nth: number, after: boolean): void => {
      calls.cutOffAt = { call: calls.count + nth, after };
    },
    goOn: (): void => {
      calls.cutOffAt = null;
    },
    /** Changes by another person, in the Console or in the store. */
    meddle: (change: { secondary?: string | null; revoke?: string; primary?: string }): void => {
      if (change.secondary !== undefined) twilio.secondary = change.secondary;
      if (change.primary !== undefined) twilio.primary = change.primary;
      if (change.revoke !== undefined) twilio.keys.delete(change.revoke);
      calls.record();
    },
    calls: () => calls.count,
    keys: () => [...twilio.keys.keys()],
    tokens: () => ({ primary: twilio.primary, secondary: twilio.secondary }),
    versions: () => store.versions,
    history: calls.history,
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
