import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/**
 * The document client that every table adapter takes. One per container: made at module scope, it keeps its connections.
 * Time-outs are short, since a function's caller waits; the SDK retries throttling and 5xx itself.
 */
export const createDocumentClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({ maxAttempts: 4, requestHandler: { connectionTimeout: 1000, requestTimeout: 3000 } }),
    {
      marshallOptions: { removeUndefinedValues: true },
    },
  );
