export { createLogBucket, createS3Client, type LogBucket } from './log-bucket.ts';
export { type Located, recordsIn } from './reader.ts';
export type { LogRecord } from './record.ts';
export { type Verdict, verifyLog } from './verify.ts';
export { createMessageLog } from './writer.ts';
