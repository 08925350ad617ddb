import type { CachedObject } from './object-cache.ts';
import type { EdgeRequest } from './viewer-request.ts';

/** Returns true when the viewer's copy is current (RFC 9110, section 13): `If-None-Match` decides before `If-Modified-Since`. */
export const isNotModified = (object: CachedObject, headers: EdgeRequest['headers']): boolean => {
  const wanted = headers['if-none-match'];
  const { etag, 'last-modified': lastModified } = object.headers;
  if (wanted !== undefined) {
    const bare = (tag: string) => tag.trim().replace(/^W\//, '');
    return etag !== undefined && (wanted.trim() === '*' || wanted.split(',').some((tag) => bare(tag) === bare(etag)));
  }
  const since = headers['if-modified-since'];
  return since !== undefined && lastModified !== undefined && Date.parse(lastModified) <= Date.parse(since);
};

/** One range of bytes, both ends included; undefined when the header asks for none or several; null when it is empty. */
export const rangeOf = (
  header: string | undefined,
  length: number,
): { start: number; end: number } | null | undefined => {
  const [, first, last] = header?.match(/^bytes=(\d*)-(\d*)$/) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return undefined;
  const start = first === '' ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === '' || last === '' ? length - 1 : Math.min(Number(last), length - 1);
  return start > end || start >= length ? null : { start, end };
};
