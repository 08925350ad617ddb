export { startDynamo, type TestDynamo } from './dynamo.ts';
export { tableDefinition } from './table-definition.ts';
