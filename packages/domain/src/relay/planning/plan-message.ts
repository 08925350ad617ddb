import type { RelayDependencies } from '../dependencies.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { UNMATCHED } from '../outbound-message.ts';
import { emptyPlan, type RelayPlan } from '../plan.ts';
import { keywordOf } from '../recognition/opt-out.ts';
import { decide } from './decision-table.ts';
import { identifySender } from './identify-sender.ts';
import { MESSAGE_DECISION } from './message-decision.ts';
import { planCustomerMessage } from './plan-customer-message.ts';
import { planDispatcherMessage } from './plan-dispatcher-message.ts';
import { senderLabel } from './sender.ts';

/** Decides on the outcome of a message (MESSAGE_DECISION). Only reads; the decision counts once it is pinned. */
export const planMessage = async (deps: RelayDependencies, message: InboundMessage): Promise<RelayPlan> => {
  const { from, receivedAt } = message;
  const begunAt = deps.now();
  const { sender, found } = await identifySender(deps, message, begunAt);
  const timelineId = found.job?.id ?? UNMATCHED;
  const nothing = emptyPlan({ timelineId, sender: senderLabel(sender, from), from, receivedAt, begunAt });
  const outcome = decide(MESSAGE_DECISION, { sender: sender.kind, isKeyword: keywordOf(message) !== null });
  if (outcome === 'dispatcher' && sender.kind === 'contact')
    return { ...nothing, ...(await planDispatcherMessage(deps, message, sender.contact, found, begunAt)) };
  if (outcome === 'customer')
    return { ...nothing, ...(await planCustomerMessage(deps, message, sender, found, begunAt)) };
  return nothing;
};
