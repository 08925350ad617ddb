export { createLocationStore } from './locations.ts';
export { createTrailerRegister } from './trailer-register.ts';
