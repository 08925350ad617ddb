import { bucketHistory, createLogBucket, hourOf, type Tampering, verifyLog } from '@qdn/aws/compliance-log';
import { begunMessages } from '@qdn/aws/operator';
import { CommandError } from '../connection.ts';
import type { LocalTime } from '../times/local-time.ts';
import type { Cloud } from './cloud.ts';
import { wantedRecords } from './past-messages.ts';

export type VerifyRequest = { from?: number | undefined; to?: number | undefined; expect?: string | undefined };

const tampered = ({ key, what, at }: Tampering, time: LocalTime): string =>
  `${key} was ${what}${at ? ` on ${time.stamp(at.getTime())} ${time.label}` : ''}.`;

/** Verifies the log. @returns the result in sentences @throws CommandError that names the first record or object that is wrong */
export const verify = async (cloud: Cloud, request: VerifyRequest, now: number, time: LocalTime): Promise<string> => {
  const name = await cloud.logBucket();
  const history = await bucketHistory(cloud.s3, name, now);
  const { objects, records, end, problem, unproven } = await verifyLog(createLogBucket(cloud.s3, name), {
    from: request.from === undefined ? undefined : hourOf(request.from),
    to: request.to === undefined ? undefined : hourOf(request.to),
    expect: request.expect,
    expiredBefore: history.expiredBefore ?? undefined,
  });
  const versions = history.tampering.slice(0, 5).map((one) => tampered(one, time));
  if (problem !== null || versions.length > 0) {
    const isProven = end === null ? '' : `\nUp to record ${end.sequence}, everything is as it was written.`;
    const more = history.tampering.length > 5 ? [`And ${history.tampering.length - 5} more.`] : [];
    const kept = versions.length > 0 ? ['\nThe bucket’s versions show:', ...versions, ...more] : [];
    throw new CommandError(`The log is not as it was written.\n${problem ?? ''}${isProven}${kept.join('\n  ')}`.trim());
  }
  const open = history.isVersioned
    ? [...unproven, 'The bucket’s versions show that no object was deleted or overwritten since.']
    : [...unproven, 'Versions were not checked: the bucket keeps none, or reading them is not allowed.'];
  const proof =
    end === null
      ? 'Nothing to verify: the log has no records in that time range.'
      : `Proven: ${records} records in ${objects} objects, up to record ${end.sequence}. None was removed, changed, moved or inserted.`;
  const note =
    end === null
      ? ''
      : `\nKeep this outside of AWS: record ${end.sequence} has the hash\n  ${end.hash}\nWith --expect and that hash, a later run proves that these records are still in the log.`;
  return `${proof}\n${open.map((sentence) => `  ${sentence}`).join('\n')}${note}`;
};

/** Age up to which a message is not expected in the log yet, in ms. It is logged with its first attempt, unless the log fails too. */
const IN_PROCESS_MS = 20 * 60_000;

/**
 * Compares the timeline with the log. They are written apart, and the log must have every message that the relay has begun to process.
 * @throws CommandError that names the missing messages
 */
export const compareWithTimeline = async (cloud: Cloud, request: VerifyRequest, now: number): Promise<string> => {
  const from = request.from ?? 0;
  const to = Math.min(request.to ?? now, now - IN_PROCESS_MS);
  const logged = new Set<string>();
  for await (const { record } of wantedRecords(cloud, { from: request.from, to }))
    if (record.type === 'message' && record.sid !== null) logged.add(record.sid);
  const missing: string[] = [];
  let count = 0;
  for await (const sid of begunMessages(cloud.table, cloud.tableName, from, to)) {
    // A summary is an outbound message of ours; the log has no inbound message for it.
    if (sid.startsWith('QS')) continue;
    count += 1;
    if (!logged.has(sid)) missing.push(sid);
  }
  const timeline = `The timeline has ${count} ${count === 1 ? 'message' : 'messages'} of that time range`;
  if (missing.length === 0) return `${timeline}; the log has all of them.`;
  const some = missing.slice(0, 10).join('\n  ');
  throw new CommandError(
    `${timeline}. The log lacks ${missing.length} of them:\n  ${some}\nThey are retried for up to ten hours, are in the dead-letter queue (move them back with ./qdn replay-messages), or they were removed from the log.`,
  );
};
