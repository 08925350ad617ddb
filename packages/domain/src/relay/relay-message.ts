import { type JobId, type MessageSid, parseJobId, parsePhoneNumber } from '../ids.ts';
import { type BackupContact, isActive, type Job } from '../job.ts';
import { etaOf } from '../movement/location-view.ts';
import type { JobStore } from '../ports/jobs.ts';
import type { LocationStore } from '../ports/locations.ts';
import type { MessageLog, RelayStore, Resolution } from '../ports/relay.ts';
import {
  type Effect,
  effectId,
  LEASE_MS,
  nextStep,
  RECONCILE_GRACE_MS,
  type RelayScope,
  settled,
  UNMATCHED,
} from './effect.ts';
import { type InboundMessage, mentionedJob } from './inbound.ts';
import { type PlannedEffect, planRelay, type Sender, senderOf } from './plan.ts';
import type { SmsCarrier } from './sms-carrier.ts';
import { relayText } from './text.ts';

export type RelayDependencies = {
  jobs: JobStore;
  locations: LocationStore;
  relay: RelayStore;
  log: MessageLog;
  carrier: SmsCarrier;
  company: { name: string; textNumber: string; timeZone: string; contacts: readonly BackupContact[] };
  /** A tracking link for the job, the same each time for the same message. */
  trackingLink: (job: Job, sid: MessageSid) => Promise<string>;
  statusCallback: (effectId: string) => string;
  /** Epoch ms. */
  now: () => number;
  /** Names this run of the worker in the effects that it claims. */
  owner: string;
};

/** Fixes from this many reports are enough for an ETA. */
const REPORTS_FOR_ETA = 5;

/** What is not settled yet: SQS hands the message out again. */
export class Unsettled extends Error {
  constructor(reasons: readonly string[]) {
    super(`Not settled yet: ${reasons.join('; ')}`);
    this.name = 'Unsettled';
  }
}

/**
 * Relays one inbound message. Every step is idempotent under the MessageSid, so that a crash between any two of them is
 * repaired by running it again: resolve the job → timeline → compliance log → one effect per recipient.
 * @throws Unsettled while an effect is neither accepted nor rejected; anything else a store throws
 */
export const relayMessage = async (deps: RelayDependencies, received: InboundMessage): Promise<void> => {
  const resolution =
    (await deps.relay.resolution(received.messageSid)) ??
    (await deps.relay.pin(received.messageSid, await resolve(deps, received)));
  // A webhook that comes twice is one message: its time is that of the first.
  const message = { ...received, receivedAt: resolution.receivedAt };
  const job = resolution.scope === UNMATCHED ? null : await deps.jobs.find(resolution.scope as JobId);
  const contacts = [...(job?.contacts ?? []), ...deps.company.contacts];
  const sender = senderOf(message, contacts, [deps.company.textNumber]);
  const senderName = sender.kind === 'contact' ? sender.contact.name : sender.kind;

  await deps.relay.record(resolution.scope, message, senderName);
  await deps.log.write(resolution.scope, message, senderName);

  const plan = await plannedEffects(deps, message, sender, job, resolution);
  const open: string[] = [];
  for (const planned of plan) {
    const left = await carryOut(deps, resolution.scope, message, planned);
    if (left) open.push(`${planned.recipient} ${left}`);
  }
  if (open.length > 0) throw new Unsettled(open);
};

/** The job of a message: by the path, else by the text, else by the sender's phone; the newest active one of several. */
const resolve = async (deps: RelayDependencies, message: InboundMessage): Promise<Resolution> => {
  const { receivedAt } = message;
  const named = [message.pathJob, mentionedJob(message.body)];
  for (const id of named) {
    if (id && (await deps.jobs.find(id))) return { scope: id, jobIsNamed: true, note: null, receivedAt };
  }
  const phone = parsePhoneNumber(message.from);
  const candidates = phone ? await deps.jobs.activeByPhone(phone) : [];
  const newest = candidates[0];
  if (!newest) return { scope: UNMATCHED, jobIsNamed: false, note: null, receivedAt };
  const others = candidates.slice(1);
  return {
    scope: newest,
    jobIsNamed: false,
    receivedAt,
    note: others.length > 0 ? `newest of ${candidates.length} jobs, also ${others.slice(0, 2).join(', ')}` : null,
  };
};

