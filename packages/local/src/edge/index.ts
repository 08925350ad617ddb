export { type Distribution, readDistribution } from './distribution.ts';
export { type Edge, type EdgeOptions, type EdgeStats, startEdge } from './edge.ts';
export type { EdgeKeyValues } from './key-values.ts';
export { type ApiOrigin, readRoutes } from './routes.ts';
