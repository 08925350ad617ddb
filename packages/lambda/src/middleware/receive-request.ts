import type { MiddlewareObj } from '@middy/core';
import { ProductError } from '@qdn/domain';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { ApiEvent, Received } from '../request.ts';

/** Maximum size of a body, in bytes, where a route does not say another (ADR 27). */
export const MAX_BODY_BYTES = 64 * 1024;

const bytesOf = (event: APIGatewayProxyEventV2): Buffer =>
  Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8');

const decoded = (event: APIGatewayProxyEventV2): string =>
  event.isBase64Encoded ? bytesOf(event).toString('utf8') : (event.body ?? '');

/** serverless-offline leaves path parameters escaped, API Gateway does not. Job IDs and tokens have no `%`. */
const unescapePath = (value: string): string => {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
};

/** API Gateway sends the names of headers in lower case; other callers need not. */
const withLowerCaseNames = (headers: APIGatewayProxyEventV2['headers']): APIGatewayProxyEventV2['headers'] =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

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
  bodyBytes: () => bytesOf(event),
  // Lambda's own log lines carry the same ID.
  correlationId: context.awsRequestId,
});

/**
 * Puts the request onto the event as `received`, and gives its headers names in lower case.
 * @param maxBytes maximum size of the body
 * @throws ProductError `body-too-large` before anything reads the body
 */
export const receiveRequest = (maxBytes = MAX_BODY_BYTES): MiddlewareObj<ApiEvent> => ({
  before: ({ event, context }) => {
    event.headers = withLowerCaseNames(event.headers ?? {});
    const received = receive(event, context);
    if (Buffer.byteLength(received.rawBody) > maxBytes) {
      throw new ProductError('body-too-large', `Send at most ${maxBytes / 1024} KB; split a batch into smaller ones.`);
    }
    event.received = received;
  },
});
