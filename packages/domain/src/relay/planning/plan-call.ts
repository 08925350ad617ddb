import type { JobId } from '../../ids.ts';
import { callFailedText } from '../call-wording.ts';
import { isCallable, numberOfCaller } from '../callable-number.ts';
import { personKey } from '../conversation/person-key.ts';
import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { type TimelineId, UNMATCHED } from '../outbound-message.ts';
import type { PlannedCall } from '../plan.ts';
import { replyHandle } from './conversation.ts';
import { guestName } from './text-facts.ts';

/** A dispatcher's request for a call: the call, or the text that says why there is none. */
type CallRequest = { kind: 'call'; call: PlannedCall } | { kind: 'refused'; body: string };

/**
 * Plans the call that a dispatcher's text asks for. A person who has opted out of texts can be called.
 * @param person the conversation, and the address of the person in it
 */
export const planCall = async (
  deps: RelayDependencies,
  { from }: InboundMessage,
  { timelineId, to }: { timelineId: TimelineId; to: string },
): Promise<CallRequest> => {
  const { company, calls } = deps;
  const job = timelineId === UNMATCHED ? null : await deps.jobs.find(timelineId as JobId);
  const isCustomer = job !== null && job.customer.phone === personKey(to);
  const name = isCustomer ? job.customer.name : guestName(to);
  const handle = replyHandle(timelineId, to, job?.customer.phone ?? null, company.jobPrefix) ?? timelineId;
  const refused = (refusal: 'off' | 'not-callable'): CallRequest => ({
    kind: 'refused',
    body: callFailedText(refusal, `${name} (${handle})`, handle, to),
  });
  if (!calls || !company.policy.calls.answer) return refused('off');
  const connect = numberOfCaller(to);
  const ring = numberOfCaller(from);
  if (connect === null || ring === null || !isCallable(connect) || company.textNumbers.includes(connect))
    return refused('not-callable');
  return { kind: 'call', call: { ring, connect, who: name, handle } };
};
