import middy from '@middy/core';
import httpCors from '@middy/http-cors';
import httpHeaderNormalizer from '@middy/http-header-normalizer';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { Validate } from '@qdn/contracts';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { correlated } from './correlation.ts';
import type { Logger } from './logger.ts';
import { answerProblem } from './middleware/answer-problem.ts';
import { authenticate } from './middleware/authenticate.ts';
import { measureAnswers } from './middleware/measure-answers.ts';
import { receiveRequest } from './middleware/receive-request.ts';
import { validateBody } from './middleware/validate-body.ts';
import { type ApiEvent, type Received, receivedOf } from './request.ts';

/** A request whose caller and body have been checked. */
export type ApiRequest<Body, Caller> = Received & { body: Body; caller: Caller };

/** A function's answer: JSON, or a text with its content type, or nothing. */
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
  | { as: 'json'; validate: Validate<Body> }
  /** The function reads `rawBody` itself; any content type passes. */
  | { as: 'raw'; validate?: never }
  | { as: 'none'; validate?: never };

export type ApiOptions<Body, Caller> = {
  /** The function's name, for the log. */
  name: string;
  log: Logger;
  authenticate: (received: Received) => Caller | Promise<Caller>;
  body: BodyRule<Body>;
};

/** Answers to a customer's token: five minutes at CloudFront, none in the browser (ADR 6). */
export const SHARED_FIVE_MINUTES = { 'Cache-Control': 'public, max-age=0, s-maxage=300' } as const;
/** Answers to an operator, which no cache may keep. */
export const PRIVATE = { 'Cache-Control': 'private, no-store' } as const;

const CORS = {
  origin: '*',
  headers: 'authorization, content-type',
  methods: 'GET,POST,PATCH,DELETE,OPTIONS',
  exposeHeaders: 'age, date, retry-after, x-cache',
  maxAge: 86_400,
  // Otherwise Middy runs the function for OPTIONS and only adds headers to its answer.
  disableBeforePreflightResponse: false,
};

/**
 * Builds a function's HTTP stack. In this order: metrics → CORS (so that refusals carry its headers too) → problem+json → header
 * normaliser → size limit → authentication → body parser → schema → `fn`. An unauthenticated caller learns nothing of the schema.
 * A preflight is answered before authentication.
 */
export const apiHandler = <Body, Caller>(
  options: ApiOptions<Body, Caller>,
  fn: (request: ApiRequest<Body, Caller>) => Promise<Answer>,
): ApiFunction => {
  const { log, name, body } = options;
  const stack = middy<ApiEvent, APIGatewayProxyStructuredResultV2>()
    .use(measureAnswers(name, log))
    .use(httpCors(CORS))
    .use(answerProblem(name, log))
    .use(httpHeaderNormalizer())
    .use(receiveRequest())
    .use(authenticate(options.authenticate));
  if (body.as === 'json') stack.use(httpJsonBodyParser()).use(validateBody(body.validate));
  stack.handler(async (event) =>
    toResult(await fn({ ...receivedOf(event), body: event.body as Body, caller: event.caller as Caller })),
  );
  return correlated(stack);
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
