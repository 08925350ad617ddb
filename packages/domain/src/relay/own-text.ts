import type { MessageSid } from '../ids.ts';
import { advance } from './advance.ts';
import { noteMessage } from './conversation/note-message.ts';
import type { RelayDependencies } from './dependencies.ts';
import type { RelayPlan } from './plan.ts';

/**
 * Sends a text that answers no message: pins its plan, puts it on the timeline, and texts its recipients.
 * @param planned `from` is the number that is texted
 * @throws RelayIncomplete while the text is neither accepted nor rejected
 */
export const sendOwnText = async (deps: RelayDependencies, sid: MessageSid, planned: RelayPlan): Promise<void> => {
  const { receivedAt, from, body } = planned;
  const plan = await deps.relay.pin(sid, planned);
  const message = { messageSid: sid, receivedAt, from, to: from, body, pathJob: null, optOutType: null, media: [] };
  await deps.relay.record(plan, message);
  await noteMessage(deps, plan, message);
  await advance(deps, plan, sid, 'new');
};
