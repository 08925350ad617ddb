import type { MiddlewareObj, Request } from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { ApiEvent } from '../request.ts';

/**
 * CORS headers of every answer: the widget runs on customers' own sites, and no answer depends on a cookie.
 * https://fetch.spec.whatwg.org/#http-cors-protocol
 */
const CORS_HEADERS = {
  'Access-Control-Allow-Headers': 'authorization, content-type',
  'Access-Control-Allow-Methods': 'GET,HEAD,POST,PUT,PATCH,DELETE,OPTIONS',
  'Access-Control-Allow-Origin': '*',
  'Access-Control-Expose-Headers': 'age, date, retry-after, x-cache',
  'Access-Control-Max-Age': '86400',
};

/**
 * Answers a preflight before anything else looks at it, and adds the CORS headers to each answer, also to a refusal. Written here, since
 * `@middy/http-cors` is 4 KB of every function for origins and credentials that this API does not have.
 */
export const allowOrigins = (): MiddlewareObj<ApiEvent, APIGatewayProxyStructuredResultV2> => {
  const addHeaders = ({ response }: Request<ApiEvent, APIGatewayProxyStructuredResultV2>): void => {
    if (response) response.headers = { ...response.headers, ...CORS_HEADERS };
  };
  return {
    before: ({ event }) =>
      event.requestContext.http.method === 'OPTIONS' ? { statusCode: 204, headers: { ...CORS_HEADERS } } : undefined,
    after: addHeaders,
    onError: addHeaders,
  };
};
