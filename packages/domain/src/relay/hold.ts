import type { RelayDependencies } from './dependencies.ts';
import { ownSid } from './fingerprint.ts';
import type { InboundMessage } from './inbound-message.ts';
import type { RelayPlan } from './plan.ts';

/** Puts a held message on its timeline and schedules its summary, before its plan is pinned. Does nothing for any other message. */
export const hold = async (deps: RelayDependencies, plan: RelayPlan, message: InboundMessage): Promise<void> => {
  const { heldUntil, timelineId } = plan;
  if (heldUntil === null) return;
  const messageSid = ownSid(`summary ${timelineId} ${heldUntil}`);
  await deps.followUps.schedule({ what: 'summary', timelineId, messageSid, dueAt: heldUntil });
  await deps.relay.record(plan, message);
  deps.report({ kind: 'held', messageSid: message.messageSid });
};