const plannedEffects = async (
  deps: RelayDependencies,
  message: InboundMessage,
  sender: Sender,
  job: Job | null,
  resolution: Resolution,
): Promise<PlannedEffect[]> => {
  const forTeam = sender.kind === 'customer' && job !== null;
  const text = forTeam ? await teamText(deps, message, job, resolution) : '';
  return planRelay({
    message,
    sender,
    job,
    jobIsNamed: resolution.jobIsNamed,
    company: deps.company,
    textForTeam: () => text,
  });
};

const teamText = async (
  deps: RelayDependencies,
  message: InboundMessage,
  job: Job,
  resolution: Resolution,
): Promise<string> => {
  const now = deps.now();
  const eta = isActive(job.status) ? etaOf(job, await deps.locations.recent(job.id, now, REPORTS_FOR_ETA), now) : null;
  return relayText({
    job,
    words: message.body,
    media: message.media.length,
    eta,
    link: await deps.trackingLink(job, message.messageSid),
    timeZone: deps.company.timeZone,
    ...(resolution.note ? { note: resolution.note } : {}),
  });
};

/** Brings one effect as far as it goes now. @returns null when it is settled, else what it waits for */
const carryOut = async (
  deps: RelayDependencies,
  scope: RelayScope,
  message: InboundMessage,
  planned: PlannedEffect,
): Promise<string | null> => {
  const now = deps.now();
  const fresh: Effect = {
    scope,
    messageSid: message.messageSid,
    ...planned,
    state: 'CLAIMED',
    owner: deps.owner,
    fence: 1,
    leaseUntil: now + LEASE_MS,
    attempts: 1,
    claimedAt: now,
    carrierSid: null,
    errorCode: null,
    delivery: null,
    updatedAt: now,
  };
  if (await deps.relay.open(fresh)) return send(deps, fresh);
  const found = await deps.relay.findEffect(fresh);
  if (!found) throw new Error('An effect that exists could not be read');
  switch (nextStep(found, now)) {
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
  const now = deps.now();
  const claimed = await deps.relay.claim(seen, deps.owner, now, now + LEASE_MS);
  return claimed ? send(deps, claimed) : 'was claimed by another worker';
};

const send = async (deps: RelayDependencies, claimed: Effect): Promise<string | null> => {
  const outcome = await deps.carrier.send({
    to: claimed.to,
    from: deps.company.textNumber,
    body: claimed.body,
    statusCallback: deps.statusCallback(effectId(claimed)),
  });
  await deps.relay.settle(claimed, settled(outcome), deps.now());
  if (outcome.kind === 'accepted' || outcome.kind === 'rejected') return null;
  return `${outcome.kind}: ${outcome.detail}`;
};

/**
 * Looks for a text that may have gone out. Only when the carrier does not list it after the grace period is it sent again;
 * the claim before that fences off a worker that might still be alive.
 */
const reconcile = async (deps: RelayDependencies, seen: Effect): Promise<string | null> => {
  const [listed] = await deps.carrier.find({ to: seen.to, body: seen.body, sentAfter: seen.claimedAt - 1000 });
  const now = deps.now();
  if (listed) {
    const claimed = await deps.relay.claim(seen, deps.owner, now, now + LEASE_MS);
    if (!claimed) return 'was claimed by another worker';
    await deps.relay.settle(claimed, { state: 'ACCEPTED', carrierSid: listed.carrierSid, errorCode: null }, now);
    return null;
  }
  if (now - Math.max(seen.updatedAt, seen.claimedAt) < RECONCILE_GRACE_MS)
    return 'is unknown, and not listed by the carrier yet';
  return claimAndSend(deps, seen);
};

/** The parts of an effect's ID from a status callback's URL, or null. */
export const parseEffectId = (id: string): Pick<Effect, 'scope' | 'messageSid' | 'recipient'> | null => {
  const match = /^([^~]+)~((?:SM|MM)[0-9a-fA-F]{32})~([A-Za-z0-9_-]{1,32})$/.exec(id);
  const scope = match?.[1];
  if (!match || !scope || !(scope === UNMATCHED || parseJobId(scope))) return null;
  return { scope, messageSid: match[2] as MessageSid, recipient: match[3] as Effect['recipient'] };
};
