import type { MessageSid } from '../ids.ts';
import { noteAnswer } from './conversation/note-message.ts';
import type { RelayDependencies } from './dependencies.ts';
import { hasFailed } from './outbound-message.ts';
import { CUSTOMER, type RelayPlan } from './plan.ts';

/**
 * Marks the messages that a dispatcher's message answers, and adds the answer to the conversation. An answer counts once its text is on its way: not while its writer may still
 * take it back, and not when the text was refused, because the customer is still waiting.
 */
export const acknowledgeAnswered = async (
  deps: RelayDependencies,
  plan: RelayPlan,
  messageSid: MessageSid,
): Promise<void> => {
  const { timelineId, sender, acknowledges, receivedAt: at } = plan;
  if (plan.kind === 'reply') {
    const answer = await deps.relay.findOutboundMessage({ timelineId, messageSid, recipient: CUSTOMER, attempt: 1 });
    if (!answer || hasFailed(answer)) return;
    await noteAnswer(deps, plan, messageSid);
  }
  for (const sid of acknowledges) {
    await deps.relay.acknowledge(sid, sender, at);
    const data = { by: sender, with: messageSid };
    deps.log({ id: `${sid} acknowledged`, type: 'acknowledgement', at, sid, timelineId, data });
  }
};
