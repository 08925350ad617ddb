import { ProductError } from '@qdn/domain';

/** Returns a cursor of a listing for a URL. It must not contain a phone number, because URLs are logged. */
export const encodeCursor = (text: string): string => Buffer.from(text).toString('base64url');

/** Reads a cursor that matches a pattern. @throws ProductError `schema-violation` */
export const decodeCursor = (cursor: string, pattern: RegExp): RegExpExecArray => {
  const match = pattern.exec(Buffer.from(cursor, 'base64url').toString('utf8'));
  if (match) return match;
  throw new ProductError('schema-violation', '`after` is not the `next` of an earlier page.', {
    violations: [{ pointer: '/after', detail: 'unknown cursor' }],
  });
};
