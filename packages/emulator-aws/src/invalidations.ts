import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { isForThisMachine } from '@qdn/local-server/local-request';

/** Passes invalidated paths on to the edge. Without a listener there is no edge, and nothing to invalidate. */
export class Invalidations {
  #forget: (paths: readonly string[]) => void = () => {};

  listen(forget: (paths: readonly string[]) => void): void {
    this.#forget = forget;
  }

  forget(paths: readonly string[]): void {
    this.#forget(paths);
  }
}

const PATH = /^\/2020-05-31\/distribution\/[^/]+\/invalidation$/;

export const isInvalidation = ({ url = '' }: IncomingMessage): boolean => PATH.test(url.split('?')[0] ?? '');

/**
 * CloudFront's CreateInvalidation, done at once.
 * @see https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_CreateInvalidation.html
 */
export const invalidate = (request: IncomingMessage, response: ServerResponse, invalidations: Invalidations): void => {
  const answer = (status: number, body: string) =>
    response.writeHead(status, { 'content-type': 'text/xml' }).end(`<?xml version="1.0"?>${body}`);
  const refuse = (status: number, code: string) =>
    answer(status, `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code></Error></ErrorResponse>`);
  if (request.method !== 'POST' || !isForThisMachine(request)) {
    refuse(403, 'AccessDenied');
    return;
  }
  text(request).then(
    (xml) => {
      const paths = [...xml.matchAll(/<Path>([^<]+)<\/Path>/g)].flatMap(([, path]) => path ?? []);
      if (paths.length === 0 || !paths.every((path) => path.startsWith('/'))) {
        refuse(400, 'InvalidArgument');
        return;
      }
      invalidations.forget(paths);
      answer(201, '<Invalidation><Id>I1</Id><Status>Completed</Status></Invalidation>');
    },
    () => refuse(400, 'InvalidArgument'),
  );
};
