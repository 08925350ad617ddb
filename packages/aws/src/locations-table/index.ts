export { createLocationStore } from './locations.ts';
