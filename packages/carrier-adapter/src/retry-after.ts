/**
 * Returns the wait that a `Retry-After` asks for, in ms: seconds or an HTTP date; undefined when it is neither, or missing.
 * @param now epoch ms
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export const retryAfterMs = (header: unknown, now: number): number | undefined => {
  if (typeof header !== 'string' || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (!Number.isNaN(seconds)) return seconds >= 0 && Number.isFinite(seconds) ? seconds * 1000 : undefined;
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
};
