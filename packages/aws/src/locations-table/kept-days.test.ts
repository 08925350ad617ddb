import { memoryDays } from '@qdn/domain/testing';
import { keptDaysContract } from './kept-days.contract.ts';

keptDaysContract('in memory', async () => ({ days: memoryDays(), close: async () => {} }));
