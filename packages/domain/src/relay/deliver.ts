import type { RelayDependencies } from './dependencies.ts';
import {
  type Effect,
  type EffectKey,
  effectId,
  nextStep,
  opened,
  outcomeState,
  RECONCILE_GRACE_MS,
  STOPPED_BEFORE,
  settled,
  suppressed,
  UNMATCHED,
} from './effect.ts';
import { carrierForNew, carrierForRetry, carrierNamed, handToNext, noteHealth } from './failover.ts';
import { mayGoElsewhere } from './failure-class.ts';
import { segments } from './segments.ts';
import type { SendOutcome, SmsCarrier } from './sms-carrier.ts';

/*
 * Takes the delivery of one text to one recipient as far as possible now. A text that may have been sent is searched for before it is
 * sent again. Only the holder of the newest fence sends.
 */

/** Maximum immediate attempts of a text that the carrier certainly did not process, and the limits of the pauses between them, in ms. */
const MAX_IMMEDIATE_ATTEMPTS = 3;
const FIRST_PAUSE_MS = 400;
const MAX_PAUSE_MS = 3000;
/** Maximum difference between the clocks of a worker and a carrier, in ms. */
const MAX_CLOCK_SKEW_MS = 60_000;

/** The effect in its new state, and the reason why it is not finished, if any. */
export type Delivered = { effect: Effect; left: { reason: string; retryAfterMs?: number } | null };

const done = (effect: Effect): Delivered => ({ effect, left: null });
const waits = (effect: Effect, reason: string, retryAfterMs?: number): Delivered => ({
  effect,
  left: { reason: `${effect.recipient} ${reason}`, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
});

/**
 * @param seen the effect as it was read, null when there was none
 * @param isStopped whether the recipient has asked for no more texts
 */
export const deliver = async (
  deps: RelayDependencies,
  what: EffectKey & Pick<Effect, 'to' | 'body'> & { carrier?: string },
  seen: Effect | null,
  isStopped: boolean,
): Promise<Delivered> => {
  if (!seen) {
    const begin = isStopped ? suppressed : opened;
    const carrier = what.carrier ?? (isStopped ? deps.carriers[0].name : await carrierForNew(deps, effectId(what)));
    const fresh = begin({ ...what, carrier }, deps.owner, deps.now());
    if (await deps.relay.open(fresh)) return isStopped ? done(fresh) : send(deps, fresh);
  }
  const found = seen ?? (await deps.relay.findEffect(what));
  if (!found) throw new Error('An existing effect could not be read');
  switch (nextStep(found, deps.now())) {
    case 'done':
      return done(found);
    case 'wait':
      return waits(found, 'is being sent by another worker');
    case 'send':
      return isStopped ? refuse(deps, found) : claimAndSend(deps, found);
    case 'look-for-it':
      return reconcile(deps, found, isStopped);
  }
};

const claimAndSend = async (deps: RelayDependencies, seen: Effect): Promise<Delivered> => {
  const claim = await deps.relay.claim(seen, deps.owner, await carrierForRetry(deps, seen), deps.now());
  return claim ? send(deps, claim) : waits(seen, 'was claimed by another worker');
};

/** Our own refusal of a text whose recipient had already opted out. */
const OPTED_OUT: SendOutcome = {
  kind: 'rejected',
  class: 'opted-out',
  code: STOPPED_BEFORE,
  detail: 'has asked for no more texts',
};

/** Ends a text whose recipient has opted out in the meantime. */
const refuse = async (deps: RelayDependencies, seen: Effect): Promise<Delivered> => {
  const claim = await deps.relay.claim(seen, deps.owner, seen.carrier, deps.now());
  return claim ? settle(deps, claim, OPTED_OUT) : waits(seen, 'was claimed by another worker');
};

/** Sends with the claim's carrier, and then with the next ones as long as each refuses for a reason that may not apply to the next. */
const send = async (deps: RelayDependencies, claim: Effect): Promise<Delivered> => {
  for (let held = claim; ; ) {
    const carrier = carrierNamed(deps, held.carrier);
    // The text waited for a carrier that is no longer in the list, and that certainly does not have it.
    const outcome: SendOutcome = carrier
      ? await sendWithRetries(deps, carrier, held)
      : { kind: 'not-processed', detail: `the company has no carrier ${held.carrier}` };
    await noteHealth(deps, held, outcome);
    const isElsewhere = outcome.kind === 'rejected' && mayGoElsewhere(outcome.class);
    const next = isElsewhere ? await handToNext(deps, held) : null;
    if (next === null) return settle(deps, held, outcome);
    if (outcome.kind === 'rejected') reportRefusal(deps, held, outcome, false);
    if (next === 'lost') return waits(held, 'was claimed by another worker');
    held = next;
  }
};

const reportRefusal = (
  deps: RelayDependencies,
  claim: Effect,
  { class: failure, code, detail }: Extract<SendOutcome, { kind: 'rejected' }>,
  isFinal: boolean,
): void =>
  deps.report({
    kind: 'refused',
    effect: effectId(claim),
    carrier: claim.carrier,
    class: failure,
    code,
    detail,
    isFinal,
  });

const reportText = (deps: RelayDependencies, effect: Effect): void =>
  deps.report({ kind: 'texted', effect: effectId(effect), segments: segments(effect.body) });

const settle = async (deps: RelayDependencies, claim: Effect, outcome: SendOutcome): Promise<Delivered> => {
  const result = outcomeState(outcome);
  const now = deps.now();
  const isSettled = await deps.relay.settle(claim, result, now);
  const effect = (isSettled ? settled(claim, claim.fence, result, now) : null) ?? claim;
  switch (outcome.kind) {
    case 'accepted':
      reportText(deps, claim);
      // The carrier has taken the text, even if another worker holds the claim by now.
      if (isSettled) return done(effect);
      return done(
        (await proveAccepted(deps, claim, outcome.carrierSid)) ?? {
          ...claim,
          state: 'ACCEPTED',
          carrierSid: outcome.carrierSid,
        },
      );
    case 'rejected': {
      const isFinal = result.state === 'REJECTED';
      if (outcome.class === 'opted-out')
        await deps.relay.setConsent({ phone: claim.to, isStopped: true, by: 'carrier', at: now });
      reportRefusal(deps, claim, outcome, isFinal);
      return isFinal ? endOf(deps, effect, isSettled) : waits(effect, `was refused: ${outcome.code}`);
    }
    case 'not-processed':
      return waits(effect, `not-processed: ${outcome.detail}`, outcome.retryAfterMs);
    case 'unknown':
      deps.report({ kind: 'unknown', effect: effectId(claim) });
      return carrierNamed(deps, claim.carrier)?.find
        ? waits(effect, `unknown: ${outcome.detail}`)
        : endOf(deps, effect, isSettled);
  }
};

/** Returns the effect as final, if it is: another worker with a newer claim may have come to a different end. */
const endOf = async (deps: RelayDependencies, effect: Effect, isSettled: boolean): Promise<Delivered> => {
  const found = isSettled ? effect : await deps.relay.findEffect(effect);
  const isOver = found && (found.state === 'UNKNOWN' || nextStep(found, deps.now()) === 'done');
  return isOver ? done(found) : waits(effect, 'was claimed by another worker');
};

/** Sends, and retries immediately while the carrier certainly did not process the text and asks for a short pause at most. */
const sendWithRetries = async (
  deps: RelayDependencies,
  carrier: SmsCarrier,
  { to, body, ...key }: Effect,
): Promise<SendOutcome> => {
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await carrier.send({ to, body, effectId: effectId(key) });
    if (outcome.kind !== 'not-processed' || attempts === MAX_IMMEDIATE_ATTEMPTS) return outcome;
    // Jitter, so that throttled workers do not retry in lockstep.
    const jitter = 0.5 + deps.random() / 2;
    const pauseMs = outcome.retryAfterMs ?? FIRST_PAUSE_MS * 4 ** (attempts - 1) * jitter;
    if (pauseMs > MAX_PAUSE_MS) return outcome;
    await deps.pause(pauseMs);
  }
};

