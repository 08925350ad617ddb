import type { MessageSid, RecipientId } from '../ids.ts';
import type { Job } from '../job.ts';
import { attemptKey, latestAttempts, nextAttempts } from './attempts.ts';
import { cascadeStep } from './cascade.ts';
import { type Delivered, deliver } from './deliver.ts';
import { type RelayDependencies, Unsettled } from './dependencies.ts';
import { type Effect, effectId, hasFailed, UNMATCHED } from './effect.ts';
import { CUSTOMER, OPERATOR, type RelayPlan } from './plan.ts';
import { replyHandle } from './planning/conversation.ts';
import { bounceText, receiptText, unansweredText } from './text.ts';

/** A customer is told what became of their text when phones have had time to confirm it, in ms. */
const RECEIPT_AFTER_MS = 30_000;

type Text = { recipient: RecipientId; to: string; body: string };
type NumberedText = Text & { attempt: number; carrier?: string };

/** What is to be sent for a message by now, and when to look again. */
type Step<T = NumberedText> = { texts: T[]; lookAgainAt: number | null; isExhausted: boolean };

/**
 * Does what is due for a message by now: texts whoever is to be texted, tells the customer or the operator, and sees to it that
 * it is looked at again. Rests on nothing but the plan, the effects and the clock, so that it may run at any time, repeatedly and
 * side by side: after a message, when a follow-up is due, when a receipt says that a text has failed.
 * @param why `new`: nothing can have been done before, which saves reading the effects; `due`: a follow-up has come for it,
 * or whoever began may not have got as far as one; `again`: anything else, for which a follow-up is on its way already
 * @throws Unsettled while an effect is neither accepted nor rejected
 */
export const advance = async (
  deps: RelayDependencies,
  plan: RelayPlan,
  messageSid: MessageSid,
  why: 'new' | 'due' | 'again',
): Promise<void> => {
  const stored = why === 'new' ? [] : await deps.relay.effectsOf(plan.scope, messageSid);
  const effects = new Map(stored.map((effect) => [attemptKey(effect), effect]));
  const handled = new Map<string, Delivered>();
  const failures: unknown[] = [];
  let scheduled: number | null = null;
  let isAlarmed = false;

  // Each round may find that a refusal brings the next one in.
  for (;;) {
    const step = await stepFor(deps, plan, effects, messageSid);
    const texts = step.texts.filter((text) => !handled.has(attemptKey(text)));
    const fresh = texts.filter((text) => !effects.has(attemptKey(text)));
    // Before anything is sent: a crash after it must not be the end of the cascade.
    if (step.lookAgainAt !== null && step.lookAgainAt !== scheduled && (why !== 'again' || fresh.length > 0)) {
      await deps.followUps.schedule({ what: 'look-again', scope: plan.scope, messageSid, dueAt: step.lookAgainAt });
      scheduled = step.lookAgainAt;
    }
    if (step.isExhausted && !isAlarmed) await alarm(deps, plan, messageSid);
    isAlarmed ||= step.isExhausted;
    if (texts.length === 0) break;
    // Also of those who wait to be sent to: they may have asked for no more texts meanwhile.
    const open = texts.filter((text) => !isSettled(effects.get(attemptKey(text))));
    const stopped = open.length > 0 ? await deps.relay.stopped(open.map(({ to }) => to)) : new Set<string>();
    reportEscalation(deps, plan, effects, fresh, messageSid);
    const results = await Promise.allSettled(
      texts.map((text) => {
        const key = { scope: plan.scope, messageSid };
        return deliver(deps, { ...key, ...text }, effects.get(attemptKey(text)) ?? null, stopped.has(text.to));
      }),
    );
    for (const [i, result] of results.entries()) {
      const text = texts[i];
      if (result.status === 'rejected') failures.push(result.reason);
      else if (text) {
        handled.set(attemptKey(text), result.value);
        effects.set(attemptKey(text), result.value.effect);
        logText(deps, result.value.effect);
      }
    }
    // A store that fails is not asked for more.
    if (failures.length > 0) break;
  }
  reportRelayed(deps, plan, stored, effects, messageSid);
  const left = [...handled.values()].flatMap((one) => one.left ?? []);
  const broken = failures.map((error) => ({ reason: reasonOf(error) }));
  if (left.length > 0 || broken.length > 0) throw new Unsettled([...left, ...broken]);
};

