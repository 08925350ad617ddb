import type { JobId } from '../../ids.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { messagesRelayedTo } from './conversation-history.ts';
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
  now: number,
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
    sender.kind === 'contact' ? sender : sender.kind === 'stranger' ? await contactOfJob(deps, from, now) : null;
  return contact ? { sender: contact, found: await findJobForDispatcher(deps, message) } : { sender, found };
};

/** Identifies a contact of a single job by the messages that were relayed to them: their texts need not name the job. */
const contactOfJob = async (deps: RelayDependencies, from: string, now: number): Promise<Dispatcher | null> => {
  const timelineIds = new Set((await messagesRelayedTo(deps, from, now)).map(({ plan }) => plan.timelineId));
  for (const timelineId of timelineIds) {
    const job = timelineId === UNMATCHED ? null : await deps.jobs.find(timelineId as JobId);
    const sender = senderOf(from, job, deps.company);
    if (sender.kind === 'contact') return sender;
  }
  return null;
};
