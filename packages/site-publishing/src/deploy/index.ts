export { type ConnectedSite, connectLocal, connectStack, type LocalSite, readOutputs } from './connect.ts';
export { giveKeys, sweepRevoked } from './edge-keys.ts';
export { publishSite } from './publish-site.ts';
export { promoted, type Rollout, RolloutError, rolledBack, spread } from './rollout.ts';
