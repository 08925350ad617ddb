import { memoryTravel } from '@qdn/domain/testing';
import { travelStoreContract } from './travel.contract.ts';

travelStoreContract('in memory', async () => ({ store: memoryTravel(), close: async () => {} }));
