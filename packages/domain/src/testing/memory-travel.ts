import type { Travel } from '../movement/job-eta.ts';
import { EMPTY_TRAVEL, type TravelRecord, travelModel } from '../movement/travel.ts';
import type { TravelStore } from '../ports/travel.ts';

/** Makes a travel store in memory. */
export const memoryTravel = (): TravelStore & { record: () => TravelRecord } => {
  let kept = { record: EMPTY_TRAVEL, version: 0 };
  return {
    record: () => kept.record,
    read: async () => kept,
    replace: async (record, version) => {
      if (version !== kept.version) return false;
      kept = { record, version: version + 1 };
      return true;
    },
  };
};

const typicalModel = travelModel(EMPTY_TRAVEL, 'America/Chicago');

/** A company without drives of its own and without a router. */
export const typicalTravel: Travel = {
  model: async () => typicalModel,
  router: null,
};
