import { type MessageSid, parseMessageSid } from '../ids.ts';
import type { RelayDependencies } from './dependencies.ts';
import type { InboundMessage } from './inbound-message.ts';
import type { RelayPlan } from './plan.ts';

/*
 * The order of one person's lines. The queue hands them out in any order, to several workers at once. A line that follows another one
 * within seconds waits until those before it are out (docs/adr/0051-order-of-lines.md).
 */

/** Lines that were received within this time are one burst, in ms. */
export const BURST_MS = 10_000;
/** Pause until the lines that were received before are on the timeline, in ms: longer than the usual lag of the queue. */
const SETTLE_MS = 1500;
/** Interval between two looks at the lines before, in ms. */
const LOOK_EVERY_MS = 400;
/** Maximum wait of a line for those before it, in ms. A line that fails does not hold up the next ones for longer. */
const MAX_WAIT_MS = 8000;

/**
 * Lists the messages of the same sender that were received shortly before this one: those on the timeline, and those that the webhook
 * knows of, which may still wait for a worker.
 */
const linesBefore = async (
  deps: RelayDependencies,
  { timelineId }: RelayPlan,
  { messageSid, from, receivedAt, follows = [] }: InboundMessage,
): Promise<MessageSid[]> => {
  const recorded = (await deps.relay.recent(timelineId, receivedAt - BURST_MS, receivedAt))
    .filter((one) => one.from === from && one.messageSid !== messageSid && one.receivedAt < receivedAt)
    .flatMap((one) => parseMessageSid(one.messageSid) ?? []);
  return [...new Set([...recorded, ...follows])];
};

/** Tests whether a line is on its way to the team: no plan yet, a text that is not begun, or one that a worker is sending now. */
const isUnsent = async (deps: RelayDependencies, sid: MessageSid): Promise<boolean> => {
  const plan = await deps.relay.plan(sid);
  if (!plan) return true;
  const now = deps.now();
  const isAwake = plan.recipients.some(({ notBefore }) => notBefore <= now);
  if (plan.kind !== 'team' || plan.answeredBy !== null || !isAwake) return false;
  const outbound = await deps.relay.outboundMessagesOf(plan.timelineId, sid);
  return outbound.length === 0 || outbound.some(({ state }) => state === 'CLAIMED');
};

/**
 * Waits until the sender's lines of the last seconds are out, so that the team reads them in order. A message that follows no other one
 * does not wait.
 */
export const awaitLinesBefore = async (
  deps: RelayDependencies,
  plan: RelayPlan,
  message: InboundMessage,
): Promise<void> => {
  if (plan.kind !== 'team' || (await linesBefore(deps, plan, message)).length === 0) return;
  await deps.pause(SETTLE_MS);
  for (let waitedMs = SETTLE_MS; waitedMs < MAX_WAIT_MS; waitedMs += LOOK_EVERY_MS) {
    const before = await linesBefore(deps, plan, message);
    const unsent = await Promise.all(before.map((sid) => isUnsent(deps, sid)));
    if (!unsent.includes(true)) return;
    await deps.pause(LOOK_EVERY_MS);
  }
};
