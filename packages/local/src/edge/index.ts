export { readDistribution } from './distribution.ts';
export { startEdge } from './edge.ts';
export { readRoutes } from './routes.ts';
