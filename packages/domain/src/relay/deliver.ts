import type { RelayDependencies } from './dependencies.ts';
import { carrierForNew, carrierForRetry, carrierNamed, handToNext, noteHealth } from './failover.ts';
import { mayGoElsewhere } from './failure-class.ts';
import {
  EXPIRED,
  nextStep,
  type OutboundMessage,
  type OutboundMessageKey,
  opened,
  outboundMessageId,
  outcomeState,
  RECONCILE_GRACE_MS,
  resolved,
  STOPPED_BEFORE,
  suppressed,
  UNMATCHED,
} from './outbound-message.ts';
import { segments } from './segments.ts';
import type { ListedText, SendOutcome, SmsCarrier } from './sms-carrier.ts';

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

/** The outbound message in its new state, and the reason why it is not finished, if any. */
export type Delivered = { outbound: OutboundMessage; left: { reason: string; retryAfterMs?: number } | null };

const done = (outbound: OutboundMessage): Delivered => ({ outbound, left: null });
const waits = (outbound: OutboundMessage, reason: string, retryAfterMs?: number): Delivered => ({
  outbound,
  left: { reason: `${outbound.recipient} ${reason}`, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
});

/**
 * @param isOver the text is no longer true: it ends when it certainly was not sent
 * @param seen the outbound message as it was read, null when there was none
 * @param isStopped whether the recipient has asked for no more texts
 */
export const deliver = async (
  deps: RelayDependencies,
  {
    isOver,
    ...what
  }: OutboundMessageKey & Pick<OutboundMessage, 'to' | 'body' | 'media'> & { carrier?: string; isOver?: boolean },
  seen: OutboundMessage | null,
  isStopped: boolean,
): Promise<Delivered> => {
  if (!seen) {
    const begin = isStopped ? suppressed : opened;
    const carrier =
      what.carrier ?? (isStopped ? deps.carriers[0].name : await carrierForNew(deps, outboundMessageId(what)));
    const fresh = begin({ ...what, carrier }, deps.owner, deps.now());
    if (await deps.relay.open(fresh)) return isStopped ? done(fresh) : send(deps, fresh);
  }
  const found = seen ?? (await deps.relay.findOutboundMessage(what));
  if (!found) throw new Error('An existing outbound message could not be read');
  switch (nextStep(found, deps.now())) {
    case 'done':
      return done(found);
    case 'wait':
      return waits(found, 'is being sent by another worker');
    case 'send':
      if (isOver) return expire(deps, found);
      return isStopped ? refuse(deps, found) : claimAndSend(deps, found, what.body);
    case 'look-for-it':
      return reconcile(deps, found, isStopped);
  }
};

const claimAndSend = async (deps: RelayDependencies, seen: OutboundMessage, body: string): Promise<Delivered> => {
  const claim = await deps.relay.claim(seen, deps.owner, await carrierForRetry(deps, seen), deps.now(), body);
  return claim ? send(deps, claim) : waits(seen, 'was claimed by another worker');
};

/** Ends a text that is no longer true, and that certainly was not sent. */
const expire = async (deps: RelayDependencies, seen: OutboundMessage): Promise<Delivered> => {
  const claim = await deps.relay.claim(seen, deps.owner, seen.carrier, deps.now());
  if (!claim) return waits(seen, 'was claimed by another worker');
  const now = deps.now();
  const isResolved = await deps.relay.resolve(claim, EXPIRED, now);
  return endOf(deps, resolved(claim, claim.fence, EXPIRED, now) ?? claim, isResolved);
};

/** Our own refusal of a text whose recipient had already opted out. */
const OPTED_OUT: SendOutcome = {
  kind: 'rejected',
  class: 'opted-out',
  code: STOPPED_BEFORE,
  detail: 'has asked for no more texts',
};

/** Ends a text whose recipient has opted out in the meantime. */
const refuse = async (deps: RelayDependencies, seen: OutboundMessage): Promise<Delivered> => {
  const claim = await deps.relay.claim(seen, deps.owner, seen.carrier, deps.now());
  return claim ? resolve(deps, claim, OPTED_OUT) : waits(seen, 'was claimed by another worker');
};

/** Sends with the claim's carrier, and then with the next ones as long as each refuses for a reason that may not apply to the next. */
const send = async (deps: RelayDependencies, claim: OutboundMessage): Promise<Delivered> => {
  for (let held = claim; ; ) {
    const carrier = carrierNamed(deps, held.carrier);
    // The text waited for a carrier that is no longer in the list, and that certainly does not have it.
    const outcome: SendOutcome = carrier
      ? await sendWithRetries(deps, carrier, held)
      : { kind: 'not-processed', detail: `the company has no carrier ${held.carrier}` };
    await noteHealth(deps, held, outcome);
    const isElsewhere = outcome.kind === 'rejected' && mayGoElsewhere(outcome.class);
    const next = isElsewhere ? await handToNext(deps, held) : null;
    if (next === null) return resolve(deps, held, outcome);
    if (outcome.kind === 'rejected') reportRefusal(deps, held, outcome, false);
    if (next === 'lost') return waits(held, 'was claimed by another worker');
    held = next;
  }
};

const reportRefusal = (
  deps: RelayDependencies,
  claim: OutboundMessage,
  { class: failure, code, detail }: Extract<SendOutcome, { kind: 'rejected' }>,
  isFinal: boolean,
): void =>
  deps.report({
    kind: 'refused',
    outboundMessageId: outboundMessageId(claim),
    carrier: claim.carrier,
    class: failure,
    code,
    detail,
    isFinal,
  });

const reportText = (deps: RelayDependencies, outbound: OutboundMessage): void =>
  deps.report({ kind: 'texted', outboundMessageId: outboundMessageId(outbound), segments: segments(outbound.body) });

const resolve = async (deps: RelayDependencies, claim: OutboundMessage, outcome: SendOutcome): Promise<Delivered> => {
  const result = outcomeState(outcome);
  const now = deps.now();
  const isResolved = await deps.relay.resolve(claim, result, now);
  const outbound = (isResolved ? resolved(claim, claim.fence, result, now) : null) ?? claim;
  switch (outcome.kind) {
    case 'accepted':
      reportText(deps, claim);
      if (outcome.isAltered)
        deps.report({ kind: 'altered', outboundMessageId: outboundMessageId(claim), carrier: claim.carrier });
      // The carrier has taken the text, even if another worker holds the claim by now.
      if (isResolved) return done(outbound);
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
        await deps.relay.setConsent({ phone: claim.to, isStopped: true, by: 'carrier', why: null, at: now });
      reportRefusal(deps, claim, outcome, isFinal);
      return isFinal ? endOf(deps, outbound, isResolved) : waits(outbound, `was refused: ${outcome.code}`);
    }
    case 'not-processed':
      return waits(outbound, `not-processed: ${outcome.detail}`, outcome.retryAfterMs);
    case 'unknown':
      deps.report({ kind: 'unknown', outboundMessageId: outboundMessageId(claim) });
      return carrierNamed(deps, claim.carrier)?.find
        ? waits(outbound, `unknown: ${outcome.detail}`)
        : endOf(deps, outbound, isResolved);
  }
};

