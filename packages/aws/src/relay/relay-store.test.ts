import { memoryRelay } from '@qdn/domain/testing';
import { relayStoreContract } from './relay-store.contract.ts';

relayStoreContract('in memory', async () => ({ store: memoryRelay(), close: async () => {} }));
