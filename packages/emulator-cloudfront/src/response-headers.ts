import type { ResponseHeaders } from './distribution.ts';

type Headers = Readonly<Record<string, string>>;

const corsHeaders = ({ cors }: ResponseHeaders, request: Headers, method: string, answer: Headers): Headers => {
  const origin = request['origin'];
  if (!cors || origin === undefined) return {};
  const already = Object.keys(answer).some((name) => name.startsWith('access-control-'));
  if (already && !cors.override) return {};
  const allowed = cors.origins.includes('*') ? '*' : cors.origins.find((each) => each === origin);
  if (allowed === undefined) return {};
  const preflight = method === 'OPTIONS' && request['access-control-request-method'] !== undefined;
  return {
    'access-control-allow-origin': allowed,
    ...(cors.credentials ? { 'access-control-allow-credentials': 'true' } : {}),
    ...(preflight
      ? {
          'access-control-allow-methods': cors.methods.join(', '),
          'access-control-allow-headers': cors.headers.join(', '),
          'access-control-max-age': String(cors.maxAgeS),
        }
      : {}),
    ...(!preflight && cors.expose.length > 0 ? { 'access-control-expose-headers': cors.expose.join(', ') } : {}),
  };
};

/** Returns the answer's headers, changed by the response headers policy. CORS headers are for requests with an Origin only. */
export const withPolicy = (
  policy: ResponseHeaders | null,
  request: { method: string; headers: Headers },
  answer: Headers,
): Record<string, string> => {
  const headers: Record<string, string> = { ...answer };
  if (!policy) return headers;
  for (const name of policy.remove) delete headers[name];
  Object.assign(headers, corsHeaders(policy, request.headers, request.method, headers));
  for (const { name, value, override } of policy.set) {
    if (override || headers[name] === undefined) headers[name] = value;
  }
  return headers;
};
