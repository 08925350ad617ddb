import { memoryRegister } from '@qdn/domain/testing';
import { trailerRegisterContract } from './trailer-register.contract.ts';

trailerRegisterContract('in memory', async () => ({ register: memoryRegister(), close: async () => {} }));
