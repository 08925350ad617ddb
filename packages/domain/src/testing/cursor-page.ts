import { ProductError } from '../errors.ts';

/** Returns the number of items before a page. @throws ProductError `schema-violation` when the text is not a cursor */
const startOf = (cursor: string | null): number => {
  if (cursor === null) return 0;
  const [, start] = /^from-([0-9]+)$/.exec(cursor) ?? [];
  if (start !== undefined) return Number(start);
  throw new ProductError('schema-violation', '`after` is not the `next` of an earlier page.', {
    violations: [{ pointer: '/after', detail: 'unknown cursor' }],
  });
};

/**
 * Returns the positions of a page in a list, and the cursor of the next one.
 * @throws ProductError `schema-violation` when `after` is not a cursor
 */
export const pageBounds = (
  length: number,
  after: string | null,
  count: number,
): { start: number; end: number; next: string | null } => {
  const start = startOf(after);
  const end = start + count;
  return { start, end: Math.min(end, length), next: end < length ? `from-${end}` : null };
};
