export { readDistribution } from './distribution.ts';
export { type Edge, startEdge } from './edge.ts';
export { readRoutes } from './routes.ts';
