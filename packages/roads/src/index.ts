export { createRoads, type RoadsConfig } from './roads.ts';