const isTeam = ({ recipients }: RelayPlan, recipient: RecipientId): boolean =>
  recipients.some((member) => member.recipient === recipient);

/** Whoever is texted for a message after others of the team were, is brought in because these did not do. */
const reportEscalation = (
  deps: RelayDependencies,
  plan: RelayPlan,
  effects: ReadonlyMap<string, Effect>,
  fresh: readonly NumberedText[],
  messageSid: MessageSid,
): void => {
  if (plan.kind !== 'team' || ![...effects.values()].some(({ recipient }) => isTeam(plan, recipient))) return;
  const count = fresh.filter(
    ({ recipient, attempt }) => attempt === 1 && (recipient === OPERATOR || isTeam(plan, recipient)),
  ).length;
  if (count > 0) deps.report({ kind: 'escalated', messageSid, count });
};

/** Once a message, when the first text to the team is out. How long that took says nothing when all had quiet hours. */
const reportRelayed = (
  deps: RelayDependencies,
  plan: RelayPlan,
  stored: readonly Effect[],
  effects: ReadonlyMap<string, Effect>,
  messageSid: MessageSid,
): void => {
  const isOut = ({ recipient, state }: Effect) => state === 'ACCEPTED' && isTeam(plan, recipient);
  if (plan.kind !== 'team' || stored.some(isOut) || ![...effects.values()].some(isOut)) return;
  const wasAwake = plan.recipients.some(({ notBefore }) => notBefore <= plan.begunAt);
  deps.report({ kind: 'relayed', messageSid, latencyMs: wasAwake ? deps.now() - plan.receivedAt : null });
};

const isSettled = (effect: Effect | undefined): boolean => effect?.state === 'ACCEPTED' || effect?.state === 'REJECTED';

/** A SyntaxError quotes the beginning of what could not be read, which is somebody's words. */
const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return 'not an Error';
  return error instanceof SyntaxError ? error.name : `${error.name}: ${error.message}`;
};

/** Puts a text's outcome into the compliance log. */
export const logText = (deps: RelayDependencies, effect: Effect): void => {
  const { scope, messageSid, recipient, attempt, to, body, state, carrier, carrierSid, updatedAt } = effect;
  const { errorCode, errorClass, claims } = effect;
  deps.log({
    id: `${effectId(effect)} ${state}`,
    type: 'text',
    at: updatedAt,
    sid: messageSid,
    scope,
    data: { recipient, attempt, to, body, state, carrier, carrierSid, errorCode, errorClass, claims },
  });
};

const stepFor = async (
  deps: RelayDependencies,
  plan: RelayPlan,
  stored: ReadonlyMap<string, Effect>,
  messageSid: MessageSid,
): Promise<Step> => {
  const attempts = nextAttempts(deps, stored.values());
  const step = await firstAttempts(deps, plan, latestAttempts(stored.values(), attempts), messageSid);
  return { ...step, texts: [...step.texts.map((text) => ({ ...text, attempt: 1 })), ...attempts] };
};

const firstAttempts = async (
  deps: RelayDependencies,
  plan: RelayPlan,
  effects: ReadonlyMap<RecipientId, Effect>,
  messageSid: MessageSid,
): Promise<Step<Text>> => {
  const toAll = plan.recipients.map(({ recipient, to }) => ({ recipient, to, body: plan.body }));
  if (plan.kind !== 'team') {
    const bounce = await bounceFor(deps, plan, effects);
    return { texts: bounce ? [...toAll, bounce] : toAll, lookAgainAt: null, isExhausted: false };
  }
  const { cascade } = deps.company.policy;
  const isAnswered = plan.answeredBy !== null;
  // Whoever is awake is so from when it was planned, by a clock that may be ahead of this one.
  const now = Math.max(deps.now(), plan.begunAt);
  const { due, lookAgainAt, isExhausted } = cascadeStep(
    plan.recipients,
    effects,
    cascade,
    isAnswered,
    plan.begunAt,
    now,
  );
  const texts: Text[] = due.map(({ recipient, to }) => ({ recipient, to, body: plan.body }));
  const told = toldToCustomer(deps, plan, effects, now);
  if (told.text) texts.push(told.text);
  const { operator } = deps.company;
  // What has been begun is brought to an end, also when somebody has answered meanwhile: it may be out.
  const begun = effects.get(OPERATOR);
  if (begun) texts.push({ recipient: OPERATOR, to: begun.to, body: begun.body });
  else if (isExhausted && operator !== null && !deps.company.textNumbers.includes(operator))
    texts.push({ recipient: OPERATOR, to: operator, body: await unansweredFor(deps, plan, messageSid) });
  const times = [lookAgainAt, told.at].filter((at) => at !== null);
  return { texts, lookAgainAt: times.length > 0 ? Math.min(...times) : null, isExhausted };
};

