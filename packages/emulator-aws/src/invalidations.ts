import type { HttpBindings } from '@hono/node-server';
import { isForThisMachine } from '@qdn/local-server/local-request';
import type { Context } from 'hono';

/** Passes invalidated paths on to the edge. Without a listener no edge is running, so there is nothing to invalidate. */
export class Invalidations {
  #forget: (paths: readonly string[]) => void = () => {};

  listen(forget: (paths: readonly string[]) => void): void {
    this.#forget = forget;
  }

  forget(paths: readonly string[]): void {
    this.#forget(paths);
  }
}

export const INVALIDATION_ROUTE = '/2020-05-31/distribution/:id/invalidation';

/**
 * Answers CloudFront's CreateInvalidation. The paths are invalid before the answer.
 * @see https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
 */
export const invalidate = async (
  c: Context<{ Bindings: HttpBindings }>,
  invalidations: Invalidations,
): Promise<Response> => {
  const answer = (status: 201 | 400 | 403, body: string): Response =>
    c.body(`<?xml version="1.0"?>${body}`, status, { 'content-type': 'text/xml' });
  const refuse = (status: 400 | 403, code: string): Response =>
    answer(status, `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code></Error></ErrorResponse>`);
  if (c.req.method !== 'POST' || !isForThisMachine(c.env.incoming)) return refuse(403, 'AccessDenied');
  const xml = await c.req.text().catch(() => '');
  const paths = [...xml.matchAll(/<Path>([^<]+)<\/Path>/g)].flatMap(([, path]) => path ?? []);
  if (paths.length === 0 || !paths.every((path) => path.startsWith('/'))) return refuse(400, 'InvalidArgument');
  invalidations.forget(paths);
  return answer(201, '<Invalidation><Id>I1</Id><Status>Completed</Status></Invalidation>');
};
