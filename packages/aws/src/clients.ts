import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { timeouts } from './timeouts.ts';

/**
 * Creates the document client that every table adapter takes. One per container: at module scope, it keeps its connections.
 * Timeouts are short, because a function's caller waits; the SDK retries throttling and 5xx itself.
 */
export const createDocumentClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 3, requestHandler: timeouts(1000, 2000) }), {
    marshallOptions: { removeUndefinedValues: true },
  });
