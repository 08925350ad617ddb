import { ProductError } from '../../errors.ts';
import { type DutyStore, MAX_SWAPS } from '../../ports/relay.ts';
import type { DutySwap } from './rota.ts';

/** Maximum attempts to write the swaps while other workers write them. */
const MAX_WRITES = 5;
/** Time for which a swap is kept after the end of its shift, in ms. */
const KEPT_MS = 24 * 3_600_000;

/** Returns the swaps with one that was asked for or decided. The first decision counts. The last one that was agreed is the last in the list. */
export const withSwap = (swaps: readonly DutySwap[], swap: DutySwap, now: number): DutySwap[] => {
  const known = swaps.find(({ id }) => id === swap.id);
  if (known && (known.state !== 'asked' || swap.state === 'asked')) return [...swaps];
  const others = swaps.filter(({ id, endsAt }) => id !== swap.id && endsAt + KEPT_MS > now);
  return [...others, swap].slice(-MAX_SWAPS);
};

/**
 * Stores a swap. Repeating it changes nothing.
 * @throws ProductError `conflict` when other workers were first each time
 */
export const storeSwap = async (store: DutyStore, swap: DutySwap, now: number): Promise<void> => {
  for (let attempt = 0; attempt < MAX_WRITES; attempt += 1) {
    const { swaps, version } = await store.dutySwaps();
    const next = withSwap(swaps, swap, now);
    if (next.length === swaps.length && next.every((one, i) => one === swaps[i])) return;
    if (await store.writeDutySwaps({ swaps: next, version: version + 1 })) return;
  }
  throw new ProductError('conflict', 'Other workers change the swaps at the same time. Try again.', { retryAfterS: 1 });
};