/** Returns the outbound message as final, if it is: another worker with a newer claim may have come to a different end. */
const endOf = async (deps: RelayDependencies, outbound: OutboundMessage, isResolved: boolean): Promise<Delivered> => {
  const found = isResolved ? outbound : await deps.relay.findOutboundMessage(outbound);
  const isOver = found && (found.state === 'UNKNOWN' || nextStep(found, deps.now()) === 'done');
  return isOver ? done(found) : waits(outbound, 'was claimed by another worker');
};

/** Sends, and retries immediately while the carrier certainly did not process the text and asks for a short pause at most. */
const sendWithRetries = async (
  deps: RelayDependencies,
  carrier: SmsCarrier,
  { to, body, media, ...key }: OutboundMessage,
): Promise<SendOutcome> => {
  for (let attempts = 1; ; attempts += 1) {
    const outcome = await carrier.send({
      ...{ to, body, outboundMessageId: outboundMessageId(key) },
      ...(media ? { media } : {}),
    });
    if (outcome.kind !== 'not-processed' || attempts === MAX_IMMEDIATE_ATTEMPTS) return outcome;
    // Jitter, so that throttled workers do not retry in lockstep.
    const jitter = 0.5 + deps.random() / 2;
    const pauseMs = outcome.retryAfterMs ?? FIRST_PAUSE_MS * 4 ** (attempts - 1) * jitter;
    if (pauseMs > MAX_PAUSE_MS) return outcome;
    await deps.pause(pauseMs);
  }
};

const proveAccepted = (
  deps: RelayDependencies,
  outbound: OutboundMessageKey,
  carrierSid: string,
): Promise<OutboundMessage | null> =>
  deps.relay.recordDelivery(outbound, { carrierSid, delivery: null, errorCode: null, errorClass: null }, deps.now());

/** When the last attempt to send a text may have ended, epoch ms: the holder of an expired lease may have sent at its last moment. */
const lastSendAt = ({ state, leaseUntil, updatedAt }: OutboundMessage): number =>
  state === 'CLAIMED' ? leaseUntil : updatedAt;

/**
 * Searches for a text that may have been sent. It is sent again only when the carrier still does not list it after the grace period;
 * the claim before that fences off a worker that may still be alive. While the list has a text that may be this one under other words,
 * it is not sent: it stays unknown.
 */
const reconcile = async (deps: RelayDependencies, seen: OutboundMessage, isStopped: boolean): Promise<Delivered> => {
  const found = await lookFor(deps, seen);
  if (found === 'no-list') return keepUnknown(deps, seen);
  if (found && found !== 'indistinct') return done(found);
  const sinceMs = deps.now() - lastSendAt(seen);
  if (sinceMs < RECONCILE_GRACE_MS) return waits(seen, 'is unknown, and not listed by the carrier yet');
  if (found === null) return isStopped ? refuse(deps, seen) : claimAndSend(deps, seen, seen.body);
  // The index that names the recipient's other texts has caught up by then.
  if (sinceMs < 2 * RECONCILE_GRACE_MS) return waits(seen, 'is unknown, and may be listed with other words');
  deps.report({ kind: 'indistinct', outboundMessageId: outboundMessageId(seen), carrier: seen.carrier });
  return keepUnknown(deps, seen);
};

