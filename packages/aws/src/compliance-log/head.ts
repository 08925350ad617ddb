import { hourPrefix, parseKey, ROOT, type Slot } from './keys.ts';
import type { LogBucket } from './log-bucket.ts';
import { type Link, linesOf, nextHourOf, parseLine, sha256 } from './record.ts';

/** The known end of the log: the chain's last record, and the only place for the next object. */
export type Head = { after: Link; slot: Slot };

/**
 * Returns the end after an object, also after a damaged one: messages are still logged, and the verifier names the
 * place.
 */
export const headAfter = (slot: Slot, text: string, before: Link): Head => {
  const nextSlot = { hour: slot.hour, index: slot.index + 1 };
  const last = parseLine(linesOf(text).at(-1) ?? '')?.record;
  if (!last) return { after: { sequence: before.sequence + 1, hash: sha256(text) }, slot: nextSlot };
  const next = nextHourOf(last);
  return { after: { sequence: last.sequence, hash: last.hash }, slot: next ? { hour: next, index: 0 } : nextSlot };
};

/**
 * Finds the last object of the chain, by four short lists down to the newest hour, and one of that hour.
 * @param before looks only at hours before this one
 */
export const newestKey = async (bucket: LogBucket, before?: string, prefix: string = ROOT): Promise<string | null> => {
  const { folders, keys } = await bucket.list(prefix);
  const key = keys.findLast((each) => parseKey(each));
  if (key) return key;
  const earlier = before ? folders.filter((folder) => folder < hourPrefix(before)) : folders;
  for (const folder of earlier.toReversed()) {
    const found = await newestKey(bucket, before, folder);
    if (found) return found;
  }
  return null;
};
