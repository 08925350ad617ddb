import { type JobId, type MessageSid, parsePhoneNumber } from '../ids.ts';
import { isActive, type Job } from '../job.ts';
import { etaOf } from '../movement/location-view.ts';
import type { JobStore } from '../ports/jobs.ts';
import type { LocationStore } from '../ports/locations.ts';
import type { RelayStore } from '../ports/relay.ts';
import {
  type Effect,
  type EffectKey,
  effectId,
  nextStep,
  opened,
  outcomeState,
  RECONCILE_GRACE_MS,
  UNMATCHED,
} from './effect.ts';
import { type InboundMessage, mentionsIn, withoutLeadingMention } from './inbound.ts';
import { type Outline, planRelay, type RelayCompany, type RelayPlan, senderLabel, senderOf } from './plan.ts';
import type { SendOutcome, SmsCarrier } from './sms-carrier.ts';
import { askBackText, NOTHING_TO_PASS_ON, relayText, replyText, unmatchedText } from './text.ts';

/** What a person may have to know of, and no caller can be told. */
export type RelayReport =
  | { kind: 'refused'; effect: string; code: number; detail: string; isFinal: boolean }
  | { kind: 'without-eta'; messageSid: MessageSid; error: unknown };

export type RelayDependencies = {
  jobs: Pick<JobStore, 'find' | 'activeByPhone'>;
  locations: Pick<LocationStore, 'recent'>;
  relay: RelayStore;
  /** Writes what a message led to into the compliance log. */
  log: { write(plan: RelayPlan, message: InboundMessage): Promise<void> };
  carrier: SmsCarrier;
  company: RelayCompany;
  /** A tracking link for the job, the same each time for the same message. */
  trackingLink: (job: Job, message: InboundMessage) => Promise<string>;
  /** Epoch ms. */
  now: () => number;
  pause: (ms: number) => Promise<void>;
  /** Names this run in the effects that it claims. No other run may have the name: a claim of that owner is one's own. */
  owner: string;
  report: (report: RelayReport) => void;
};

/** Fixes from this many reports are enough for an ETA. */
const REPORTS_FOR_ETA = 5;
/** More jobs than this in one text are not looked at. */
const MAX_MENTIONS = 5;
/** What is known not to have been processed is sent again at once: so often, and after so long, in ms. */
const TRIES_AT_ONCE = 3;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 3000;

/** How long a message that is not settled waits until it is tried again, in s, by how often it has been tried. */
const RETRY_AFTER_S = [15, 60, 180, 600] as const;

/**
 * When to try a message again. A time-out is looked into soon; a longer outage is outlasted: with five tries, by a quarter of an
 * hour. After the last one nothing is left to wait for: the queue puts the message aside.
 * @param tries how often it has been tried, this one included
 */
export const retryAfterS = (tries: number): number => RETRY_AFTER_S[Math.max(1, tries) - 1] ?? 1;

/** What is not settled yet: SQS hands the message out again. */
export class Unsettled extends Error {
  constructor(reasons: readonly string[]) {
    super(`Not settled yet: ${reasons.join('; ')}`);
    this.name = 'Unsettled';
  }
}

/**
 * Relays one inbound message. Every step is idempotent under the MessageSid, so that a crash between any two of them is
 * repaired by running it again: pin the plan → timeline, compliance log and one effect per recipient. None of these waits for
 * another that fails.
 * @returns what was planned, all of it done
 * @throws Unsettled while an effect is neither accepted nor rejected or the log is not written; what a store throws before that
 */
export const relayMessage = async (deps: RelayDependencies, received: InboundMessage): Promise<RelayPlan> => {
  const known = await deps.relay.plan(received.messageSid);
  const plan = known ?? (await deps.relay.pin(received.messageSid, await planFor(deps, received)));
  // A webhook that comes twice is one message: its time is that of the first.
  const message = { ...received, receivedAt: plan.receivedAt };
  await deps.relay.record(plan, message);

  const steps = [
    deps.log.write(plan, message).then(() => null),
    ...plan.recipients.map(async ({ recipient, to }) => {
      const key = { scope: plan.scope, messageSid: message.messageSid, recipient };
      const left = await carryOut(deps, { ...key, to, body: plan.body }, known !== null);
      return left && `${recipient} ${left}`;
    }),
  ];
  const left = (await Promise.allSettled(steps)).flatMap((step) =>
    step.status === 'rejected' ? [reasonOf(step.reason)] : (step.value ?? []),
  );
  if (left.length > 0) throw new Unsettled(left);
  return plan;
};

const reasonOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : 'not an Error';

const planFor = async (deps: RelayDependencies, message: InboundMessage): Promise<RelayPlan> => {
  const found = await resolve(deps, message);
  const outline = planRelay(message, found.job, found.isNamed, deps.company);
  return {
    scope: found.job?.id ?? UNMATCHED,
    sender: senderLabel(outline.sender, message.from),
    receivedAt: message.receivedAt,
    recipients: outline.recipients,
    body: await bodyFor(deps, message, found, outline),
  };
};

/** `unknown` is a job that the message names and that there is none of. */
type Resolution = { job: Job | null; isNamed: boolean; unknown: JobId | null; note: string | null };

/**
 * The job of a message: by the path, else by the text, else by the sender's phone; the newest active one of several. A number
 * alone (`#5`, which may be a gate) counts for those who have to do with that job, and for others only when nothing else is found.
 */
const resolve = async (deps: RelayDependencies, message: InboundMessage): Promise<Resolution> => {
  const { pathJob, from } = message;
  const mentions = [...(pathJob ? [{ job: pathJob, isCertain: true }] : []), ...mentionsIn(message.body)];
  let unsure: Job | null = null;
  let unknown: JobId | null = null;
  for (const { job: id, isCertain } of mentions.slice(0, MAX_MENTIONS)) {
    const job = await deps.jobs.find(id);
    if (job && (isCertain || senderOf(from, job, deps.company).kind !== 'stranger'))
      return { job, isNamed: true, unknown: null, note: null };
    unsure ??= job;
    if (!job) unknown ??= id;
  }
  // A dispatcher may be a customer too, but a text that names no job does not say as which of them they write.
  const isDispatcher = senderOf(from, null, deps.company).kind !== 'stranger';
  const byPhone = isDispatcher ? null : await newestOf(deps, from);
  if (byPhone) return { ...byPhone, isNamed: false, unknown };
  return { job: unsure, isNamed: unsure !== null, unknown, note: null };
};

const newestOf = async (deps: RelayDependencies, from: string): Promise<{ job: Job; note: string | null } | null> => {
  const phone = parsePhoneNumber(from);
  const ids = phone ? await deps.jobs.activeByPhone(phone) : [];
  for (const [i, id] of ids.entries()) {
    const job = await deps.jobs.find(id);
    // The index lags behind the jobs by a moment.
    if (!job || !isActive(job.status) || job.customer.phone !== phone) continue;
    const others = ids.slice(i + 1);
    const named = others.slice(0, 2).join(', ');
    return { job, note: others.length > 0 ? `newest of ${others.length + 1} jobs, also ${named}` : null };
  }
  return null;
};

const bodyFor = async (
  deps: RelayDependencies,
  message: InboundMessage,
  { job, unknown, note }: Resolution,
  { text, sender }: Outline,
): Promise<string> => {
  switch (text) {
    case 'none':
      return '';
    case 'unmatched':
      return unmatchedText(message.from, message.body, message.media.length);
    case 'ask-back':
      return askBackText(unknown);
    case 'nothing-to-pass-on':
      return NOTHING_TO_PASS_ON;
    case 'reply':
      return replyText(deps.company.name, withoutLeadingMention(message.body));
    case 'team': {
      if (!job) throw new Error('A text for the team is about a job');
      return relayText({
        job,
        from: sender.kind === 'stranger' ? message.from : null,
        words: message.body,
        media: message.media.length,
        eta: await etaFor(deps, message, job),
        link: await deps.trackingLink(job, message),
        timeZone: deps.company.timeZone,
        note,
      });
    }
  }
};

/** The arrival, where it can be had: a text without one is worth more than one that waits for it. */
const etaFor = async (deps: RelayDependencies, { messageSid }: InboundMessage, job: Job) => {
  if (!isActive(job.status)) return null;
  const now = deps.now();
  try {
    return etaOf(job, await deps.locations.recent(job.id, now, REPORTS_FOR_ETA), now);
  } catch (error) {
    deps.report({ kind: 'without-eta', messageSid, error });
    return null;
  }
};

