import type { RecipientId } from '../ids.ts';
import { hasFailed, type OutboundMessage } from './outbound-message.ts';
import type { Cascade } from './policy.ts';

/** A dispatcher in the cascade. Quiet hours: not texted before `notBefore` (epoch ms). `isBackup`: someone else is on duty. */
export type TeamMember = { recipient: RecipientId; to: string; notBefore: number; isBackup?: boolean };

/** The current step of the cascade for one message. */
export type CascadeStep = {
  /** Dispatchers whose texts are due now, including those who were texted before: their texts may be unfinished. */
  due: TeamMember[];
  /** Time of the next step, epoch ms; null when there is none. */
  lookAgainAt: number | null;
  /** Everyone who could be texted had time to answer, and no one has. Contacts in quiet hours may still follow. */
  isExhausted: boolean;
};

/**
 * Returns the step of the cascade at a moment. `all`: everyone is due, as soon as their quiet hours end. `in-order`: the first contact who
 * may be texted is due, and the next one when no answer came within the cascade's minutes or the text failed; contacts in quiet hours
 * are skipped until these end. After an answer no one else is due. While the whole team has quiet hours, the cascade waits. Backups come
 * after those on duty in either order: when no answer came within the minutes.
 * @param begunAt when processing of the message began, epoch ms
 * @param outboundMessages of this message, by recipient
 */
export const cascadeStep = (
  team: readonly TeamMember[],
  outboundMessages: ReadonlyMap<RecipientId, Pick<OutboundMessage, 'state' | 'delivery' | 'claimedAt'>>,
  { order, minutes }: Cascade,
  isAnswered: boolean,
  begunAt: number,
  now: number,
): CascadeStep => {
  const patienceMs = minutes * 60_000;
  const texted = team.filter(({ recipient }) => outboundMessages.has(recipient));
  if (isAnswered) return { due: texted, lookAgainAt: null, isExhausted: false };

  const waiting = team.filter(({ recipient }) => !outboundMessages.has(recipient));
  const awake = waiting.filter(({ notBefore }) => notBefore <= now);
  const given = texted.flatMap(({ recipient }) => {
    const outbound = outboundMessages.get(recipient);
    return outbound && !hasFailed(outbound) ? [outbound.claimedAt] : [];
  });
  /** The time until which the last recipient may answer. */
  const patientUntil = Math.max(begunAt, ...given) + patienceMs;
  const someoneHasIt = given.length > 0 && now < patientUntil;

  const onDuty = awake.filter(({ isBackup }) => !isBackup);
  const backups = someoneHasIt || onDuty.length > 0 ? [] : awake;
  const next = order === 'all' ? [...onDuty, ...backups] : someoneHasIt ? [] : awake.slice(0, 1);
  const due = [...texted, ...next];
  const left = waiting.filter((member) => !next.includes(member));
  const wakes = left.filter(({ notBefore }) => notBefore > now).map(({ notBefore }) => notBefore);
  if (next.length > 0 || someoneHasIt) {
    const until = next.length > 0 ? now + patienceMs : patientUntil;
    const soonest = order === 'all' ? Math.min(until, ...wakes) : until;
    return { due, lookAgainAt: soonest, isExhausted: false };
  }
  // A contact in quiet hours does not keep the operator from learning that the others have not answered.
  const isExhausted = texted.length > 0 || wakes.length === 0;
  return { due, lookAgainAt: wakes.length > 0 ? Math.min(...wakes) : null, isExhausted };
};
