import { bucketHistory, createLogBucket, hourOf, type Tampering, verifyLog } from '@qdn/aws/message-log';
import { CommandError } from '../connection.ts';
import type { Cloud } from './cloud.ts';

export type VerifyRequest = { from?: number | undefined; to?: number | undefined; expect?: string | undefined };

const tampered = ({ key, what, at }: Tampering): string =>
  `${key} was ${what}${at ? ` on ${at.toISOString().slice(0, 19).replace('T', ' ')} UTC` : ''}.`;

/** Proves the log, and says what that proves. @throws CommandError that names the first thing that is wrong */
export const verify = async (cloud: Cloud, request: VerifyRequest, now: number): Promise<string> => {
  const name = await cloud.logBucket();
  const history = await bucketHistory(cloud.s3, name, now);
  const { objects, records, end, problem, unproven } = await verifyLog(createLogBucket(cloud.s3, name), {
    from: request.from === undefined ? undefined : hourOf(request.from),
    to: request.to === undefined ? undefined : hourOf(request.to),
    expect: request.expect,
    expiredBefore: history.expiredBefore ?? undefined,
  });
  const versions = history.tampering.slice(0, 5).map(tampered);
  if (problem !== null || versions.length > 0) {
    const isProven = end === null ? '' : `\nUp to record ${end.sequence} everything is as it was written.`;
    const more = history.tampering.length > 5 ? [`And ${history.tampering.length - 5} more.`] : [];
    const kept = versions.length > 0 ? ['\nThe bucket’s versions show:', ...versions, ...more] : [];
    throw new CommandError(`The log is not as it was written.\n${problem ?? ''}${isProven}${kept.join('\n  ')}`.trim());
  }
  const open = history.isVersioned
    ? [...unproven, 'The bucket’s versions show that no object was deleted or overwritten since.']
    : [...unproven, 'The bucket keeps no versions, or they may not be read: they are not looked at.'];
  const proof =
    end === null
      ? 'Nothing to prove.'
      : `Proven: ${records} records in ${objects} objects, up to record ${end.sequence}. None was removed, changed, moved or inserted.`;
  const note =
    end === null
      ? ''
      : `\nKeep this outside of AWS: record ${end.sequence} has the hash\n  ${end.hash}\nWith --expect and that hash, a later run proves that all of this is still there.`;
  return `${proof}\n${open.map((sentence) => `  ${sentence}`).join('\n')}${note}`;
};
