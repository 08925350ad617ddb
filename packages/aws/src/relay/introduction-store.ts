import type { RelayStore } from '@qdn/domain';
import { reaching } from '../failures.ts';
import { introductionKey } from '../jobs-table/keys.ts';
import { type RelayTable, STORE } from './relay-table.ts';

/** First texts that numbers have not asked for. */
export const introductionStore = (table: RelayTable): Pick<RelayStore, 'introduce'> => ({
  introduce: (phone, sid) =>
    reaching(STORE, async () => {
      const key = introductionKey(phone);
      return (await table.put({ ...key, messageSid: sid })) || (await table.get(key))?.['messageSid'] === sid;
    }),
});
