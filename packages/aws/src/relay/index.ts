export { createDossierReader } from './dossier.ts';
export { createRelayStore } from './relay-store.ts';
