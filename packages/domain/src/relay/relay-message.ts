import type { JobId, MessageSid } from '../ids.ts';
import type { FollowUp } from '../ports/relay.ts';
import { advance, logText } from './advance.ts';
import { lookFor } from './deliver.ts';
import type { RelayDependencies } from './dependencies.ts';
import { type EffectKey, effectId, hasFailed, type Receipt, type RelayScope, UNMATCHED } from './effect.ts';
import { ownSid } from './fingerprint.ts';
import type { InboundMessage } from './inbound-message.ts';
import { emptyPlan, type RelayPlan } from './plan.ts';
import { planMessage } from './planning/plan-message.ts';
import { teamFor } from './planning/team.ts';
import { isOptOutRequest, keywordOf } from './recognition/opt-out.ts';
import { summaryText } from './text.ts';

/** A message may be worked on long after it was received: what is held back then is looked for this far back, in ms. */
const HELD_SINCE_MS = 7 * 24 * 3_600_000;

/** What a live worker may still be busy with is left alone by the sweep, in ms. */
const SWEEP_AFTER_MS = 5 * 60_000;

/** Customers' texts wait in the same batch: after so long, in ms, the rest is looked for by the next sweep. */
const SWEEP_WITHIN_MS = 10_000;

/** How long a message that is not settled waits until it is tried again, in s, by how often it has been tried. */
const RETRY_AFTER_S = [15, 60, 180, 600] as const;

/**
 * When to try a message again. A time-out is looked into soon; a longer outage is outlasted: with five tries, by a quarter of an
 * hour. After the last one nothing is left to wait for: the queue puts the message aside.
 * @param tries how often it has been tried, this one included
 * @param random from 0 to below 1: what failed together does not come back together
 */
export const retryAfterS = (tries: number, random: number): number => {
  const wait = RETRY_AFTER_S[Math.max(1, tries) - 1];
  return wait === undefined ? 1 : Math.round(wait * (1 + random / 5));
};

/**
 * Relays one inbound message. Every step is idempotent under the MessageSid, so that a crash between any two of them is
 * repaired by running it again: pin the plan → timeline → what it says of consent and answers → what is to be sent.
 * @param record the message as the queue holds it; goes into the compliance log, from which it can be relayed again
 * @returns what was planned, all that is due of it done
 * @throws Unsettled while an effect is neither accepted nor rejected; what a store throws before that
 */
export const relayMessage = async (
  deps: RelayDependencies,
  received: InboundMessage,
  record: Readonly<Record<string, unknown>>,
): Promise<RelayPlan> => {
  const known = await deps.relay.plan(received.messageSid);
  const plan = known ?? (await pinPlan(deps, received));
  // A webhook that comes twice is one message: its time is that of the first.
  const message = { ...received, receivedAt: plan.receivedAt };
  const { messageSid } = message;
  const { scope, sender, kind } = plan;
  const base = { at: plan.receivedAt, sid: messageSid, scope };
  deps.log({ ...base, id: `${messageSid} message`, type: 'message', data: { kind, sender, record } });
  await deps.relay.record(plan, message);
  await noteConsent(deps, message, scope);
  for (const sid of plan.acknowledges) {
    await deps.relay.acknowledge(sid, sender, plan.receivedAt);
    deps.log({
      ...base,
      id: `${sid} acknowledged`,
      type: 'acknowledgement',
      sid,
      data: { by: sender, with: messageSid },
    });
  }
  // Whoever pinned the plan may have died before a follow-up was on its way.
  await advance(deps, plan, messageSid, known === null ? 'new' : 'due');
  return plan;
};

/** Pins what a message leads to. What is held back is on the timeline, and its summary on its way, before that is settled. */
const pinPlan = async (deps: RelayDependencies, message: InboundMessage): Promise<RelayPlan> => {
  const plan = await planMessage(deps, message);
  const { heldUntil, scope } = plan;
  if (heldUntil !== null) {
    const messageSid = ownSid(`summary ${scope} ${heldUntil}`);
    await deps.followUps.schedule({ what: 'summary', scope, messageSid, dueAt: heldUntil });
    await deps.relay.record(plan, message);
    deps.report({ kind: 'held', messageSid: message.messageSid });
  }
  return deps.relay.pin(message.messageSid, plan);
};

