import { createServer, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An answer in AWS's place. `type` is the error's name. */
export type AwsFault = { status: number; type: string };

/** A call as IAM sees it: an action on a resource. */
export type AwsCall = { functionName: string; action: string; resource: string };

const ACCOUNT = '000000000000';
const REGION = 'us-east-1';

const arn = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

type Request = { method: string; path: string; target: string; body: string };
type Seen = Pick<AwsCall, 'action' | 'resource'>;

/** Batch calls need the permission of the single call. */
const SQS_ACTIONS: Readonly<Record<string, string>> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

const dynamoDb = (operation: string, input: Record<string, unknown>): Seen[] => {
  const action = `dynamodb:${operation}`;
  if (operation === 'BatchGetItem' || operation === 'BatchWriteItem') {
    return Object.keys(Object(input['RequestItems'])).map((name) => ({
      action,
      resource: arn('dynamodb', `table/${name}`),
    }));
  }
  const table = `table/${input['TableName']}`;
  const index = input['IndexName'];
  return [{ action, resource: arn('dynamodb', index === undefined ? table : `${table}/index/${index}`) }];
};

/** Returns the action and resource of a path-style request to S3; only those that the product uses. */
const s3 = (method: string, path: string): Seen[] => {
  const [, bucket = '', key = ''] = /^\/([^/?]+)\/?([^?]*)/.exec(path) ?? [];
  const object = `arn:aws:s3:::${bucket}/${decodeURIComponent(key)}`;
  if (method === 'GET' && key === '') return [{ action: 's3:ListBucket', resource: `arn:aws:s3:::${bucket}` }];
  if (method === 'PUT' && key !== '') return [{ action: 's3:PutObject', resource: object }];
  if ((method === 'GET' || method === 'HEAD') && key !== '') return [{ action: 's3:GetObject', resource: object }];
  return [{ action: `s3:${method}`, resource: object }];
};

const keyValueStore = (method: string, path: string): Seen[] => {
  const [, resource = '', key] = /^\/key-value-stores\/([^/]+)(\/keys)?/.exec(path) ?? [];
  const operation =
    { GET: key ? 'GetKey' : 'DescribeKeyValueStore', PUT: 'PutKey', DELETE: 'DeleteKey' }[method] ?? method;
  return [{ action: `cloudfront-keyvaluestore:${operation}`, resource: decodeURIComponent(resource) }];
};

/** Returns the action and resource of a signed request. @param service the signature's scope @throws Error for a service that is not known here */
export const callsOf = (service: string, { method, path, target, body }: Request): Seen[] => {
  const operation = target.slice(target.lastIndexOf('.') + 1);
  const input = (): Record<string, unknown> => JSON.parse(body);
  switch (service) {
    case 'dynamodb':
      return dynamoDb(operation, input());
    case 'sqs': {
      const queue = String(input()['QueueUrl']).split('/').at(-1);
      return [{ action: `sqs:${SQS_ACTIONS[operation] ?? operation}`, resource: arn('sqs', `${queue}`) }];
    }
    case 'secretsmanager':
      // AWS appends six characters of its own.
      return [
        {
          action: `secretsmanager:${operation}`,
          resource: arn('secretsmanager', `secret:${input()['SecretId']}-AbCdEf`),
        },
      ];
    case 's3':
      return s3(method, path);
    case 'cloudfront-keyvaluestore':
      return keyValueStore(method, path);
    case 'geo-places': {
      const operations: Record<string, string> = { '/v2/geocode': 'Geocode', '/v2/search-text': 'SearchText' };
      const resource = 'arn:aws:geo-places:us-east-1::provider/default';
      return [{ action: `geo-places:${operations[path.split('?')[0] ?? ''] ?? path}`, resource }];
    }
    case 'sms-voice':
      return [{ action: `sms-voice:${operation}`, resource: String(input()['OriginationIdentity']) }];
    default:
      throw new Error(`A function called ${service}, of which the recorder does not know how it is permitted.`);
  }
};

const scopeOf = (headers: IncomingHttpHeaders): { functionName: string; service: string } => {
  // SigV4 names a region between date and service, SigV4a does not.
  const [, functionName = '', service = ''] =
    /Credential=([^/]+)\/\d{8}\/(?:[^/]+\/)?([^/]+)\/aws4_request/.exec(headers.authorization ?? '') ?? [];
  return { functionName, service };
};

/**
 * Starts a proxy between functions and AWS. It forwards every call and records the permission that IAM would check. The access
 * key ID names the caller: each function has its own name as its key ID.
 * @param upstreams where a service answers, by the name in a signature's scope
 * @param beforeCall runs before a call is forwarded, and may answer it in AWS's place
 */
export const startRecorder = async (
  upstreams: Readonly<Record<string, string>>,
  beforeCall: (call: AwsCall) => Promise<AwsFault | undefined> = async () => undefined,
) => {
  const calls: AwsCall[] = [];
  const faults: string[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const { method = 'GET', url: path = '/', headers } = incoming;
    const { functionName, service } = scopeOf(headers);
    let fault: AwsFault | undefined;
    try {
      const target = String(headers['x-amz-target'] ?? '');
      for (const seen of callsOf(service, { method, path, target, body: body.toString('utf8') })) {
        const call = { functionName, ...seen };
        calls.push(call);
        fault = (await beforeCall(call)) ?? fault;
      }
    } catch (error) {
      faults.push(error instanceof Error ? error.message : String(error));
    }
    if (fault) {
      const error = { __type: fault.type, message: 'a fault of the test' };
      response.writeHead(fault.status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(error));
      return;
    }
    const upstream = upstreams[service];
    if (upstream === undefined) {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"MessageId":"recorded"}');
      return;
    }
    const { hostname, port } = new URL(upstream);
    const onward = httpRequest(
      { hostname: hostname === 'localhost' ? '127.0.0.1' : hostname, port, method, path, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    onward.end(body);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    /** All recorded calls, in order. */
    calls: (): readonly AwsCall[] => calls,
    /** Requests that could not be parsed; a test fails if there are any. */
    faults: (): readonly string[] => faults,
    close: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
