import { ProductError } from '../errors.ts';
import { copyOf } from './copy-of.ts';

/** Returns the number of items before a page. @throws ProductError `schema-violation` when the text is not a cursor */
const startOf = (cursor: string | null): number => {
  if (cursor === null) return 0;
  const [, start] = /^from-([0-9]+)$/.exec(cursor) ?? [];
  if (start !== undefined) return Number(start);
  throw new ProductError('schema-violation', '`after` is not the `next` of an earlier page.', {
    violations: [{ pointer: '/after', detail: 'unknown cursor' }],
  });
};

/** Returns a page of sorted items. */
export const pageOf = <T>(items: readonly T[], after: string | null, count: number) => {
  const start = startOf(after);
  const end = start + count;
  return { items: copyOf(items.slice(start, end)), next: end < items.length ? `from-${end}` : null };
};
