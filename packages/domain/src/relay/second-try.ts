import type { RecipientId } from '../ids.ts';
import type { RelayDependencies } from './dependencies.ts';
import { type Effect, hasFailed } from './effect.ts';
import { mayGoElsewhere } from './error-class.ts';

/*
 * A text that the first carrier took and then could not deliver, for a reason that another carrier may not have, is sent once
 * more over the second one: an effect of its own, since the first one is at its end.
 */

const MARK = '--2';
/** An ID has at most 32 characters. */
const idOf = (recipient: RecipientId): RecipientId => `${recipient.slice(0, 32 - MARK.length)}${MARK}` as RecipientId;

export type SecondTry = { recipient: RecipientId; to: string; body: string; carrier: string };

const isUndelivered = ({ carriers }: RelayDependencies, { carrier, state, errorCode, ...effect }: Effect): boolean =>
  carrier === carriers.first.name &&
  state === 'ACCEPTED' &&
  hasFailed({ ...effect, state }) &&
  errorCode !== null &&
  mayGoElsewhere(errorCode);

/** The texts that are to be tried once more, those that have been begun included. */
export const secondTries = (
  deps: RelayDependencies,
  effects: ReadonlyMap<RecipientId, Effect>,
): Map<RecipientId, SecondTry> => {
  const { second } = deps.carriers;
  const tries = new Map<RecipientId, SecondTry>();
  for (const effect of effects.values()) {
    const { recipient, to, body } = effect;
    const known = effects.get(idOf(recipient));
    if (known)
      tries.set(recipient, { recipient: known.recipient, to: known.to, body: known.body, carrier: known.carrier });
    else if (second && !recipient.endsWith(MARK) && isUndelivered(deps, effect))
      tries.set(recipient, { recipient: idOf(recipient), to, body, carrier: second.name });
  }
  return tries;
};

/** What counts for each recipient: the second try where there is one, or is to be one. */
export const withSecondTries = (
  effects: ReadonlyMap<RecipientId, Effect>,
  tries: ReadonlyMap<RecipientId, SecondTry>,
): Map<RecipientId, Effect> =>
  new Map(
    [...effects].map(([recipient, effect]) => {
      const second = tries.get(recipient);
      return [recipient, second ? (effects.get(second.recipient) ?? { ...effect, delivery: null }) : effect];
    }),
  );
