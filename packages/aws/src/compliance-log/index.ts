export { type BucketHistory, bucketHistory, type Tampering } from './history.ts';
export { hourOf } from './keys.ts';
export { createLogBucket, createS3Client, type LogBucket } from './log-bucket.ts';
export { type Located, recordsIn } from './reader.ts';
export type { LogRecord } from './record.ts';
export { type Verdict, verifyLog } from './verify.ts';
export { createComplianceLog } from './writer.ts';
