import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** The table `qdn-jobs` as the job store uses it. */
export type JobsTable = { client: DynamoDBDocumentClient; name: string };
