import type { MessageSid } from '../ids.ts';
import { noteClaim } from './conversation/claim-hold.ts';
import { answerShown } from './conversation/desk.ts';
import { changeDesk, noteAnswer } from './conversation/note-message.ts';
import { personKey } from './conversation/person-key.ts';
import type { RelayDependencies } from './dependencies.ts';
import { hasFailed } from './outbound-message.ts';
import { CUSTOMER, type RelayPlan, WRITER } from './plan.ts';

/**
 * Marks the messages that a dispatcher's message answers. An answer counts once its text is on its way: not while its writer may still take
 * it back, and not when the text was refused, because the customer is still waiting.
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
    await noteCopies(deps, plan);
  }
  for (const sid of acknowledges) {
    await deps.relay.acknowledge(sid, sender, at);
    const data = { by: sender, with: messageSid };
    deps.log({ id: `${sid} acknowledged`, type: 'acknowledgement', at, sid, timelineId, data });
  }
  await noteOrder(deps, plan);
};

/** Notes at the messages of a conversation that a dispatcher has taken it, or has it no longer. */
const noteOrder = async ({ relay }: RelayDependencies, { order, person }: RelayPlan): Promise<void> => {
  if (person === undefined || (order !== 'claim' && order !== 'release')) return;
  const conversation = await relay.conversation(person);
  if (conversation) await noteClaim(relay, conversation);
};

/** Notes on colleagues' desks that their phones show an answer now. */
const noteCopies = async (
  deps: RelayDependencies,
  { copies = [], recipients, timelineId }: RelayPlan,
): Promise<void> => {
  const person = recipients.find(({ recipient }) => recipient === CUSTOMER);
  if (!person) return;
  const now = deps.now();
  const shown = copies.filter(({ recipient, notBefore }) => recipient !== WRITER && notBefore <= now);
  const about = { phone: personKey(person.to), timelineId };
  await Promise.all(shown.map(({ to }) => changeDesk(deps, personKey(to), (desk) => answerShown(desk, about, now))));
};
