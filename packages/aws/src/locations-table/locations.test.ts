import { memoryLocations } from '@qdn/domain/testing';
import { locationStoreContract } from './locations.contract.ts';
import { locationsAtScaleContract } from './locations-at-scale.contract.ts';

const open = async () => ({ store: memoryLocations(), close: async () => {} });
locationStoreContract('in memory', open);
for (const count of [11, 60, 5000]) locationsAtScaleContract('in memory', { count, fixesInReport: 2 }, open);
