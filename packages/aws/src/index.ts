export { createDocumentClient } from './clients.ts';
