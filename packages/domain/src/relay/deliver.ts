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
 * Brings one text to one recipient as far as it goes now. What may have gone out is looked for before it is sent again; whoever
 * holds the newest fence sends, and nobody else.
 */

/** What is known not to have been processed is sent again at once: so often, and after so long, in ms. */
const TRIES_AT_ONCE = 3;
const FIRST_PAUSE_MS = 400;
const LONGEST_PAUSE_MS = 3000;
/** By how much the clock of a worker and that of a carrier may differ, in ms. */
const CLOCKS_DIFFER_MS = 60_000;

/** The effect as it then is, and what it waits for, if anything. */
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
  if (!found) throw new Error('An effect that exists could not be read');
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

/** The refusal of a text whose recipient has stopped before any carrier was asked. */
const OPTED_OUT: SendOutcome = {
  kind: 'rejected',
  class: 'opted-out',
  code: STOPPED_BEFORE,
  detail: 'has asked for no more texts',
};

/** Ends a text whose recipient has stopped meanwhile. */
const refuse = async (deps: RelayDependencies, seen: Effect): Promise<Delivered> => {
  const claim = await deps.relay.claim(seen, deps.owner, seen.carrier, deps.now());
  return claim ? settle(deps, claim, OPTED_OUT) : waits(seen, 'was claimed by another worker');
};

/** Sends over the claim's carrier, and down the list of carriers while one refuses it for a reason that the next may not have. */
const send = async (deps: RelayDependencies, claim: Effect): Promise<Delivered> => {
  for (let held = claim; ; ) {
    const carrier = carrierNamed(deps, held.carrier);
    // The company has given up the carrier that this text waited for, and which certainly has not got it.
    const outcome: SendOutcome = carrier
      ? await sendWithPatience(deps, carrier, held)
      : { kind: 'not-processed', detail: `there is no carrier ${held.carrier}` };
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
      // That the carrier took it stays true, whoever holds the claim by now.
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

/** The end of an effect, if it is one: somebody who has claimed it meanwhile may have come to another. */
const endOf = async (deps: RelayDependencies, effect: Effect, isSettled: boolean): Promise<Delivered> => {
  const found = isSettled ? effect : await deps.relay.findEffect(effect);
  const isOver = found && (found.state === 'UNKNOWN' || nextStep(found, deps.now()) === 'done');
  return isOver ? done(found) : waits(effect, 'was claimed by another worker');
};

/** Sends; again at once when the carrier is known not to have processed it and asks for no more than a moment. */
const sendWithPatience = async (
  deps: RelayDependencies,
  carrier: SmsCarrier,
  { to, body, ...key }: Effect,
): Promise<SendOutcome> => {
  for (let tries = 1; ; tries += 1) {
    const outcome = await carrier.send({ to, body, effectId: effectId(key) });
    if (outcome.kind !== 'not-processed' || tries === TRIES_AT_ONCE) return outcome;
    // Those who were turned away together shall not come back together.
    const jitter = 0.5 + deps.random() / 2;
    const pauseMs = outcome.retryAfterMs ?? FIRST_PAUSE_MS * 4 ** (tries - 1) * jitter;
    if (pauseMs > LONGEST_PAUSE_MS) return outcome;
    await deps.pause(pauseMs);
  }
};

const proveAccepted = (deps: RelayDependencies, effect: EffectKey, carrierSid: string): Promise<Effect | null> =>
  deps.relay.recordDelivery(effect, { carrierSid, delivery: null, errorCode: null, errorClass: null }, deps.now());

/**
 * Looks for a text that may have gone out. Only when the carrier does not list it after the grace period is it sent again;
 * the claim before that fences off a worker that might still be alive.
 */
const reconcile = async (deps: RelayDependencies, seen: Effect, isStopped: boolean): Promise<Delivered> => {
  const found = await lookFor(deps, seen);
  if (found === 'no-list') return seen.state === 'UNKNOWN' ? done(seen) : giveUp(deps, seen);
  if (found) return done(found);
  // Whoever held a lease that ran out may have sent in its last moment.
  const lastSendAt = seen.state === 'CLAIMED' ? seen.leaseUntil : seen.updatedAt;
  if (deps.now() - lastSendAt < RECONCILE_GRACE_MS) return waits(seen, 'is unknown, and not listed by the carrier yet');
  return isStopped ? refuse(deps, seen) : claimAndSend(deps, seen);
};

/** Whoever was sending is gone, and the carrier cannot be asked: it stays unknown until the carrier reports by itself. */
const giveUp = async (deps: RelayDependencies, seen: Effect): Promise<Delivered> => {
  const claim = await deps.relay.claim(seen, deps.owner, seen.carrier, deps.now());
  return claim
    ? settle(deps, claim, { kind: 'unknown', detail: 'whoever sent it is gone' })
    : waits(seen, 'was claimed by another worker');
};

/**
 * Looks for a text that may have gone out with the carrier that it may have gone out with, and writes down that it has.
 * @returns the effect when it was found, null when it is not listed, `no-list` when that carrier cannot be asked
 */
export const lookFor = async (deps: RelayDependencies, seen: Effect): Promise<Effect | null | 'no-list'> => {
  const find = carrierNamed(deps, seen.carrier)?.find;
  if (!find) return 'no-list';
  // The words tell texts apart, so that looking too far back costs nothing; not far enough would be a second text.
  const listed = await find({ to: seen.to, body: seen.body, sentAfter: seen.claimedAt - CLOCKS_DIFFER_MS });
  const others = listed.length > 0 ? await creditedToOthers(deps, seen) : new Set();
  const own = listed.find(({ carrierSid }) => !others.has(carrierSid));
  if (!own) return null;
  reportText(deps, seen);
  return (
    (await proveAccepted(deps, seen, own.carrierSid)) ?? { ...seen, state: 'ACCEPTED', carrierSid: own.carrierSid }
  );
};

/**
 * The carrier's texts that other effects have gone out as: two answers of `on my way` are the same words to the same phone. What
 * the team gets is never the same twice, because of its link, nor does it matter much what no job was found for.
 */
const creditedToOthers = async (
  deps: RelayDependencies,
  { timelineId, messageSid }: Effect,
): Promise<Set<string | null>> => {
  const timeline = timelineId === UNMATCHED ? [] : await deps.relay.timeline(timelineId);
  const others = timeline.filter(({ message }) => message.messageSid !== messageSid);
  return new Set(others.flatMap(({ effects }) => effects.map(({ carrierSid }) => carrierSid)));
};
