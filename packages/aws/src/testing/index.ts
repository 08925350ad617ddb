export { documentTable } from './document-table.ts';
export { startDynamo, type TestDynamo } from './dynamo.ts';
export { type BucketCall, memoryBucket } from './memory-bucket.ts';
export { startStorage, type TestStorage } from './storage.ts';
export { tableDefinition } from './table-definition.ts';