const proveAccepted = (deps: RelayDependencies, effect: EffectKey, carrierSid: string): Promise<Effect | null> =>
  deps.relay.recordDelivery(effect, { carrierSid, delivery: null, errorCode: null, errorClass: null }, deps.now());

/**
 * Searches for a text that may have been sent. It is sent again only when the carrier still does not list it after the grace period;
 * the claim before that fences off a worker that may still be alive.
 */
const reconcile = async (deps: RelayDependencies, seen: Effect, isStopped: boolean): Promise<Delivered> => {
  const found = await lookFor(deps, seen);
  if (found === 'no-list') return seen.state === 'UNKNOWN' ? done(seen) : markUnknown(deps, seen);
  if (found) return done(found);
  // The holder of an expired lease may have sent at its last moment.
  const lastSendAt = seen.state === 'CLAIMED' ? seen.leaseUntil : seen.updatedAt;
  if (deps.now() - lastSendAt < RECONCILE_GRACE_MS) return waits(seen, 'is unknown, and not listed by the carrier yet');
  return isStopped ? refuse(deps, seen) : claimAndSend(deps, seen);
};

/** Marks a text as unknown when its worker has died and the carrier has no list: it stays unknown until the carrier's receipt arrives. */
const markUnknown = async (deps: RelayDependencies, seen: Effect): Promise<Delivered> => {
  const claim = await deps.relay.claim(seen, deps.owner, seen.carrier, deps.now());
  return claim
    ? settle(deps, claim, { kind: 'unknown', detail: 'its worker has died' })
    : waits(seen, 'was claimed by another worker');
};

/**
 * Searches for a text that may have been sent in the list of its carrier, and records it as accepted when it is there.
 * @returns the effect when it was found, null when it is not listed, `no-list` when the carrier has no list
 */
export const lookFor = async (deps: RelayDependencies, seen: Effect): Promise<Effect | null | 'no-list'> => {
  const find = carrierNamed(deps, seen.carrier)?.find;
  if (!find) return 'no-list';
  // The body tells texts apart, so searching too far back does no harm; not far enough would send the text twice.
  const listed = await find({ to: seen.to, body: seen.body, sentAfter: seen.claimedAt - MAX_CLOCK_SKEW_MS });
  const others = listed.length > 0 ? await carrierSidsOfOthers(deps, seen) : new Set();
  const own = listed.find(({ carrierSid }) => !others.has(carrierSid));
  if (!own) return null;
  reportText(deps, seen);
  return (
    (await proveAccepted(deps, seen, own.carrierSid)) ?? { ...seen, state: 'ACCEPTED', carrierSid: own.carrierSid }
  );
};

/**
 * Returns the carrier's SIDs that belong to other effects: two answers `on my way` have the same words and the same recipient. Texts to
 * the team always differ by their link, and without a job a mix-up hardly matters.
 */
const carrierSidsOfOthers = async (
  deps: RelayDependencies,
  { timelineId, messageSid }: Effect,
): Promise<Set<string | null>> => {
  const timeline = timelineId === UNMATCHED ? [] : await deps.relay.timeline(timelineId);
  const others = timeline.filter(({ message }) => message.messageSid !== messageSid);
  return new Set(others.flatMap(({ effects }) => effects.map(({ carrierSid }) => carrierSid)));
};
