import middy from '@middy/core';
import type { Cache, Route, Validate } from '@qdn/contracts';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { correlated } from './correlation.ts';
import type { Logger } from './logger.ts';
import { allowOrigins } from './middleware/allow-origins.ts';
import { answerProblem } from './middleware/answer-problem.ts';
import { authenticate } from './middleware/authenticate.ts';
import { measureAnswers } from './middleware/measure-answers.ts';
import { parseJsonBody } from './middleware/parse-json-body.ts';
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

/** The schema that a route's JSON body must follow. */
type SchemaOf<R extends Route> = R['body'] extends { as: 'json'; schema: infer Name } ? Name : never;

/** `validate` is the generated validator of the schema that the route names; other routes have none. */
export type ApiOptions<R extends Route, Body, Caller> = {
  log: Logger;
  authenticate: (received: Received) => Caller | Promise<Caller>;
  validate?: Validate<Body> & { readonly schema?: SchemaOf<R> };
} & (R['body'] extends { as: 'json' } ? { validate: unknown } : { validate?: never });

/** Cache-Control of each kind of answer. `shared`: five minutes at CloudFront, none in the browser (ADR 6). */
export const CACHE_CONTROL: Readonly<Record<Cache, string>> = {
  shared: 'public, max-age=0, s-maxage=300',
  private: 'private, no-store',
  none: 'no-store',
};

/** An answer is shared only with the readers of a tracking link: all of them see the same. */
const cacheControlOf = (cache: Cache, caller: unknown): string => {
  const isTrack = typeof caller === 'object' && caller !== null && 'kind' in caller && caller.kind === 'track';
  return CACHE_CONTROL[cache === 'shared' && !isTrack ? 'private' : cache];
};

/**
 * Builds a function's HTTP stack. In this order: metrics → CORS (so that refusals carry its headers too) → problem+json → names of
 * headers and size limit → authentication → body parser → schema → `fn`. An unauthenticated caller learns nothing of the schema.
 * A preflight is answered before authentication.
 */
export const apiHandler = <const R extends Route, Body, Caller>(
  route: R,
  { log, ...options }: ApiOptions<R, Body, Caller>,
  fn: (request: ApiRequest<Body, Caller>) => Promise<Answer>,
): ApiFunction => {
  const { function: name, body, cache }: Route = route;
  const stack = middy<ApiEvent, APIGatewayProxyStructuredResultV2>()
    .use(measureAnswers(name, log))
    .use(allowOrigins())
    .use(answerProblem(name, log))
    .use(receiveRequest(body.as === 'raw' ? body.maxBytes : undefined))
    .use(authenticate(options.authenticate));
  if (body.as === 'json') stack.use(parseJsonBody());
  if (options.validate) stack.use(validateBody(options.validate));
  stack.handler(async (event) => {
    const caller = event.caller as Caller;
    const answer = await fn({ ...receivedOf(event), body: event.body as Body, caller });
    return toResult(answer, cacheControlOf(cache, caller));
  });
  return correlated(stack);
};

const toResult = (
  { status, json, text, headers }: Answer,
  cacheControl: string,
): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: {
    'Cache-Control': cacheControl,
    ...(json !== undefined ? { 'Content-Type': 'application/json' } : text ? { 'Content-Type': text.type } : {}),
    ...headers,
  },
  body: json !== undefined ? JSON.stringify(json) : (text?.content ?? ''),
});
