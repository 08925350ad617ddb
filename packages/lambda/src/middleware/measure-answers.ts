import type { MiddlewareObj, Request } from '@middy/core';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Logger } from '../logger.ts';
import type { ApiEvent } from '../request.ts';

/** Counts answers with a 4xx or 5xx. Comes first in the stack, so that it sees the final answer. @param name the function */
export const measureAnswers = (
  name: string,
  log: Pick<Logger, 'measure'>,
): MiddlewareObj<ApiEvent, APIGatewayProxyStructuredResultV2> => {
  const measure = ({ response }: Request<ApiEvent, APIGatewayProxyStructuredResultV2>): void => {
    const { statusCode = 200 } = response ?? {};
    if (statusCode >= 500) log.measure({ Http5xx: 1 }, { function: name });
    else if (statusCode >= 400) log.measure({ Http4xx: 1 }, { function: name });
  };
  return { after: measure, onError: measure };
};
