import type { RecipientId } from '../ids.ts';
import { type Effect, hasFailed } from './effect.ts';
import type { Cascade } from './policy.ts';

/** Somebody of the team, in the order of the cascade. Not texted before `notBefore` (epoch ms): they have quiet hours until then. */
export type TeamMember = { recipient: RecipientId; to: string; notBefore: number };

/** What is to be done about a message to the team now. */
export type CascadeStep = {
  /** Who is to be texted now, the ones that have been included: to bring their effects to an end. */
  due: TeamMember[];
  /** When to look again, epoch ms; null when nothing more will come of it. */
  lookAgainAt: number | null;
  /** Everybody has been texted, and had their time, and nobody has answered. */
  isExhausted: boolean;
};

/**
 * Whom a message to the team goes to by now. All at once: everybody, as soon as their quiet hours end. In order: the first who
 * may be texted, and the next one when they have not answered for the cascade's minutes or their carrier has failed; those in
 * quiet hours are passed over, and come in when these end. Once somebody has answered, nobody new is texted.
 * @param begunAt when the message was first worked on, epoch ms
 * @param effects of this message, by recipient
 */
export const cascadeStep = (
  team: readonly TeamMember[],
  effects: ReadonlyMap<RecipientId, Pick<Effect, 'state' | 'delivery' | 'claimedAt'>>,
  { order, minutes }: Cascade,
  isAnswered: boolean,
  begunAt: number,
  now: number,
): CascadeStep => {
  const patienceMs = minutes * 60_000;
  const texted = team.filter(({ recipient }) => effects.has(recipient));
  if (isAnswered) return { due: texted, lookAgainAt: null, isExhausted: false };

  const waiting = team.filter(({ recipient }) => !effects.has(recipient));
  const awake = waiting.filter(({ notBefore }) => notBefore <= now);
  const given = texted.flatMap(({ recipient }) => {
    const effect = effects.get(recipient);
    return effect && !hasFailed(effect) ? [effect.claimedAt] : [];
  });
  /** When the last of those who have the text will have had their time. */
  const patientUntil = Math.max(begunAt, ...given) + patienceMs;
  const someoneHasIt = given.length > 0 && now < patientUntil;

  const next = order === 'all' ? awake : someoneHasIt ? [] : awake.slice(0, 1);
  const due = [...texted, ...next];
  const left = waiting.filter((member) => !next.includes(member));
  const wakes = left.filter(({ notBefore }) => notBefore > now).map(({ notBefore }) => notBefore);
  if (next.length > 0 || someoneHasIt) {
    const until = next.length > 0 ? now + patienceMs : patientUntil;
    const soonest = order === 'all' ? Math.min(until, ...wakes) : until;
    return { due, lookAgainAt: soonest, isExhausted: false };
  }
  if (wakes.length > 0) return { due, lookAgainAt: Math.min(...wakes), isExhausted: false };
  return { due, lookAgainAt: null, isExhausted: true };
};
