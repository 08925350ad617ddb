import type { FollowUp } from '../ports/relay.ts';
import { advance } from './advance.ts';
import type { RelayDependencies } from './dependencies.ts';
import { ownSid } from './fingerprint.ts';
import { UNMATCHED } from './outbound-message.ts';
import { sendOwnText } from './own-text.ts';
import { emptyPlan, type RelayPlan } from './plan.ts';
import { deciderOf, wordingOfSwap } from './planning/plan-duty-message.ts';
import { teamFor } from './planning/team.ts';
import { storeSwap } from './rota/change-swaps.ts';
import { swapUnansweredText } from './rota/duty-wording.ts';
import type { DutySwap } from './rota/rota.ts';

/** Time to answer before the asker learns that there is no answer yet, in ms, and the shortest one for a shift that is near. */
const ANSWER_WITHIN_MS = 12 * 3_600_000;
const ANSWER_AT_LEAST_MS = 30 * 60_000;
/** Time before the shift at which the asker learns it at the latest, in ms. */
const BEFORE_SHIFT_MS = 2 * 3_600_000;

/** Stores a swap that a message asks for or decides, and schedules the look at one that no one may answer. */
export const applySwap = async (deps: RelayDependencies, { swap }: RelayPlan): Promise<void> => {
  if (!swap) return;
  await storeSwap(deps.relay, swap, deps.now());
  if (swap.state !== 'asked') return;
  const { startsAt } = wordingOfSwap(deps.company, swap).shift;
  const latest = Math.min(swap.askedAt + ANSWER_WITHIN_MS, startsAt - BEFORE_SHIFT_MS);
  const dueAt = Math.max(swap.askedAt + ANSWER_AT_LEAST_MS, latest);
  await deps.followUps.schedule({ what: 'swap', timelineId: UNMATCHED, messageSid: swap.id, dueAt });
};

/**
 * Tells the one who asked for a swap that there is no answer. The duty stays, and a later yes still counts.
 * @throws RelayIncomplete while the text is neither accepted nor rejected
 */
export const tellSwapUnanswered = async (
  deps: RelayDependencies,
  { messageSid, dueAt }: Pick<FollowUp, 'messageSid' | 'dueAt'>,
): Promise<void> => {
  const sid = ownSid(`swap unanswered ${messageSid}`);
  const known = await deps.relay.plan(sid);
  if (known) return advance(deps, known, sid, 'due');
  const { company } = deps;
  const swap: DutySwap | undefined = (await deps.relay.dutySwaps()).swaps.find(({ id }) => id === messageSid);
  const asker = company.contacts.find(({ id }) => id === swap?.asker);
  if (swap?.state !== 'asked' || !asker) return;
  const now = deps.now();
  const other = company.contacts.find(({ id }) => id === deciderOf(swap))?.name ?? deciderOf(swap);
  const base = { timelineId: UNMATCHED, sender: 'company', from: asker.phone, receivedAt: dueAt, begunAt: now };
  const recipients = teamFor({ contacts: [asker] }, { from: '', body: '' }, company, now);
  const body = swapUnansweredText(wordingOfSwap(company, swap), other);
  await sendOwnText(deps, sid, { ...emptyPlan(base), kind: 'note', recipients, body });
};
