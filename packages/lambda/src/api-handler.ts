import middy from '@middy/core';
import httpCors from '@middy/http-cors';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import httpUrlencodeBodyParser from '@middy/http-urlencode-body-parser';
import { explain, type SchemaError, type Validate } from '@qdn/contracts';
import { ProductError, type Violation } from '@qdn/domain';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { withCorrelation } from './correlation.ts';
import { errorFields, type Logger, textsInBody } from './logger.ts';
import { problemResponse } from './problem.ts';

export const MAX_BODY_BYTES = 64 * 1024;

/** A request as received, before anything in it is trusted. Header names are lower-case. */
export type Received = {
  method: string;
  path: string;
  rawQuery: string;
  query: URLSearchParams;
  pathParameters: Readonly<Record<string, string | undefined>>;
  headers: Readonly<Record<string, string | undefined>>;
  rawBody: string;
  correlationId: string;
};

/** A request whose caller and body have been checked. */
export type ApiRequest<Body, Caller> = Received & { body: Body; caller: Caller };

/** What a function answers: JSON, or a text with its content type, or nothing. */
export type Answer = {
  status: number;
  json?: unknown;
  text?: { content: string; type: string };
  headers?: Readonly<Record<string, string>>;
};

/** A Lambda function behind an HTTP API, payload format 2.0. */
export type ApiFunction = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

type BodyRule<Body> =
  | { as: 'json' | 'form'; validate: Validate<Body> }
  /** The function reads `rawBody` itself; any content type passes. */
  | { as: 'raw'; validate?: never }
  | { as: 'none'; validate?: never };

export type ApiOptions<Body, Caller> = {
  /** `service/function`, for the log. */
  name: string;
  log: Logger;
  authenticate: (received: Received) => Caller | Promise<Caller>;
  body: BodyRule<Body>;
};

/** Answers to a customer's token: five minutes at CloudFront, none in the browser (ADR 6). */
export const SHARED_FIVE_MINUTES = { 'Cache-Control': 'public, max-age=0, s-maxage=300' } as const;
/** Answers to an operator, which no cache may keep. */
export const PRIVATE = { 'Cache-Control': 'private, no-store' } as const;

/** Middy hands the function the event alone, so what the middlewares found travels on it. */
type Event = APIGatewayProxyEventV2 & { received?: Received; caller?: unknown };

const violationOf = (error: SchemaError): Violation => ({ pointer: error.instancePath, detail: explain(error) });

/** More findings than this help nobody, and an answer stays small whatever was sent. */
const MAX_VIOLATIONS = 20;

const decoded = (event: APIGatewayProxyEventV2): string =>
  event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');

const receive = (event: APIGatewayProxyEventV2, context: Context): Received => ({
  method: event.requestContext.http.method,
  path: event.rawPath,
  rawQuery: event.rawQueryString,
  // API Gateway joins repeated parameters with commas in `queryStringParameters`; the raw string keeps them apart.
  query: new URLSearchParams(event.rawQueryString),
  pathParameters: Object.fromEntries(
    Object.entries(event.pathParameters ?? {}).map(([name, value]) => [
      name,
      value === undefined ? undefined : unescapePath(value),
    ]),
  ),
  headers: event.headers,
  rawBody: decoded(event),
  // Lambda's own lines in the log carry the same ID.
  correlationId: context.awsRequestId,
});

/** serverless-offline hands path parameters over still escaped, API Gateway does not; job IDs and tokens have no `%`. */
const unescapePath = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

/**
 * The one HTTP stack. In this order: CORS (outermost, so that refusals carry its headers too) → problem+json → header
 * normaliser → size limit → authentication → body parser → schema → `fn`. Strangers learn nothing of the schema.
 * A preflight is answered before authentication.
 */
export const apiHandler = <Body, Caller>(
  options: ApiOptions<Body, Caller>,
  fn: (request: ApiRequest<Body, Caller>) => Promise<Answer>,
): ApiFunction => {
  const { log, name, body } = options;

  const handler = middy<Event, APIGatewayProxyStructuredResultV2>()
    .use(
      httpCors({
        origin: '*',
        headers: 'authorization, content-type',
        methods: 'GET,POST,PATCH,DELETE,OPTIONS',
        exposeHeaders: 'age, date, retry-after, x-cache',
        maxAge: 86_400,
        // Without this, Middy runs the function for OPTIONS and only adds headers to its answer.
        disableBeforePreflightResponse: false,
      }),
    )
    .onError((request) => {
      const correlationId = request.context.awsRequestId;
      const response = problemResponse(request.error, correlationId);
      if (response.statusCode >= 500) {
        log.error('request failed', {
          function: name,
          status: response.statusCode,
          ...errorFields(request.error, textsInBody(request.event.received?.rawBody ?? '')),
        });
      }
      // Returning it would end the chain here, and the CORS middleware would never see it.
      request.response = response;
    })
    .use(httpHeaderNormalizer())
    .before((request) => {
      const received = receive(request.event, request.context);
      if (Buffer.byteLength(received.rawBody) > MAX_BODY_BYTES) {
        throw new ProductError(
          'body-too-large',
          `Send at most ${MAX_BODY_BYTES / 1024} KB; split a batch into smaller ones.`,
        );
      }
      request.event.received = received;
    })
    .before(async (request) => {
      const { received } = request.event;
      if (received) request.event.caller = await options.authenticate(received);
    });

  if (body.as === 'json') handler.use(httpJsonBodyParser());
  if (body.as === 'form') handler.use(httpUrlencodeBodyParser());
  const { validate } = body;
  if (validate) {
    handler.before((request) => {
      const parsed: unknown = request.event.body;
      if (!validate(parsed)) {
        const violations = (validate.errors ?? []).slice(0, MAX_VIOLATIONS).map(violationOf);
        throw new ProductError('schema-violation', 'See `errors` for each place that is wrong.', { violations });
      }
    });
  }

  handler.handler(async (event) => {
    const { received, caller } = event;
    if (!received) throw new Error('The request was not received');
    return toResult(await fn({ ...received, body: event.body as Body, caller: caller as Caller }));
  });
  return (event, context) =>
    withCorrelation(context.awsRequestId, async () => {
      const result = await handler(event, context);
      const { statusCode = 200 } = result;
      if (statusCode >= 500) log.measure({ Http5xx: 1 }, { function: name });
      else if (statusCode >= 400) log.measure({ Http4xx: 1 }, { function: name });
      return result;
    });
};

const toResult = ({ status, json, text, headers }: Answer): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: {
    'Cache-Control': 'no-store',
    ...(json !== undefined ? { 'Content-Type': 'application/json' } : text ? { 'Content-Type': text.type } : {}),
    ...headers,
  },
  body: json !== undefined ? JSON.stringify(json) : (text?.content ?? ''),
});
