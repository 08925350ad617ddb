export { createTravelStore } from './travel.ts';
