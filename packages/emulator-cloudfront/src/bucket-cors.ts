import type { CorsRule } from './distribution.ts';

type Headers = Readonly<Record<string, string>>;

/** A CORS rule. A pattern may have one `*`. */
const matches = (pattern: string, text: string): boolean => {
  const [before = '', after] = pattern.split('*');
  if (after === undefined) return pattern === text;
  return text.length >= before.length + after.length && text.startsWith(before) && text.endsWith(after);
};

/**
 * Returns S3's answer to a preflight: by the bucket's first rule that allows the origin, the method and every requested header.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html
 */
export const answerPreflight = (
  rules: readonly CorsRule[],
  request: Headers,
): { status: number; headers: Headers; text: string } => {
  const { origin, 'access-control-request-method': method } = request;
  if (origin === undefined || method === undefined) {
    return { status: 400, headers: {}, text: '<Error><Code>BadRequest</Code></Error>' };
  }
  const asked = (request['access-control-request-headers'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const rule = rules.find(
    ({ origins, methods, headers }) =>
      origins.some((pattern) => matches(pattern, origin)) &&
      methods.includes(method) &&
      asked.every((name) => headers.some((pattern) => matches(pattern, name))),
  );
  if (!rule) return { status: 403, headers: {}, text: '<Error><Code>AccessForbidden</Code></Error>' };
  return {
    status: 200,
    text: '',
    headers: {
      'access-control-allow-origin': rule.origins.includes('*') ? '*' : origin,
      'access-control-allow-methods': rule.methods.join(', '),
      ...(asked.length > 0 ? { 'access-control-allow-headers': asked.join(', ') } : {}),
      ...(rule.maxAgeS === null ? {} : { 'access-control-max-age': String(rule.maxAgeS) }),
      vary: 'Origin, Access-Control-Request-Headers, Access-Control-Request-Method',
    },
  };
};
