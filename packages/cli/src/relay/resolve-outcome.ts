import { createFollowUps, createInboundQueue } from '@qdn/aws/inbound-queue';
import { findQueue } from '@qdn/aws/operator';
import { createRelayStore } from '@qdn/aws/relay';
import { nextStep, type OutboundMessage, outboundMessageId } from '@qdn/domain';
import { CommandError } from '../connection.ts';
import { type Cloud, INBOUND_QUEUE } from './cloud.ts';
import { messageSidOf } from './past-messages.ts';

/** An outcome that a recipient confirmed; `recipient` may be left out when only one outcome is unknown. */
export type Resolution = { sid: string; recipient: string | undefined; hasArrived: boolean };

const words = ({ recipient, state, delivery }: OutboundMessage): string =>
  `${recipient} ${delivery ?? state.toLowerCase()}`;

/** Returns the message to `recipient` with an unknown outcome. @throws CommandError unless there is exactly one */
const unknownOutcome = (
  sid: string,
  outboundMessages: readonly OutboundMessage[],
  recipient: string | undefined,
  now: number,
): OutboundMessage => {
  const open = outboundMessages.filter((outbound) => nextStep(outbound, now) === 'look-for-it');
  if (open.length === 0) {
    const isBusy = outboundMessages.some((outbound) => nextStep(outbound, now) !== 'done');
    throw new CommandError(
      isBusy
        ? `The relay is working on ${sid}. Try again in a minute.`
        : `${sid} has no unknown outcome: ${outboundMessages.map(words).join(', ') || 'it was sent to no one'}.`,
    );
  }
  const [outbound, another] = recipient === undefined ? open : open.filter((one) => one.recipient === recipient);
  const names = open.map((one) => one.recipient).join(', ');
  if (!outbound)
    throw new CommandError(
      `The outcome of ${sid} for ${recipient} is not unknown. Recipients with an unknown outcome: ${names}`,
    );
  if (another) throw new CommandError(`${sid} has more than one unknown outcome. Name the recipient: ${names}`);
  return outbound;
};

/**
 * Resolves an unknown outcome with what the recipient says. The answer goes through the queue as a delivery receipt: the worker stays
 * the only writer of the relay's state, the compliance log records it, and nothing is sent again.
 * @param now epoch ms
 * @returns a sentence about what was done
 * @throws CommandError when the message has no unknown outcome, or more than one fits
 */
export const resolveOutcome = async (cloud: Cloud, asked: Resolution, now: number): Promise<string> => {
  const { recipient, hasArrived } = asked;
  const sid = messageSidOf(asked.sid);
  const relay = createRelayStore(cloud.table, cloud.tableName);
  const plan = await relay.plan(sid);
  if (!plan)
    throw new CommandError(`The relay has not processed ${sid} in ${cloud.place}, so it has sent nothing for it.`);
  const outbound = unknownOutcome(sid, await relay.outboundMessagesOf(plan.timelineId, sid), recipient, now);
  await createInboundQueue(cloud.sqs, (await findQueue(cloud.sqs, INBOUND_QUEUE)).url).send({
    schema: 1,
    kind: 'receipt',
    outboundMessageId: outboundMessageId(outbound),
    carrier: 'operator',
    carrierSid: 'said by the operator',
    status: hasArrived ? 'delivered' : 'undelivered',
    errorCode: null,
    errorClass: null,
    receivedAt: new Date(now).toISOString(),
  });
  return hasArrived
    ? `Recorded: ${outbound.recipient} received the message. It leaves the list of ./qdn attention in a moment.`
    : `Recorded: ${outbound.recipient} did not receive the message. It is not sent again. The next recipient gets it; if there is none, the sender gets a text. Call the recipient if it is urgent.`;
};

/**
 * Resolves an unanswered message because someone has called its sender. The queue takes the order to the worker, which the compliance
 * log records.
 * @param now epoch ms
 * @returns a sentence about what was done
 * @throws CommandError when the message waits for no answer
 */
export const resolveCalled = async (cloud: Cloud, typed: string, now: number): Promise<string> => {
  const sid = messageSidOf(typed);
  const plan = await createRelayStore(cloud.table, cloud.tableName).plan(sid);
  if (!plan) throw new CommandError(`The relay has not processed ${sid} in ${cloud.place}.`);
  if (plan.answeredBy !== null)
    throw new CommandError(
      `${sid} needs no call: it was answered by ${plan.answeredBy}. ./qdn attention has it no longer.`,
    );
  const queue = createInboundQueue(cloud.sqs, (await findQueue(cloud.sqs, INBOUND_QUEUE)).url);
  const { timelineId } = plan;
  await createFollowUps(queue, () => now).schedule({ what: 'called', timelineId, messageSid: sid, dueAt: now });
  return `Recorded: you have called the sender of ${sid}. It leaves the list of ./qdn attention in a moment.`;
};
