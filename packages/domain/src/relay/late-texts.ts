import type { JobId, MessageSid, RecipientId } from '../ids.ts';
import { lateReplyText } from './customer-wording.ts';
import type { RelayDependencies } from './dependencies.ts';
import { unkeptClaimText } from './message-wording.ts';
import { type OutboundMessage, UNMATCHED } from './outbound-message.ts';
import { CUSTOMER, type RelayPlan } from './plan.ts';
import { composeTeamText, LATE_MS } from './planning/text-facts.ts';

/*
 * The plan pins a text as it is when the message arrives. A text that is first sent later, after quiet hours, an outage or because no one
 * answered, is composed again: it says when its words were written, and has the facts of that moment. It is pinned with its outbound message
 * by the write that opens or claims it, so all attempts to send it, and all searches for it, have the same words.
 */

/** Tests whether the words of an outbound message are fixed: it may have been sent. */
const isFixed = ({ state, isDoubtful }: OutboundMessage): boolean => state !== 'PENDING' || isDoubtful;

/** Composes the words of a text now; null for a text that is not late, or that has no facts and no time. */
type LateComposer = (recipient: RecipientId) => Promise<string | null>;

/** Returns a composer of a plan's late texts. All of them that one run sends are the same. */
const lateComposer = (deps: RelayDependencies, plan: RelayPlan, messageSid: MessageSid): LateComposer => {
  const { source, receivedAt, timelineId, claim } = plan;
  let team: Promise<string> | null = null;
  const composeForTeam = async (): Promise<string> => {
    const job = timelineId === UNMATCHED ? null : await deps.jobs.find(timelineId as JobId);
    const promise = claim ? unkeptClaimText(claim, deps.company.timeZone) : null;
    if (!source) return [plan.body, ...(promise === null ? [] : [promise])].join('\n');
    const note = [source.note, promise].filter((part) => part !== null).join('; ') || null;
    return composeTeamText(deps, { ...source, note }, job, { messageSid, receivedAt });
  };
  return async (recipient) => {
    const now = deps.now();
    if (now - receivedAt < LATE_MS) return null;
    if (plan.kind === 'reply' && recipient === CUSTOMER)
      return lateReplyText(deps.company, plan.body, { writtenAt: receivedAt, now });
    const isTeam = plan.recipients.some((member) => member.recipient === recipient);
    if (plan.kind !== 'team' || (source === undefined && !claim) || !isTeam) return null;
    team ??= composeForTeam();
    return team;
  };
};

/** Returns the words of a text: those it may have been sent with, else those of this moment. */
export type WordsNow = (
  text: { recipient: RecipientId; body: string },
  outbound: OutboundMessage | undefined,
) => Promise<string>;

/** Returns the function that decides the words of a plan's texts in one run. */
export const wordsNow = (deps: RelayDependencies, plan: RelayPlan, messageSid: MessageSid): WordsNow => {
  const compose = lateComposer(deps, plan, messageSid);
  return async ({ recipient, body }, outbound) => {
    if (outbound && isFixed(outbound)) return outbound.body;
    return (await compose(recipient)) ?? outbound?.body ?? body;
  };
};
