import { createInboundQueue } from '@qdn/aws/inbound-queue';
import { findQueue } from '@qdn/aws/operator';
import { createRelayStore } from '@qdn/aws/relay';
import { type Effect, effectId, nextStep } from '@qdn/domain';
import { CommandError } from '../connection.ts';
import { type Cloud, INBOUND_QUEUE } from './cloud.ts';
import { messageSidOf } from './past-messages.ts';

export type Settlement = { sid: string; recipient: string | undefined; hasArrived: boolean };

const words = ({ recipient, state, delivery }: Effect): string => `${recipient} ${delivery ?? state.toLowerCase()}`;

/**
 * Settles a text that no carrier has told the end of, by what its recipient says. It goes through the queue as a receipt does: the
 * worker stays the only writer of the relay's state, the compliance log has it, and the text is in no case sent again.
 * @param now epoch ms
 * @returns what was done, in a sentence
 * @throws CommandError when there is no such text, or more than one
 */
export const settle = async (cloud: Cloud, asked: Settlement, now: number): Promise<string> => {
  const { recipient, hasArrived } = asked;
  const sid = messageSidOf(asked.sid);
  const relay = createRelayStore(cloud.table, cloud.tableName);
  const plan = await relay.plan(sid);
  if (!plan)
    throw new CommandError(`No worker has begun with ${sid} in ${cloud.place}: nothing of it can have gone out.`);
  const effects = await relay.effectsOf(plan.scope, sid);
  const open = effects.filter((effect) => nextStep(effect, now) === 'look-for-it');
  if (open.length === 0) {
    const isBusy = effects.some((effect) => nextStep(effect, now) !== 'done');
    throw new CommandError(
      isBusy
        ? `The relay is at work on ${sid}. Try again in a minute.`
        : `Of the texts of ${sid} it is known what became of them: ${effects.map(words).join(', ') || 'there are none'}.`,
    );
  }
  const [effect, another] = recipient === undefined ? open : open.filter((one) => one.recipient === recipient);
  const names = open.map((one) => one.recipient).join(', ');
  if (!effect) throw new CommandError(`${sid} has no open text to ${recipient}. It has: ${names}`);
  if (another) throw new CommandError(`${sid} has more than one open text. Say which: ${names}`);
  await createInboundQueue(cloud.sqs, (await findQueue(cloud.sqs, INBOUND_QUEUE)).url).send({
    schema: 1,
    kind: 'receipt',
    effectId: effectId(effect),
    carrier: 'operator',
    carrierSid: 'said by the operator',
    status: hasArrived ? 'delivered' : 'undelivered',
    errorCode: null,
    receivedAt: new Date(now).toISOString(),
  });
  return `${effect.recipient} has ${hasArrived ? '' : 'not '}got the text: the relay has been told. ${
    hasArrived
      ? 'In a moment it is off the list of ./qdn attention.'
      : 'It is not sent again: whoever is next is texted, and if nobody is, you are told. Call whom it cannot wait for.'
  }`;
};
