export { idealRelay, type RelayKnowledge } from './ideal-relay.ts';
export { type IdealKnowledge, idealSystem } from './ideal-system.ts';
export { localKnowledge } from './local-knowledge.ts';