/** Brings one effect as far as it goes now. @returns null when it is settled, else what it waits for */
const carryOut = async (
  deps: RelayDependencies,
  what: EffectKey & Pick<Effect, 'to' | 'body'>,
  isRepeat: boolean,
): Promise<string | null> => {
  const seen = isRepeat ? await deps.relay.findEffect(what) : null;
  if (!seen) {
    const fresh = opened(what, deps.owner, deps.now());
    if (await deps.relay.open(fresh)) return send(deps, fresh);
  }
  const found = seen ?? (await deps.relay.findEffect(what));
  if (!found) throw new Error('An effect that exists could not be read');
  switch (nextStep(found, deps.now())) {
    case 'done':
      return null;
    case 'wait':
      return 'is being sent by another worker';
    case 'send':
      return claimAndSend(deps, found);
    case 'look-for-it':
      return reconcile(deps, found);
  }
};

const claimAndSend = async (deps: RelayDependencies, seen: Effect): Promise<string | null> => {
  const claim = await deps.relay.claim(seen, deps.owner, deps.now());
  return claim ? send(deps, claim) : 'was claimed by another worker';
};

const send = async (deps: RelayDependencies, claim: Effect): Promise<string | null> => {
  const outcome = await sendWithPatience(deps, claim);
  const result = outcomeState(outcome);
  const isSettled = await deps.relay.settle(claim, result, deps.now());
  switch (outcome.kind) {
    case 'accepted':
      // That the carrier took it stays true, whoever holds the claim by now.
      if (!isSettled) await proveAccepted(deps, claim, outcome.carrierSid);
      return null;
    case 'rejected': {
      const { code, detail } = outcome;
      const isFinal = result.state === 'REJECTED';
      deps.report({ kind: 'refused', effect: effectId(claim), code, detail, isFinal });
      return isFinal ? null : `was refused: ${code}`;
    }
    default:
      return `${outcome.kind}: ${outcome.detail}`;
  }
};

/** Sends; again at once when the carrier is known not to have processed it and asks for no more than a moment. */
const sendWithPatience = async (deps: RelayDependencies, claim: Effect): Promise<SendOutcome> => {
  const { to, body } = claim;
  const sms = { to, body, effectId: effectId(claim) };
  for (let tries = 1; ; tries += 1) {
    const outcome = await deps.carrier.send(sms);
    if (outcome.kind !== 'not-processed' || tries === TRIES_AT_ONCE) return outcome;
    const pauseMs = outcome.retryAfterMs ?? FIRST_PAUSE_MS * 4 ** (tries - 1);
    if (pauseMs > LONGEST_PAUSE_MS) return outcome;
    await deps.pause(pauseMs);
  }
};

const proveAccepted = (deps: RelayDependencies, effect: EffectKey, carrierSid: string): Promise<void> =>
  deps.relay.recordDelivery(effect, { carrierSid, delivery: null, errorCode: null }, deps.now());

/**
 * Looks for a text that may have gone out. Only when the carrier does not list it after the grace period is it sent again;
 * the claim before that fences off a worker that might still be alive.
 */
const reconcile = async (deps: RelayDependencies, seen: Effect): Promise<string | null> => {
  // The clocks here and there may differ by a little.
  const listed = await deps.carrier.find?.({ to: seen.to, body: seen.body, sentAfter: seen.claimedAt - 1000 });
  if (!listed) return 'is unknown, and its carrier keeps no list';
  const others = listed.length > 0 ? await creditedToOthers(deps, seen) : new Set();
  const own = listed.find(({ carrierSid }) => !others.has(carrierSid));
  if (own) {
    await proveAccepted(deps, seen, own.carrierSid);
    return null;
  }
  // Whoever held a lease that ran out may have sent in its last moment.
  const lastSendAt = seen.state === 'CLAIMED' ? seen.leaseUntil : seen.updatedAt;
  if (deps.now() - lastSendAt < RECONCILE_GRACE_MS) return 'is unknown, and not listed by the carrier yet';
  return claimAndSend(deps, seen);
};

/**
 * The carrier's texts that other effects have gone out as: two answers of `on my way` are the same words to the same phone. What
 * the team gets is never the same twice, because of its link, nor does it matter much what no job was found for.
 */
const creditedToOthers = async (
  deps: RelayDependencies,
  { scope, messageSid }: Effect,
): Promise<Set<string | null>> => {
  const timeline = scope === UNMATCHED ? [] : await deps.relay.timeline(scope);
  const others = timeline.filter(({ message }) => message.messageSid !== messageSid);
  return new Set(others.flatMap(({ effects }) => effects.map(({ carrierSid }) => carrierSid)));
};
