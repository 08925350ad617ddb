export { type IdealKnowledge, idealSystem } from './ideal-system.ts';
