export { createKeptDays } from './kept-days.ts';
export { createLocationStore } from './locations.ts';
export { createRegisterReader, createRegisterWriter } from './trailer-register.ts';
