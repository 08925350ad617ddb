import { expect, test } from '@jest/globals';
import { openApi, operations, problemsOf } from './openapi.ts';

type Parts = { [key: string]: unknown };
const isParts = (value: unknown): value is Parts => typeof value === 'object' && value !== null;
const document: unknown = openApi();
const at = (path: readonly string[]): unknown =>
  path.reduce<unknown>((part, key) => (isParts(part) ? part[key] : undefined), document);

const references = (part: unknown): string[] =>
  isParts(part)
    ? Object.entries(part).flatMap(([key, value]) => (key === '$ref' ? [String(value)] : references(value)))
    : [];

test('every reference of the document has a target', () => {
  const all = references(document);
  expect(all.length).toBeGreaterThan(20);
  expect(all.filter((reference) => at(reference.slice(2).split('/')) === undefined)).toEqual([]);
});

test('every route answers a preflight, documents its problems, and has a unique name', () => {
  expect(new Set(operations.map(({ id }) => id)).size).toBe(operations.length);
  for (const operation of operations) {
    const { path, method } = operation;
    expect(at(['paths', path, 'options', 'responses', '204'])).toBeDefined();
    for (const status of problemsOf(operation)) {
      const answer = at(['paths', path, method, 'responses', String(status), 'content']);
      expect(answer).toHaveProperty(['application/problem+json']);
    }
  }
});

test('every route documents 429, which API Gateway answers without a problem document', () => {
  for (const { path, method } of operations) {
    for (const each of [method, 'options'])
      expect(at(['paths', path, each, 'responses', '429', 'content'])).toHaveProperty(['application/json']);
  }
});

test('the routes are those of the design', () => {
  expect(operations.map(({ method, path }) => `${method} ${path}`).toSorted()).toEqual([
    'delete /api/jobs/{job_id}/tracking-links/{link_id}',
    'get /api/attention',
    'get /api/conversations',
    'get /api/conversations/{conversation_id}',
    'get /api/jobs',
    'get /api/jobs/{job_id}',
    'get /api/jobs/{job_id}/location',
    'get /api/media/{token}',
    'get /api/places',
    'get /api/trailers',
    'get /api/trailers/{trailer_id}',
    'get /api/trailers/{trailer_id}/location',
    'get /api/trailers/{trailer_id}/track',
    'get /api/visits',
    'head /api/trailers/{trailer_id}/location',
    'patch /api/jobs/{job_id}',
    'post /api/calls/{call_step}',
    'post /api/carriers/{carrier}/webhook',
    'post /api/consents/find',
    'post /api/conversations/{conversation_id}',
    'post /api/fallback/calls',
    'post /api/fallback/jobs/{job_id}/messages',
    'post /api/jobs',
    'post /api/jobs/{job_id}/location',
    'post /api/jobs/{job_id}/messages',
    'post /api/jobs/{job_id}/tracking-links',
    'post /api/messages/{message_id}/status',
    'post /api/trailers/{trailer_id}/location',
    'put /api/consents',
    'put /api/trailers/{trailer_id}/location',
  ]);
});
