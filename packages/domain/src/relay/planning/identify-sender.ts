import type { JobId } from '../../ids.ts';
import { deskFromSentTexts } from '../conversation/earlier-history.ts';
import { personKey } from '../conversation/person-key.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { type TimelineId, UNMATCHED } from '../outbound-message.ts';
import { type FoundJob, findJobForCustomer, findJobForDispatcher, NO_JOB } from './find-job.ts';
import { type Sender, senderOf } from './sender.ts';

type Dispatcher = Extract<Sender, { kind: 'contact' }>;

/**
 * Identifies the sender of a message and finds its job. The two depend on each other: the same phone may be the customer of one
 * job and the contact of another.
 */
export const identifySender = async (
  deps: RelayDependencies,
  message: InboundMessage,
): Promise<{ sender: Sender; found: FoundJob }> => {
  const { from } = message;
  const own = senderOf(from, null, deps.company);
  // A driver's jobs are those of the trailers.
  if (own.kind === 'driver') return { sender: own, found: NO_JOB };
  if (own.kind === 'contact') {
    const found = await findJobForDispatcher(deps, message);
    return { sender: senderOf(from, found.job, deps.company), found };
  }
  const found = await findJobForCustomer(deps, message);
  const sender = senderOf(from, found.job, deps.company);
  const contact =
    sender.kind === 'contact' ? sender : sender.kind === 'stranger' ? await contactOfJob(deps, from) : null;
  return contact ? { sender: contact, found: await findJobForDispatcher(deps, message) } : { sender, found };
};

/** Identifies a contact of a single job by the conversations on their desk: their texts need not name the job. */
const contactOfJob = async (deps: RelayDependencies, from: string): Promise<Dispatcher | null> => {
  for (const timelineId of new Set(await timelinesOnDesk(deps, personKey(from)))) {
    const job = timelineId === UNMATCHED ? null : await deps.jobs.find(timelineId as JobId);
    const sender = senderOf(from, job, deps.company);
    if (sender.kind === 'contact') return sender;
  }
  return null;
};

/** Reads the timelines that were relayed to a phone; none for someone outside the team. */
const timelinesOnDesk = async (deps: RelayDependencies, phone: string): Promise<TimelineId[]> => {
  const stored = await deps.relay.desk(phone);
  if (stored) return stored.conversations.map(({ timelineId }) => timelineId);
  if (await deps.relay.conversation(phone)) return [];
  const { desk } = await deskFromSentTexts(deps, phone);
  return desk.conversations.map(({ timelineId }) => timelineId);
};