/** Leaves a text as unknown: a receipt resolves it, or a person. */
const keepUnknown = async (deps: RelayDependencies, seen: OutboundMessage): Promise<Delivered> =>
  seen.state === 'UNKNOWN' ? done(seen) : markUnknown(deps, seen);

/** Marks a text as unknown when its worker has died and the carrier has no list: it stays unknown until the carrier's receipt arrives. */
const markUnknown = async (deps: RelayDependencies, seen: OutboundMessage): Promise<Delivered> => {
  const claim = await deps.relay.claim(seen, deps.owner, seen.carrier, deps.now());
  return claim
    ? resolve(deps, claim, { kind: 'unknown', detail: 'its worker has died' })
    : waits(seen, 'was claimed by another worker');
};

/**
 * Searches for a text that may have been sent in the list of its carrier, and records it as accepted when it is there.
 * @returns the outbound message when it was found; null when it is certainly not listed; `indistinct` when a listed text may be it, with
 * words that the carrier has altered or redacted; `no-list` when the carrier has no list
 */
export const lookFor = async (
  deps: RelayDependencies,
  seen: OutboundMessage,
): Promise<OutboundMessage | null | 'indistinct' | 'no-list'> => {
  const find = carrierNamed(deps, seen.carrier)?.find;
  if (!find) return 'no-list';
  // The body tells texts apart, so searching too far back does no harm; not far enough would send the text twice.
  const listed = await find({ to: seen.to, body: seen.body, sentAfter: seen.claimedAt - MAX_CLOCK_SKEW_MS });
  const same = listed.filter(({ other }) => other === undefined);
  const others = same.length > 0 ? await carrierSidsOfOthers(deps, seen) : new Set();
  const own = same.find(({ carrierSid }) => !others.has(carrierSid));
  if (!own) return (await isSomeUnaccounted(deps, seen, listed)) ? 'indistinct' : null;
  reportText(deps, seen);
  return (
    (await proveAccepted(deps, seen, own.carrierSid)) ?? { ...seen, state: 'ACCEPTED', carrierSid: own.carrierSid }
  );
};

/** Maximum age of another text to the recipient when its carrier took it, in ms: as long as a text is tried. */
const MAX_EFFORT_MS = 12 * 3_600_000;
/** Number of the recipient's other texts that are read at a time. */
const OTHERS_PER_READ = 20;

/**
 * Tests whether a listed text with other words belongs to no other outbound message, so that it may be this one: by its SID, and by
 * its words where the carrier's answer was lost for that one too.
 */
const isSomeUnaccounted = async (
  deps: RelayDependencies,
  seen: OutboundMessage,
  listed: readonly ListedText[],
): Promise<boolean> => {
  const latest = lastSendAt(seen) + RECONCILE_GRACE_MS;
  let open = listed.filter(({ other }) => other !== undefined && other.at <= latest);
  if (open.length === 0) return false;
  const own = outboundMessageId(seen);
  const keys = await deps.relay.sentTo(seen.to, seen.claimedAt - MAX_EFFORT_MS);
  const others = keys.filter((key) => key.at <= latest && outboundMessageId(key) !== own);
  for (let i = 0; i < others.length && open.length > 0; i += OTHERS_PER_READ) {
    const read = others.slice(i, i + OTHERS_PER_READ).map((key) => deps.relay.findOutboundMessage(key));
    const known = (await Promise.all(read)).flatMap((one) => one ?? []);
    open = open.filter(
      ({ carrierSid, other }) =>
        !known.some((one) => one.carrierSid === carrierSid || (one.carrierSid === null && one.body === other?.body)),
    );
  }
  return open.length > 0;
};

/**
 * Returns the carrier's SIDs that belong to other outbound messages: two answers `on my way` have the same words and the same
 * recipient, and so have two attempts of one text. Without a job a mix-up with another message hardly matters.
 */
const carrierSidsOfOthers = async (deps: RelayDependencies, seen: OutboundMessage): Promise<Set<string | null>> => {
  const { timelineId, messageSid } = seen;
  const timeline = timelineId === UNMATCHED ? [] : await deps.relay.timeline(timelineId);
  const ofOthers = timeline
    .filter(({ message }) => message.messageSid !== messageSid)
    .flatMap(({ outboundMessages }) => outboundMessages);
  const own = seen.attempt > 1 ? await deps.relay.outboundMessagesOf(timelineId, messageSid) : [];
  const before = own.filter(({ recipient, attempt }) => recipient === seen.recipient && attempt < seen.attempt);
  return new Set([...ofOthers, ...before].map(({ carrierSid }) => carrierSid));
};
