import type { CachePolicy } from './distribution.ts';

/** CloudFront's rules for an answer. Times in seconds. */
export type Freshness = {
  /** Time to live; 0 for an answer that is only for the requests waiting for it. */
  ttlS: number;
  /** True when requests that arrive during the fetch may share the answer. */
  shareable: boolean;
  /** True when the expired answer may be served while the origin fails. */
  staleIfError: boolean;
};

/** Statuses that are cached for the error TTL; the origin can forbid it for the first list only. */
const ERRORS_KEPT_UNLESS_FORBIDDEN = new Set([404, 405, 410, 414, 501]);
const ERRORS_ALWAYS_KEPT = new Set([500, 502, 503, 504]);
const ERRORS_KEPT_IF_ALLOWED = new Set([400, 403, 412, 415]);
const KEPT = new Set([200, 203, 300, 301, 302]);
const KEPT_IF_ALLOWED = new Set([307, 308]);

type CacheControl = { seconds: number | null; forbidden: boolean; mustRevalidate: boolean };

const parse = (
  header: string | undefined,
  expires: string | undefined,
  date: string | undefined,
  now: number,
): CacheControl => {
  const directives = new Map(
    (header ?? '').split(',').map((part): [string, string] => {
      const [name = '', value = ''] = part.trim().toLowerCase().split('=');
      return [name, value.replaceAll('"', '')];
    }),
  );
  const seconds = (name: string): number | null => {
    const value = directives.get(name);
    return value !== undefined && /^\d+$/.test(value) ? Number(value) : null;
  };
  let ttl = seconds('s-maxage') ?? seconds('max-age');
  if (ttl === null && expires !== undefined) {
    const until = Date.parse(expires);
    const from = date === undefined ? now : Date.parse(date);
    ttl = Number.isNaN(until) ? 0 : Math.max(0, Math.floor((until - (Number.isNaN(from) ? now : from)) / 1000));
  }
  return {
    seconds: ttl,
    forbidden: directives.has('no-store') || directives.has('private') || directives.has('no-cache'),
    mustRevalidate: directives.has('must-revalidate') || directives.has('proxy-revalidate'),
  };
};

const clamp = (seconds: number, { minTtlS, maxTtlS }: CachePolicy): number =>
  Math.min(Math.max(seconds, minTtlS), Math.max(maxTtlS, minTtlS));

/**
 * Returns the time for which CloudFront keeps an answer.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/Expiration.html and .../HTTPStatusCodes.html
 *
 * @param errorTtlS the distribution's error caching minimum TTL for this status
 * @param now epoch ms
 */
export const freshnessOf = (
  answer: { status: number; headers: Readonly<Record<string, string>> },
  policy: CachePolicy,
  errorTtlS: number,
  now: number,
): Freshness => {
  const { seconds, forbidden, mustRevalidate } = parse(
    answer.headers['cache-control'],
    answer.headers['expires'],
    answer.headers['date'],
    now,
  );
  const never: Freshness = { ttlS: 0, shareable: false, staleIfError: false };
  const { status } = answer;
  if (status >= 400) {
    const kept =
      ERRORS_ALWAYS_KEPT.has(status) ||
      (ERRORS_KEPT_UNLESS_FORBIDDEN.has(status) && !forbidden) ||
      (ERRORS_KEPT_IF_ALLOWED.has(status) && !forbidden && seconds !== null);
    if (!kept) return never;
    const asked = forbidden || seconds === null ? 0 : Math.min(seconds, policy.maxTtlS);
    return { ttlS: Math.max(errorTtlS, asked), shareable: true, staleIfError: false };
  }
  if (!KEPT.has(status) && !(KEPT_IF_ALLOWED.has(status) && seconds !== null)) return never;
  // A minimum TTL above zero overrides no-store and private.
  if (forbidden) return policy.minTtlS > 0 ? { ttlS: policy.minTtlS, shareable: true, staleIfError: false } : never;
  const ttlS = clamp(seconds ?? policy.defaultTtlS, policy);
  return { ttlS, shareable: ttlS > 0 || seconds === null, staleIfError: !mustRevalidate };
};
