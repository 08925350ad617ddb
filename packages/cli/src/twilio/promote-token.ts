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

/** What the version that only marks the beginning says. Its token is the current one, so that readers lose nothing by it. */
const BEGUN = 'a secondary Auth Token is being made';

/**
 * Where a promotion stands, from what is stored:
 *
 *     idle ──► begun ──► made(next) ──► current(next) ──► idle
 *
 * - `begun`: a secondary token is about to be made, or was made and not written down.
 * - `made`: the next token is the pending version, so that webhooks count that it signs. Whether Twilio has promoted it already,
 *   Twilio says: the current one is refused then.
 * - `current`: the next token is pending and current; functions that read the current version before that know it as pending.
 */
type Standing = { kind: 'idle' } | { kind: 'begun' } | { kind: 'made'; next: AdminSecret } | { kind: 'current' };

const asAdmin = (value: unknown): AdminSecret | null => (isTwilioAdminSecret(value) ? value : null);

const currentPair = async (secret: RotatingSecret): Promise<AdminSecret> => {
  const current = asAdmin(await secret.current());
  if (!current)
    throw new CommandError('The secret qdn/twilio-admin holds no Auth Token. Put one there: ./qdn secrets push');
  return current;
};

const standingOf = async (secret: RotatingSecret): Promise<Standing> => {
  const pending = await secret.pending();
  if (!pending) return { kind: 'idle' };
  if (pending.isCurrent) return { kind: 'current' };
  const next = asAdmin(pending.value);
  if (!next)
    throw new CommandError(
      'The pending version of qdn/twilio-admin is no Auth Token. Remove its stage AWSPENDING, then run this again.',
    );
  return next.rotation === undefined ? { kind: 'made', next } : { kind: 'begun' };
};

/** What a run would do, in sentences. Changes nothing. */
export const planTokenPromotion = async ({
  secret,
  given,
  propagationMs,
  inFlightMs,
}: Pick<TokenPromotion, 'secret' | 'given' | 'propagationMs' | 'inFlightMs'>): Promise<string[]> => {
  await currentPair(secret);
  const { kind } = await standingOf(secret);
  const goOn = 'An earlier run was cut off. Go on where it stopped.';
  const make = given
    ? 'Write the secondary Auth Token of the file .secrets/qdn.env down as the pending version of qdn/twilio-admin.'
    : 'Make a secondary Auth Token at Twilio, and write it down as the pending version of qdn/twilio-admin.';
  const promote = [
    `Wait ${duration(propagationMs)}, until every running function accepts webhooks that either token signed.`,
    'Have Twilio promote it. From then on Twilio signs with it, and the old token is dead, for every program that uses this account.',
    `Wait ${duration(inFlightMs)} for webhooks that are on their way, and make it the current version.`,
  ];
  const finish = `Wait ${duration(propagationMs)}, until every running function has read it as the current version; then nothing is pending.`;
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

/**
 * Replaces the Auth Token that Twilio signs webhooks with. Running functions accept both tokens before the promotion and after
 * it, and whatever a run leaves behind when it is cut off, the next run finds and finishes.
 * @throws CommandError with a sentence; the stored versions still hold every token that Twilio may sign with
 */
export const promoteToken = async (promotion: TokenPromotion): Promise<void> => {
  const { account, secret, given, mirror, propagationMs, inFlightMs, wait, say } = promotion;
  const current = await currentPair(secret);
  const { accountSid } = account;
  const loginWith = ({ authToken }: AdminSecret): TwilioLogin => ({ user: accountSid, password: authToken });
  const works = ({ authToken }: AdminSecret): Promise<boolean> => account.acceptsToken(authToken);

  const stage = async (next: AdminSecret): Promise<AdminSecret> => {
    await secret.stage(next);
    say('Wrote the secondary Auth Token down as the pending version of qdn/twilio-admin.');
    return next;
  };
  const make = async (): Promise<AdminSecret> => {
    const authToken = await account.createSecondaryToken(loginWith(current));
    say('Made a secondary Auth Token.');
    return stage({ accountSid, authToken });
  };
  const begin = async (): Promise<AdminSecret> => {
    if (!(await works(current)))
      throw new CommandError(
        'Twilio refuses the stored Auth Token, and no other is written down. Put the one that the Twilio Console shows into .secrets/qdn.env, then: ./qdn secrets push',
      );
    if (given && given.authToken !== current.authToken) {
      if (await works(given)) return stage(given);
      say('Twilio does not know the secondary Auth Token of .secrets/qdn.env; making another.');
    }
    await secret.stage({ ...current, rotation: BEGUN });
    try {
      return await make();
    } catch (error) {
      if (!(error instanceof TwilioRefusal)) throw error;
      // Nothing was made, so nothing is under way.
      await secret.unstage();
      throw new CommandError(
        `Twilio makes no secondary Auth Token (${error.message}). If there is one already, put it into .secrets/qdn.env as TWILIO_AUTH_TOKEN_SECONDARY, or delete it in the Twilio Console; then run this again.`,
      );
    }
  };

  const finish = async (): Promise<void> => {
    await wait(propagationMs, 'running functions know the new token only as the pending one');
    await secret.unstage();
    say('Every running function has the new Auth Token. Done.');
  };

  const standing = await standingOf(secret);
  if (standing.kind === 'current') {
    say('An earlier run was cut off after it had made the new Auth Token the current version. Finishing it.');
    return finish();
  }
  let next: AdminSecret;
  if (standing.kind === 'made') {
    next = standing.next;
    say('An earlier run was cut off after it had written the secondary Auth Token down. Going on with it.');
  } else if (standing.kind === 'begun' && !(given && (await works(given)))) {
    // Whatever secondary token there is, that run made it, and nobody has it.
    if (await account.deleteSecondaryToken(loginWith(current)))
      say('Deleted a secondary Auth Token: an earlier run made it and was cut off before it was written down.');
    next = await make();
  } else next = await begin();

  const isKnown = await becomesAccepted(() => works(next), wait);
  const isPromoted = !(await works(current));
  if (!isKnown) {
    if (!isPromoted) await secret.unstage();
    throw new CommandError(
      isPromoted
        ? 'Twilio refuses both the current and the pending Auth Token: the token was changed elsewhere. Put the one that the Twilio Console shows into .secrets/qdn.env, then: ./qdn secrets push'
        : 'Twilio refuses the secondary Auth Token: it was deleted elsewhere. It is not pending any more; run this again to make another.',
    );
  }
  if (isPromoted) say('Twilio has promoted it already.');
  else {
    await wait(propagationMs, 'running functions do not know the new token yet');
    const authToken = await account.promoteSecondaryToken(loginWith(next));
    say('Twilio has promoted it: it signs with the new Auth Token, and the old one is dead.');
    if (authToken !== next.authToken) next = await stage({ accountSid, authToken });
  }
  mirror(current, next);
  await wait(inFlightMs, 'webhooks that the old token signed may be on their way');
  await secret.promote();
  say('The new Auth Token is the current version of qdn/twilio-admin; the old one is the previous version.');
  await finish();
};
