import { memoryJobs } from '@qdn/domain/testing';
import { jobStoreContract } from './jobs.contract.ts';
import { jobSizeContract, jobsAtScaleContract } from './jobs-at-scale.contract.ts';

const open = async () => ({ store: memoryJobs(), close: async () => {} });
jobStoreContract('in memory', open);
jobSizeContract('in memory', open);
for (const count of [11, 60, 5000]) jobsAtScaleContract('in memory', count, open);
