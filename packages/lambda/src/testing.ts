import { randomBytes } from 'node:crypto';
import type { Wire } from '@qdn/contracts';
import type { APIGatewayProxyEventV2, Context, SQSEvent } from 'aws-lambda';
import type { LogFields, Logger } from './logger.ts';
import type { Measures } from './metrics.ts';

export { craftToken, type HostileToken, hostileTokens } from './hostile-tokens.ts';

/** Fresh signing keys, as the secret holds them. */
export const newTokenKeys = (): Wire<'tokenKeys'> => {
  const pair = () => ({ current: { kid: randomBytes(3).toString('hex'), key: randomBytes(32).toString('base64url') } });
  return { track: pair(), device: pair(), operator: pair() };
};

export type EventParts = {
  method?: string;
  path?: string;
  pathParameters?: Record<string, string>;
  rawQuery?: string;
  headers?: Record<string, string>;
  body?: string;
  base64?: boolean;
};

/** An API Gateway HTTP API event, payload format 2.0. */
export const apiEvent = (parts: EventParts = {}): APIGatewayProxyEventV2 => {
  const { method = 'GET', path = '/', rawQuery = '', headers = {} } = parts;
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: path,
    rawQueryString: rawQuery,
    headers,
    ...(parts.pathParameters ? { pathParameters: parts.pathParameters } : {}),
    ...(parts.body === undefined ? {} : { body: parts.body }),
    isBase64Encoded: parts.base64 ?? false,
    requestContext: {
      accountId: '000000000000',
      apiId: 'api',
      domainName: 'api.example',
      domainPrefix: 'api',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1', userAgent: 'test' },
      requestId: 'request-1',
      routeKey: '$default',
      stage: '$default',
      time: '01/Jan/2026:00:00:00 +0000',
      timeEpoch: 0,
    },
  };
};

/** An SQS batch as Lambda delivers it. */
export const sqsEvent = (bodies: unknown[], receiveCount = 1): SQSEvent => ({
  Records: bodies.map((body, i) => ({
    messageId: `message-${i}`,
    receiptHandle: `receipt-${i}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    attributes: {
      ApproximateReceiveCount: String(receiveCount),
      SentTimestamp: '0',
      SenderId: 'test',
      ApproximateFirstReceiveTimestamp: '0',
    },
    messageAttributes: {},
    md5OfBody: '',
    eventSource: 'aws:sqs',
    eventSourceARN: 'arn:aws:sqs:us-east-1:000000000000:queue',
    awsRegion: 'us-east-1',
  })),
});

export const lambdaContext: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'test',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:test',
  memoryLimitInMB: '256',
  awsRequestId: 'request-1',
  logGroupName: '',
  logStreamName: '',
  getRemainingTimeInMillis: () => 10_000,
  done: () => {},
  fail: () => {},
  succeed: () => {},
};

/** A logger that keeps its lines and metrics. */
export const recordingLogger = (): Logger & { lines: string[]; measured: Array<Measures & LogFields> } => {
  const lines: string[] = [];
  const measured: Array<Measures & LogFields> = [];
  const at =
    (level: string) =>
    (message: string, fields: object = {}) => {
      lines.push(JSON.stringify({ level, message, ...fields }));
    };
  return {
    lines,
    measured,
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    measure: (measures, fields = {}) => void measured.push({ ...fields, ...measures }),
  };
};
