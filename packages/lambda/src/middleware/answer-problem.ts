import type { MiddlewareObj } from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { errorFields, type Logger, textsInBody } from '../logger.ts';
import { problemResponse } from '../problem.ts';
import type { ApiEvent } from '../request.ts';

/** Answers an error as problem+json, and logs internal errors without the request's texts. @param name the function, for the log */
export const answerProblem = (
  name: string,
  log: Pick<Logger, 'error'>,
): MiddlewareObj<ApiEvent, APIGatewayProxyStructuredResultV2> => ({
  onError: (request) => {
    const response = problemResponse(request.error, request.context.awsRequestId);
    if (response.statusCode >= 500) {
      log.error('REQUEST_FAILED', {
        function: name,
        status: response.statusCode,
        ...errorFields(request.error, textsInBody(request.event.received?.rawBody ?? '')),
      });
    }
    // Returning it would end the chain here, before the CORS middleware adds its headers.
    request.response = response;
  },
});