/** What the customer is told of their text: at once when the team is asleep, else once phones had time to confirm it. */
const toldToCustomer = (
  { company }: RelayDependencies,
  plan: RelayPlan,
  effects: ReadonlyMap<RecipientId, Effect>,
  now: number,
): { text: Text | null; at: number | null } => {
  const text = (body: string): Text => ({ recipient: CUSTOMER, to: plan.from, body });
  const known = effects.get(CUSTOMER);
  if (known) return { text: text(known.body), at: null };
  if (plan.notice !== null) return { text: text(plan.notice), at: null };
  if (!company.policy.receipt || plan.sender !== 'customer') return { text: null, at: null };
  const at = plan.begunAt + RECEIPT_AFTER_MS;
  if (now < at) return { text: null, at };
  const team = plan.recipients.flatMap(({ recipient }) => effects.get(recipient) ?? []);
  if (team.length === 0 || team.every(hasFailed)) return { text: null, at: null };
  return {
    text: text(receiptText(company.name, team.filter(({ delivery }) => delivery === 'delivered').length)),
    at: null,
  };
};

const jobOf = (deps: RelayDependencies, { scope }: RelayPlan): Promise<Job | null> =>
  scope === UNMATCHED ? Promise.resolve(null) : deps.jobs.find(scope as Job['id']);

/** The sender of a message as the team sees them: by name and handle, never by number. */
const labelOfSender = (
  { company }: RelayDependencies,
  plan: Pick<RelayPlan, 'scope' | 'from'>,
  job: Job | null,
): { handle: string; name: string } => {
  const isCustomer = job !== null && plan.from === job.customer.phone;
  const handle = replyHandle(plan.scope, plan.from, job?.customer.phone ?? null, company.jobPrefix) ?? plan.scope;
  return { handle, name: isCustomer ? job.customer.name : 'the sender' };
};

/** A dispatcher is told when their answer cannot reach the customer: they believe that it did. */
const bounceFor = async (
  deps: RelayDependencies,
  plan: RelayPlan,
  effects: ReadonlyMap<RecipientId, Effect>,
): Promise<Text | null> => {
  if (!plan.bounce) return null;
  const known = effects.get(plan.bounce.recipient);
  if (known) return { ...plan.bounce, body: known.body };
  const failed = plan.recipients.flatMap(({ recipient }) => effects.get(recipient) ?? []).find(hasFailed);
  if (!failed) return null;
  const job = await jobOf(deps, plan);
  const { handle, name } = labelOfSender(deps, { ...plan, from: failed.to }, job);
  return { ...plan.bounce, body: bounceText(handle, name, failed.errorClass === 'opted-out') };
};

const unansweredFor = async (deps: RelayDependencies, plan: RelayPlan, messageSid: MessageSid): Promise<string> => {
  const job = await jobOf(deps, plan);
  const entry = (await deps.relay.timeline(plan.scope)).find(({ message }) => message.messageSid === messageSid);
  const { handle, name } = labelOfSender(deps, plan, job);
  return unansweredText(`${job ? `${job.id} ` : ''}${name} (${handle})`, entry?.message.body ?? '');
};

const alarm = async (deps: RelayDependencies, plan: RelayPlan, messageSid: MessageSid): Promise<void> => {
  const at = deps.now();
  await deps.relay.flagUnanswered(messageSid, at);
  deps.report({ kind: 'unanswered', messageSid });
  deps.log({ id: `${messageSid} unanswered`, type: 'alarm', at, sid: messageSid, scope: plan.scope, data: {} });
};
