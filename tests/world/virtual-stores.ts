import {
  memoryDays,
  memoryJobs,
  memoryLocations,
  memoryRegister,
  memoryRelay,
  memoryTravel,
} from '@qdn/domain/testing';
import type { Stores } from './virtual-functions.ts';

/** Creates the stores of an empty system. */
export const createStores = (): Stores => ({
  jobs: memoryJobs(),
  locations: memoryLocations(),
  relay: memoryRelay(),
  samples: memoryTravel(),
  register: memoryRegister(),
  keptDays: memoryDays(),
});
