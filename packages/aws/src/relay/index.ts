export { createRelayStore } from './relay-store.ts';
