import { setTimeout as sleep } from 'node:timers/promises';
import type { Wire } from '@qdn/contracts';
import { backoffMs, retry } from '@qdn/retry';
import { ApiError } from '../connection.ts';
import { spaced } from '../format.ts';
import type { LocalTime } from '../times/local-time.ts';
import { type Scheduled, takenAt } from './schedule.ts';

/** Result of a replayed drive. */
type DriveTotal = { accepted: number; ignored: Record<string, number>; status: string };

/** Sends a drive in batches, each when its last point is due. @returns the counts of all receipts */
export const driveAlong = async (
  drive: readonly Scheduled[],
  { batchSize, asRecorded }: { batchSize: number; asRecorded: boolean },
  send: (fixes: Wire<'fix'>[]) => Promise<Wire<'reportReceipt'>>,
  note: (text: string) => void,
  time: LocalTime,
): Promise<DriveTotal> => {
  const began = Date.now();
  const times = takenAt(drive, began, asRecorded);
  const total: DriveTotal = { accepted: 0, ignored: {}, status: 'unknown' };
  let batch: Wire<'fix'>[] = [];
  for (const [i, { afterMs, fix }] of drive.entries()) {
    await sleep(Math.max(0, began + afterMs - Date.now()));
    batch.push({ ...fix, at: new Date(times[i] ?? began).toISOString() });
    if (batch.length < batchSize && i < drive.length - 1) continue;
    const receipt = await send(batch);
    batch = [];
    total.accepted += receipt.accepted;
    for (const [reason, n] of Object.entries(receipt.ignored))
      total.ignored[reason] = (total.ignored[reason] ?? 0) + Number(n);
    if (receipt.status !== total.status) note(`${time.stamp(Date.now()).slice(11)}  ${spaced(receipt.status)}`);
    total.status = receipt.status;
    note(`\r${i + 1} of ${drive.length} points`);
  }
  if ((total.ignored['jump'] ?? 0) > total.accepted)
    note(
      '\nMost fixes were ignored, because the trailer was too fast. Replay the drive slower, or with --as-recorded.',
    );
  return total;
};

/** Maximum attempts to send one batch of fixes. */
const MAX_SEND_ATTEMPTS = 6;
const SEND_BACKOFF = { firstMs: 1000, maxMs: 60_000 };

/** Sends as a device does: retries a transient error with a growing delay. @throws any other error immediately */
export const withRetries = async <T>(send: () => Promise<T>, note: (text: string) => void): Promise<T> =>
  retry(send, {
    maxAttempts: MAX_SEND_ATTEMPTS,
    isTransient: (error) => error instanceof ApiError && error.isTransient,
    delayMs: (attempts, error) => {
      const asked = error instanceof ApiError ? error.retryAfterS : null;
      const waitMs = asked === null ? backoffMs(attempts, SEND_BACKOFF) : asked * 1000;
      note(`${error instanceof Error ? error.message : ''} Next attempt in ${Math.round(waitMs / 1000)} s.`);
      return waitMs;
    },
  });
