import { memoryJobs } from '@qdn/domain/testing';
import { jobStoreContract } from './jobs.contract.ts';

jobStoreContract('in memory', async () => ({ store: memoryJobs(), close: async () => {} }));