/** Obeys STOP and START, also in other words. The newest word of a number counts. */
const noteConsent = async (deps: RelayDependencies, message: InboundMessage, scope: RelayScope): Promise<void> => {
  const { from, receivedAt: at, messageSid: sid } = message;
  const keyword = keywordOf(message);
  const isStop = keyword === 'stop' || isOptOutRequest(message.body);
  if (!isStop && keyword !== 'start') return;
  await deps.relay.setConsent({ phone: from, isStopped: isStop, by: keyword ?? 'words', at });
  const data = { phone: from, isStopped: isStop, by: keyword ?? 'words' };
  deps.log({ id: `${sid} consent`, type: 'consent', at, sid, scope, data });
};

/**
 * Comes back to something that was put off. One that is handed out early waits on.
 * @throws Unsettled while an effect is neither accepted nor rejected
 */
export const followUp = async (deps: RelayDependencies, task: FollowUp): Promise<void> => {
  if (deps.now() < task.dueAt) return deps.followUps.schedule(task);
  if (task.what === 'summary') return sumUp(deps, task);
  const plan = await deps.relay.plan(task.messageSid);
  if (plan) await advance(deps, plan, task.messageSid, 'due');
};

/** Sums up what was held back in one window: one text instead of many, and nothing is dropped. */
const sumUp = async (deps: RelayDependencies, { scope, messageSid, dueAt }: FollowUp): Promise<void> => {
  const known = await deps.relay.plan(messageSid);
  const plan = known ?? (await planSummary(deps, scope, messageSid, dueAt));
  if (!plan) return;
  const to = deps.company.textNumbers[0] ?? '';
  const message = { messageSid, receivedAt: plan.receivedAt, from: plan.from, to, body: plan.body };
  await deps.relay.record(plan, { ...message, pathJob: null, optOutType: null, media: [] });
  // Whoever pinned the plan may have died before a follow-up was on its way.
  await advance(deps, plan, messageSid, known === null ? 'new' : 'due');
};

const planSummary = async (
  deps: RelayDependencies,
  scope: RelayScope,
  messageSid: MessageSid,
  dueAt: number,
): Promise<RelayPlan | null> => {
  const windowMs = deps.company.policy.budgets.minutes * 60_000;
  const held = (await deps.relay.recent(scope, dueAt - windowMs - HELD_SINCE_MS)).filter(
    (one) => one.heldUntil === dueAt,
  );
  const newest = held.at(-1);
  if (!newest) return null;
  const job = scope === UNMATCHED ? null : await deps.jobs.find(scope as JobId);
  const now = deps.now();
  const who = job ? `${job.id} ${job.customer.name}` : 'Senders without a job';
  const plan = emptyPlan({ scope, sender: 'company', from: newest.from, receivedAt: dueAt, begunAt: now });
  const recipients = teamFor(job, newest, deps.company, now);
  return deps.relay.pin(messageSid, { ...plan, kind: 'team', recipients, body: summaryText(who, held) });
};

/**
 * Takes a delivery receipt in. It moves the effect forward only; when it says that a text has failed, whoever is next is texted.
 * @param at when it came, epoch ms
 * @throws Unsettled while a text that is due because of it is not settled
 */
export const recordReceipt = async (
  deps: RelayDependencies,
  key: EffectKey,
  receipt: Receipt,
  at: number,
): Promise<void> => {
  const { scope, messageSid: sid } = key;
  const id = `${effectId(key)} ${receipt.delivery ?? 'accepted'}`;
  deps.log({ id, type: 'receipt', at, sid, scope, data: { recipient: key.recipient, ...receipt } });
  const effect = (await deps.relay.recordDelivery(key, receipt, deps.now())) ?? (await deps.relay.findEffect(key));
  if (!effect || !hasFailed(effect)) return;
  if (effect.errorClass === 'opted-out')
    await deps.relay.setConsent({ phone: effect.to, isStopped: true, by: 'carrier', at });
  const plan = await deps.relay.plan(sid);
  if (plan) await advance(deps, plan, sid, 'again');
};

/**
 * Looks once more for texts of which it is not known whether they went out and which nobody works on any more, and reports those
 * that are not found: somebody has to look after them. Sends nothing.
 */
export const sweep = async (deps: RelayDependencies): Promise<void> => {
  const begunAt = deps.now();
  const { unsettled } = await deps.relay.attention(begunAt - SWEEP_AFTER_MS);
  const left: string[] = [];
  for (const effect of unsettled) {
    const isLate = deps.now() - begunAt > SWEEP_WITHIN_MS;
    // A list that cannot be read shall not hide the others, nor that there are any.
    const found = isLate ? null : await lookFor(deps, effect).catch(() => null);
    if (found === null || found === 'no-list') left.push(effectId(effect));
    else logText(deps, found);
  }
  deps.report({ kind: 'unsettled', effects: left });
};
