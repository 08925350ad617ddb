import { type TwilioAccount, type TwilioLogin, TwilioRefusal } from '@qdn/carrier-twilio/account';
import { validate as isTwilioAdminSecret } from '@qdn/contracts/validators/twilioAdminSecret';
import { CommandError } from '../connection.ts';
import {
  type AdminSecret,
  becomesAccepted,
  duration,
  type RotatingSecret,
  type RotationSurroundings,
} from './rotation.ts';

export type TokenAccount = Pick<
  TwilioAccount,
  'accountSid' | 'acceptsToken' | 'createSecondaryToken' | 'deleteSecondaryToken' | 'promoteSecondaryToken'
>;

export type TokenPromotion = RotationSurroundings & {
  account: TokenAccount;
  secret: RotatingSecret;
  /** The secondary token that the owner has made and given, or null: then one is made. */
  given: AdminSecret | null;
  /** Told when the token has changed: the owner's file follows. */
  mirror: (old: AdminSecret | null, now: AdminSecret) => void;
};

/** Marker of a started promotion in the pending version. The version has the current token, so readers can use it. */
const BEGUN = 'a secondary Auth Token is being made';

/**
 * State of a promotion, from the stored versions:
 *
 *     idle ──► begun ──► made(next) ──► current(next) ──► idle
 *
 * - `begun`: a secondary token is about to be created, or was created and not stored.
 * - `made`: the next token is the pending version, so webhooks that it signs are accepted. If Twilio has already promoted it,
 *   Twilio refuses the current token.
 * - `current`: the next token is pending and current; functions that read the current version earlier know it as pending.
 */
type Standing = { kind: 'idle' } | { kind: 'begun' } | { kind: 'made'; next: AdminSecret } | { kind: 'current' };

const asAdmin = (value: unknown): AdminSecret | null => (isTwilioAdminSecret(value) ? value : null);

const currentPair = async (secret: RotatingSecret): Promise<AdminSecret> => {
  const current = asAdmin(await secret.current());
  if (!current)
    throw new CommandError('The secret qdn/twilio-admin has no Auth Token. Store one with: ./qdn secrets push');
  return current;
};

const standingOf = async (secret: RotatingSecret): Promise<Standing> => {
  const pending = await secret.pending();
  if (!pending) return { kind: 'idle' };
  if (pending.isCurrent) return { kind: 'current' };
  const next = asAdmin(pending.value);
  if (!next)
    throw new CommandError(
      'The pending version of qdn/twilio-admin is not an Auth Token. Remove its stage AWSPENDING, then run this again.',
    );
  return next.rotation === undefined ? { kind: 'made', next } : { kind: 'begun' };
};

/** Returns the steps of a run as sentences. Changes nothing. */
export const planTokenPromotion = async ({
  secret,
  given,
  propagationMs,
  inFlightMs,
}: Pick<TokenPromotion, 'secret' | 'given' | 'propagationMs' | 'inFlightMs'>): Promise<string[]> => {
  await currentPair(secret);
  const { kind } = await standingOf(secret);
  const goOn = 'An earlier run was interrupted. Continue where it stopped.';
  const make = given
    ? 'Store the secondary Auth Token of .secrets/qdn.env as the pending version of qdn/twilio-admin.'
    : 'Create a secondary Auth Token at Twilio, and store it as the pending version of qdn/twilio-admin.';
  const promote = [
    `Wait ${duration(propagationMs)}, until every running function accepts webhooks of both tokens.`,
    'Promote it at Twilio. From then on Twilio signs with it, and the old token no longer works for any program that uses this account.',
    `Wait ${duration(inFlightMs)} for webhooks in flight, and make it the current version.`,
  ];
  const finish = `Wait ${duration(propagationMs)}, until every running function has read it as the current version. Then remove the pending stage.`;
  switch (kind) {
    case 'idle':
      return [make, ...promote, finish];
    case 'begun':
      return [goOn, make, ...promote, finish];
    case 'made':
      return [goOn, ...promote, finish];
    case 'current':
      return [goOn, finish];
  }
};

/** Stores a token as the pending version. */
const stageToken = async ({ secret, say }: TokenPromotion, next: AdminSecret): Promise<AdminSecret> => {
  await secret.stage(next);
  say('Stored the secondary Auth Token as the pending version of qdn/twilio-admin.');
  return next;
};

