import { createInboundQueue } from '@qdn/aws/inbound-queue';
import { findQueue, moveBack } from '@qdn/aws/operator';
import type { Wire } from '@qdn/contracts';
import { validate as isInboundMessage } from '@qdn/contracts/validators/inboundMessage';
import { CommandError } from '../connection.ts';
import { oneLine } from '../printable.ts';
import { type Cloud, INBOUND_QUEUE, UNVERIFIED_QUEUE } from './cloud.ts';
import { type Wanted, wantedRecords } from './past-messages.ts';

const messages = (count: number): string => (count === 1 ? '1 message' : `${count} messages`);

export type DeadLetterRequest = { queue: 'inbound' | 'unverified'; dryRun: boolean };

/** Moves a dead-letter queue back. @returns a sentence about what was done @throws CommandError when SQS stops early */
export const replayDeadLetters = async (
  cloud: Cloud,
  { queue, dryRun }: DeadLetterRequest,
  pause: (ms: number) => Promise<void>,
  note: (text: string) => void,
): Promise<string> => {
  const name = queue === 'unverified' ? UNVERIFIED_QUEUE : INBOUND_QUEUE;
  const deadLetters = await findQueue(cloud.sqs, `${name}-dlq`);
  if (deadLetters.waiting === 0) return `${name}-dlq is empty. There is nothing to replay.`;
  if (dryRun) return `${messages(deadLetters.waiting)} would go back from ${name}-dlq to ${name}.`;
  const { status, moved, toMove, reason } = await moveBack(
    cloud.sqs,
    deadLetters,
    (await findQueue(cloud.sqs, name)).arn,
    pause,
    (done, all) => note(`\r${done} of ${all} moved`),
  );
  if (status !== 'COMPLETED') {
    throw new CommandError(
      `SQS stopped after ${moved} of ${toMove}: ${reason ?? status.toLowerCase()}. The rest is still in ${name}-dlq. Run the same command again.`,
    );
  }
  return `${messages(moved)} moved back from ${name}-dlq to ${name}. Messages that were already sent are not sent again.`;
};

export type PastRequest = Wanted & { dryRun: boolean };

/** Returns a line by which a person recognises a message. */
const preview = ({ messageSid, receivedAt, from, body }: Wire<'inboundMessage'>): string =>
  oneLine(`${receivedAt.slice(0, 19).replace('T', ' ')}  ${messageSid}  ${from}  ${JSON.stringify(body)}`);

/** Puts past messages from the log back into the queue. @returns a sentence about what was done */
export const replayPast = async (
  cloud: Cloud,
  { dryRun, ...wanted }: PastRequest,
  print: (line: string) => void,
  note: (text: string) => void,
): Promise<string> => {
  const found: Wire<'inboundMessage'>[] = [];
  let unreadable = 0;
  for await (const { record, key } of wantedRecords(cloud, wanted)) {
    if (record.type !== 'message') continue;
    const message = record.data['record'];
    if (isInboundMessage(message)) found.push(message);
    else {
      unreadable += 1;
      note(
        `${key}, record ${record.sequence}: the message of ${record.sid} has a format that this version cannot read. It is skipped.`,
      );
    }
  }
  if (found.length === 0) {
    throw new CommandError(
      unreadable > 0
        ? 'None of the messages can be replayed: this version cannot read their format.'
        : 'The log has no message of that time range or SID.',
    );
  }
  found.sort((a, b) => (a.receivedAt < b.receivedAt ? -1 : 1));
  if (dryRun) {
    for (const message of found) print(preview(message));
    return `${messages(found.length)} would go back into ${INBOUND_QUEUE}. Nothing was sent.`;
  }
  const queue = createInboundQueue(cloud.sqs, (await findQueue(cloud.sqs, INBOUND_QUEUE)).url);
  for (const [i, message] of found.entries()) {
    try {
      await queue.send(message);
    } catch (error) {
      throw new CommandError(
        `SQS took ${i} of ${messages(found.length)}, then refused. Run the same command again: a message that is replayed twice is sent once.`,
        { cause: error },
      );
    }
    note(`\r${i + 1} of ${found.length} put back`);
  }
  return `${messages(found.length)} put back into ${INBOUND_QUEUE}. Messages that were already sent are not sent again.`;
};
