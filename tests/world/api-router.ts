import type { Route } from '@qdn/contracts';
import * as routes from '@qdn/contracts/routes';
import type { ApiFunction } from '@qdn/lambda';
import { apiEvent, lambdaContext } from '@qdn/lambda/testing';
import type { HttpRequest, HttpResponse } from '@qdn/world';

/** A request that matches a route: the function that answers it, and the variables of its path. */
type Match = { functionName: string; pathParameters: Record<string, string> };

type CompiledRoute = { method: string; pattern: RegExp; names: readonly string[]; functionName: string };

const compiled = ({ method, path, function: functionName }: Route): CompiledRoute => {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
  const pattern = new RegExp(`^${path.replaceAll(/\{\w+\}/g, '([^/]+)')}$`);
  return { method: method.toUpperCase(), pattern, names, functionName };
};

/** All routes, those without variables first: API Gateway prefers the most specific route. */
const ROUTES = Object.values<Route>(routes)
  .map(compiled)
  .sort((a, b) => a.names.length - b.names.length);

/** Names of the functions behind the HTTP API. */
export const API_FUNCTIONS: readonly string[] = [...new Set(ROUTES.map(({ functionName }) => functionName))];

const matchOf = (method: string, path: string): Match | null => {
  for (const route of ROUTES) {
    const isMethod = method === 'OPTIONS' || route.method === method;
    const values = isMethod ? route.pattern.exec(path)?.slice(1) : undefined;
    if (!values) continue;
    const pathParameters = Object.fromEntries(
      route.names.map((name, i) => [name, decodeURIComponent(values[i] ?? '')]),
    );
    return { functionName: route.functionName, pathParameters };
  }
  return null;
};

/**
 * Sends a request through the route table to its function, as API Gateway does.
 * @param functionOf returns the handler of a function by its name
 */
export const throughRoutes =
  (functionOf: (name: string) => ApiFunction) =>
  async ({
    method,
    path,
    headers,
    body,
    bodyEncoding,
  }: Omit<HttpRequest, 'method'> & { method: string }): Promise<HttpResponse> => {
    const [pathname = '', ...rest] = path.split('?');
    const rawQuery = rest.join('?');
    const match = matchOf(method, pathname);
    if (!match) return { status: 404, headers: {}, body: '{"message":"Not Found"}' };
    const event = apiEvent({
      method,
      path: pathname,
      pathParameters: match.pathParameters,
      rawQuery,
      headers: { ...headers },
      ...(body === undefined ? {} : { body }),
      base64: bodyEncoding === 'base64',
    });
    const result = await functionOf(match.functionName)(event, lambdaContext);
    const answered = Object.entries(result.headers ?? {}).map(([name, value]) => [name.toLowerCase(), String(value)]);
    return { status: result.statusCode ?? 200, headers: Object.fromEntries(answered), body: result.body ?? '' };
  };
