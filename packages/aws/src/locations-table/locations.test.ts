import { memoryLocations } from '@qdn/domain/testing';
import { locationStoreContract } from './locations.contract.ts';

locationStoreContract('in memory', async () => ({ store: memoryLocations(), close: async () => {} }));
