export { startDynamo, type TestDynamo } from './dynamo.ts';
export { startStorage, type TestStorage } from './storage.ts';
export { tableDefinition } from './table-definition.ts';
