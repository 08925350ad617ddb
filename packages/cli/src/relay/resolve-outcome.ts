import { createInboundQueue } from '@qdn/aws/inbound-queue';
import { findQueue } from '@qdn/aws/operator';
import { createRelayStore } from '@qdn/aws/relay';
import { type Effect, effectId, nextStep } from '@qdn/domain';
import { CommandError } from '../connection.ts';
import { type Cloud, INBOUND_QUEUE } from './cloud.ts';
import { messageSidOf } from './past-messages.ts';

/** An outcome that a recipient confirmed; `recipient` may be left out when only one outcome is unknown. */
export type Resolution = { sid: string; recipient: string | undefined; hasArrived: boolean };

const words = ({ recipient, state, delivery }: Effect): string => `${recipient} ${delivery ?? state.toLowerCase()}`;

/** Returns the message to `recipient` with an unknown outcome. @throws CommandError unless there is exactly one */
const unknownOutcome = (
  sid: string,
  effects: readonly Effect[],
  recipient: string | undefined,
  now: number,
): Effect => {
  const open = effects.filter((effect) => nextStep(effect, now) === 'look-for-it');
  if (open.length === 0) {
    const isBusy = effects.some((effect) => nextStep(effect, now) !== 'done');
    throw new CommandError(
      isBusy
        ? `The relay is working on ${sid}. Try again in a minute.`
        : `${sid} has no unknown outcome: ${effects.map(words).join(', ') || 'it was sent to no one'}.`,
    );
  }
  const [effect, another] = recipient === undefined ? open : open.filter((one) => one.recipient === recipient);
  const names = open.map((one) => one.recipient).join(', ');
  if (!effect)
    throw new CommandError(
      `The outcome of ${sid} for ${recipient} is not unknown. Recipients with an unknown outcome: ${names}`,
    );
  if (another) throw new CommandError(`${sid} has more than one unknown outcome. Name the recipient: ${names}`);
  return effect;
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
  const effect = unknownOutcome(sid, await relay.effectsOf(plan.timelineId, sid), recipient, now);
  await createInboundQueue(cloud.sqs, (await findQueue(cloud.sqs, INBOUND_QUEUE)).url).send({
    schema: 1,
    kind: 'receipt',
    effectId: effectId(effect),
    carrier: 'operator',
    carrierSid: 'said by the operator',
    status: hasArrived ? 'delivered' : 'undelivered',
    errorCode: null,
    errorClass: null,
    receivedAt: new Date(now).toISOString(),
  });
  return hasArrived
    ? `Recorded: ${effect.recipient} received the message. It leaves the list of ./qdn attention in a moment.`
    : `Recorded: ${effect.recipient} did not receive the message. It is not sent again. The next recipient gets it; if there is none, the sender gets a text. Call the recipient if it is urgent.`;
};
