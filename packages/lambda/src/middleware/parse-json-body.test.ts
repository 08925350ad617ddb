import { describe, expect, test } from '@jest/globals';
import type { MiddlewareObj } from '@middy/core';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import fc from 'fast-check';
import type { ApiEvent } from '../request.ts';
import { parseJsonBody } from './parse-json-body.ts';

type Outcome = { body: unknown } | { statusCode: unknown };

const outcomeOf = (parser: MiddlewareObj<never>, event: Partial<ApiEvent>): Outcome => {
  const request = { event: structuredClone(event) } as never;
  try {
    parser.before?.(request);
    return { body: (request as { event: ApiEvent }).event.body };
  } catch (error) {
    return { statusCode: (error as { statusCode?: unknown }).statusCode };
  }
};
const both = (event: Partial<ApiEvent>): [Outcome, Outcome] => [
  outcomeOf(parseJsonBody() as MiddlewareObj<never>, event),
  outcomeOf(httpJsonBodyParser() as MiddlewareObj<never>, event),
];
const json = { 'content-type': 'application/json' };

describe('parsing a JSON body', () => {
  test('has the results of the library, for any JSON', () => {
    fc.assert(
      fc.property(fc.json(), (body) => {
        const [own, library] = both({ headers: json, body });
        expect(own).toEqual(library);
      }),
    );
  });

  test.each([
    ['an own key __proto__', '{"a":{"__proto__":{"isAdmin":true}}}', json],
    ['the same key with an escape', '{"\\u005f_proto__":1}', json],
    ['a constructor with a prototype', '{"constructor":{"prototype":{}}}', json],
    ['a constructor that is a text', '{"constructor":"Lopez Bros"}', json],
    ['a text that is not JSON', '{', json],
    ['an empty body', '', json],
    ['another content type', '{}', { 'content-type': 'text/plain' }],
    ['another type of JSON', '{"a":1}', { 'content-type': 'application/geo+json; charset=utf-8' }],
    ['no content type', '{}', {}],
  ])('has the result of the library for %s', (_, body, headers) => {
    const [own, library] = both({ headers, body });
    expect(own).toEqual(library);
  });

  test('decodes a body in base64, and refuses a missing one, like the library', () => {
    const body = Buffer.from('{"a":1}').toString('base64');
    expect(both({ headers: json, body, isBase64Encoded: true })[0]).toEqual({ body: { a: 1 } });
    expect(both({ headers: json })[0]).toEqual(both({ headers: json })[1]);
  });
});
