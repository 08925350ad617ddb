import type { MiddlewareObj } from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { ApiEvent } from '../request.ts';

/** Text that may hold a forbidden key: `__proto__` or `constructor`, as it is or with an escape in it. */
const MAY_BE_FORBIDDEN = /\\u|__proto__|constructor/;
/** Usual content types of a JSON body; the parser of Middy knows the others. */
const isJson = (type: string | undefined): boolean =>
  type === 'application/json' || type?.startsWith('application/json;') === true;

/**
 * Parses a JSON body as `@middy/http-json-body-parser` does, with its errors. That one calls a function for each value, to refuse
 * forbidden keys: three times the work for a batch of fixes. A text that cannot hold such a key is parsed without.
 */
export const parseJsonBody = (): MiddlewareObj<ApiEvent> => {
  const careful = httpJsonBodyParser();
  return {
    before: (request) => {
      const { headers, body, isBase64Encoded } = request.event;
      const isPlain = typeof body === 'string' && !isBase64Encoded && isJson(headers['content-type']);
      if (isPlain && !MAY_BE_FORBIDDEN.test(body)) {
        try {
          request.event.body = JSON.parse(body);
          return;
        } catch {
          // Middy's parser makes the error.
        }
      }
      return careful.before?.(request as never);
    },
  };
};
