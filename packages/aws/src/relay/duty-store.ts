import { type StoredDutySwaps, storedDutySwaps } from '@qdn/contracts/stored';
import type { DutyStore, DutySwaps } from '@qdn/domain';
import { reaching } from '../failures.ts';
import { SWAPS_KEY } from '../jobs-table/keys.ts';
import { readItem, type Unbranded } from '../read-item.ts';
import { type RelayTable, STORE } from './relay-table.ts';

/** The swaps of the rota, in one item. */
export const dutyStore = (table: RelayTable): DutyStore => ({
  dutySwaps: () =>
    reaching(STORE, async () => {
      const item = await table.get(SWAPS_KEY);
      if (!item) return { swaps: [], version: 0 };
      const stored = readItem(storedDutySwaps, item, 'qdn-jobs is not the swaps of the rota') as StoredDutySwaps;
      const swaps: Unbranded<DutySwaps> = stored;
      return swaps as DutySwaps;
    }),

  writeDutySwaps: (swaps) => reaching(STORE, () => table.putNext({ ...SWAPS_KEY, ...swaps })),
});