/** Returns the next token, stored as the pending version: the one of an earlier run, the owner's, or a new one. */
const nextToken = async (promotion: TokenPromotion, current: AdminSecret, standing: Standing): Promise<AdminSecret> => {
  const { account, secret, given, say } = promotion;
  const { accountSid } = account;
  const login = { user: accountSid, password: current.authToken };
  const works = ({ authToken }: AdminSecret): Promise<boolean> => account.acceptsToken(authToken);
  const make = async (): Promise<AdminSecret> => {
    const authToken = await account.createSecondaryToken(login);
    say('Created a secondary Auth Token.');
    return stageToken(promotion, { accountSid, authToken });
  };
  const begin = async (): Promise<AdminSecret> => {
    if (!(await works(current)))
      throw new CommandError(
        'Twilio refuses the stored Auth Token, and there is no other. Copy the token from the Twilio Console into .secrets/qdn.env, then run: ./qdn secrets push',
      );
    if (given && given.authToken !== current.authToken) {
      if (await works(given)) return stageToken(promotion, given);
      say('Twilio does not know the secondary Auth Token of .secrets/qdn.env. Creating another.');
    }
    await secret.stage({ ...current, rotation: BEGUN });
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof TwilioRefusal)) throw error;
      // Nothing was created, so there is no rotation in progress.
      await secret.unstage();
      throw new CommandError(
        `Twilio refuses to create a secondary Auth Token (${error.message}). If one already exists, put it into .secrets/qdn.env as TWILIO_AUTH_TOKEN_SECONDARY, or delete it in the Twilio Console; then run this again.`,
      );
    }
  };

  if (standing.kind === 'made') {
    say('An earlier run was interrupted after it stored the secondary Auth Token. Continuing with it.');
    return standing.next;
  }
  if (standing.kind === 'begun' && !(given && (await works(given)))) {
    // That run created any secondary token that exists, and no one has it.
    if (await account.deleteSecondaryToken(login))
      say('Deleted a secondary Auth Token: an earlier run created it and was interrupted before it was stored.');
    return make();
  }
  return begin();
};

/**
 * Replaces the Auth Token that Twilio signs webhooks with. Running functions accept both tokens before and after the promotion.
 * After an interruption, the next run finishes the work.
 * @throws CommandError; the stored versions still have every token that Twilio may sign with
 */
export const promoteToken = async (promotion: TokenPromotion): Promise<void> => {
  const { account, secret, mirror, propagationMs, inFlightMs, wait, say } = promotion;
  const current = await currentPair(secret);
  const { accountSid } = account;
  const loginWith = ({ authToken }: AdminSecret): TwilioLogin => ({ user: accountSid, password: authToken });
  const works = ({ authToken }: AdminSecret): Promise<boolean> => account.acceptsToken(authToken);

  const finish = async (): Promise<void> => {
    await wait(propagationMs, 'running functions still have the new token only as the pending one');
    await secret.unstage();
    say('Every running function has the new Auth Token. Done.');
  };

  const standing = await standingOf(secret);
  if (standing.kind === 'current') {
    say('An earlier run was interrupted after it made the new Auth Token the current version. Finishing it.');
    return finish();
  }
  let next = await nextToken(promotion, current, standing);

  const isKnown = await becomesAccepted(() => works(next), wait);
  const isPromoted = !(await works(current));
  if (!isKnown) {
    if (!isPromoted) await secret.unstage();
    throw new CommandError(
      isPromoted
        ? 'Twilio refuses both the current and the pending Auth Token: the token was changed elsewhere. Copy the token from the Twilio Console into .secrets/qdn.env, then run: ./qdn secrets push'
        : 'Twilio refuses the secondary Auth Token: it was deleted elsewhere. It is no longer pending. Run this again to create another.',
    );
  }
  if (isPromoted) say('Twilio has already promoted it.');
  else {
    await wait(propagationMs, 'running functions do not know the new token yet');
    const authToken = await account.promoteSecondaryToken(loginWith(next));
    say('Twilio has promoted it: it signs with the new Auth Token, and the old one no longer works.');
    if (authToken !== next.authToken) next = await stageToken(promotion, { accountSid, authToken });
  }
  mirror(current, next);
  await wait(inFlightMs, 'webhooks that the old token signed may be in flight');
  await secret.promote();
  say('The new Auth Token is the current version of qdn/twilio-admin; the old one is the previous version.');
  await finish();
};
