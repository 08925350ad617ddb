import type { RelayDependencies } from './dependencies.ts';
import { type OutboundMessage, outboundMessageId } from './outbound-message.ts';
import type { SendOutcome, SmsCarrier } from './sms-carrier.ts';

/*
 * The order of the carriers. Each has its own health, and after a long outage of one the next is used.
 */

/** Interval at which a carrier that has been failing for too long is probed, with one new text, in ms. */
const PROBE_EVERY_MS = 60_000;

type Carriers = Pick<RelayDependencies, 'carriers'>;

/** Returns the carrier with this name; null when the company no longer has it. */
export const carrierNamed = ({ carriers }: Carriers, name: string): SmsCarrier | null =>
  carriers.find((carrier) => carrier.name === name) ?? null;

/** Returns the carriers that come after this one; none for the last, and for one that the company no longer has. */
export const carriersAfter = ({ carriers }: Carriers, name: string): readonly SmsCarrier[] => {
  const index = carriers.findIndex((carrier) => carrier.name === name);
  return index < 0 ? [] : carriers.slice(index + 1);
};

const failoverMs = ({ company }: RelayDependencies): number => company.policy.failoverMinutes * 60_000;

/**
 * Picks the first carrier that works or is due for a probe. The last one is used without a check: nothing comes after it, so its
 * health is not recorded.
 */
const firstWorking = async (
  deps: RelayDependencies,
  candidates: readonly SmsCarrier[],
): Promise<SmsCarrier | undefined> => {
  for (const carrier of candidates.slice(0, -1)) {
    const trouble = await deps.relay.trouble(carrier.name);
    const now = deps.now();
    if (!trouble || now - trouble.since < failoverMs(deps)) return carrier;
    const isProbe = now - trouble.triedAt >= PROBE_EVERY_MS;
    if (isProbe && (await deps.relay.tryAgain(carrier.name, trouble, now))) return carrier;
  }
  return candidates.at(-1);
};

const reportFailover = (deps: RelayDependencies, id: string, from: string, by: string): void =>
  deps.report({ kind: 'taken-over', outboundMessageId: id, from, by });

/** Picks the carrier for a new text, which no carrier has yet. */
export const carrierForNew = async (deps: RelayDependencies, id: string): Promise<string> => {
  const [first] = deps.carriers;
  const { name } = (await firstWorking(deps, deps.carriers)) ?? first;
  if (name !== first.name) reportFailover(deps, id, first.name, name);
  return name;
};

/** Picks the carrier for the next claim of a text: a later one when it has waited too long and certainly was not sent. */
export const carrierForRetry = async (deps: RelayDependencies, seen: OutboundMessage): Promise<string> => {
  const isOverdue = deps.now() - seen.carrierSince >= failoverMs(deps);
  if (seen.isDoubtful || !isOverdue) return seen.carrier;
  const next = await firstWorking(deps, carriersAfter(deps, seen.carrier));
  if (!next) return seen.carrier;
  reportFailover(deps, outboundMessageId(seen), seen.carrier, next.name);
  return next.name;
};

/**
 * Gives a claim whose carrier has refused it to a later carrier.
 * @returns null when no carrier is left, or when the text may have been sent; `lost` when another worker has the claim by now
 */
export const handToNext = async (
  deps: RelayDependencies,
  claim: OutboundMessage,
): Promise<OutboundMessage | 'lost' | null> => {
  const next = claim.isDoubtful ? undefined : await firstWorking(deps, carriersAfter(deps, claim.carrier));
  if (!next) return null;
  const taken = await deps.relay.handOver(claim, next.name, deps.now());
  if (!taken) return 'lost';
  reportFailover(deps, outboundMessageId(claim), claim.carrier, next.name);
  return taken;
};

/** Records for later texts that a carrier answers, or that it does not. The last carrier's health is not recorded: nothing uses it. */
export const noteHealth = async (
  deps: RelayDependencies,
  { carrier }: OutboundMessage,
  { kind }: SendOutcome,
): Promise<void> => {
  if (carriersAfter(deps, carrier).length === 0) return;
  const isAnswer = kind === 'accepted' || kind === 'rejected';
  try {
    if (!isAnswer) await deps.relay.noteTrouble(carrier, deps.now());
    else if (await deps.relay.trouble(carrier)) await deps.relay.noteTrouble(carrier, null);
  } catch {
    // The next text records it again; the outcome of this one matters more.
  }
};
