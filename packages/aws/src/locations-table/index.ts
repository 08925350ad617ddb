export { createKeptDays } from './kept-days.ts';
export { createLocationStore } from './locations.ts';
export { createTrailerRegister } from './trailer-register.ts';
