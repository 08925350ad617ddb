import { find, resourcesOf, textAt } from '@qdn/cloudformation/template-reader';

/** A service that answers part of the HTTP API: its address without a trailing slash, and its route keys. */
export type ApiOrigin = { service: string; url: string; routes: readonly string[] };

/** Returns the route keys of a packaged template, as in `GET /api/jobs/{job_id}`. */
export const readRoutes = (template: unknown): string[] =>
  resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(({ properties }) => textAt(find(properties, 'RouteKey')));

/** Rank of a match between segment and pattern: exact, by a variable, by the rest of the path, or no match. */
const rank = (pattern: string, segment: string | undefined): number | null => {
  if (/^\{[^}]+\+\}$/.test(pattern)) return segment === undefined ? null : 2;
  if (/^\{[^}]+\}$/.test(pattern)) return segment ? 1 : null;
  return pattern === segment ? 0 : null;
};

/** Returns one rank for each segment, then one for the method. Ranks are compared from the left; smaller is more specific. */
const specificity = (routeKey: string, method: string, segments: readonly string[]): number[] | null => {
  if (routeKey === '$default') return [9];
  const [routeMethod = '', routePath = ''] = routeKey.split(' ');
  if (routeMethod !== method && routeMethod !== 'ANY') return null;
  const ranks: number[] = [];
  const patterns = routePath.split('/').slice(1);
  for (const [i, pattern] of patterns.entries()) {
    const found = rank(pattern, segments[i]);
    if (found === null) return null;
    ranks.push(found);
    if (found === 2) return [...ranks, routeMethod === 'ANY' ? 1 : 0];
  }
  return patterns.length === segments.length ? [...ranks, routeMethod === 'ANY' ? 1 : 0] : null;
};

const compare = (a: readonly number[], b: readonly number[]): number => {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? -1) - (b[i] ?? -1);
    if (difference !== 0) return difference;
  }
  return 0;
};

/**
 * Returns the service with the most specific route, as an HTTP API does. Undefined where API Gateway answers "Not Found".
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export const routeTo = (origins: readonly ApiOrigin[], method: string, path: string): ApiOrigin | undefined => {
  const segments = path.split('/').slice(1);
  let best: { origin: ApiOrigin; ranks: number[] } | undefined;
  for (const origin of origins) {
    for (const routeKey of origin.routes) {
      const ranks = specificity(routeKey, method, segments);
      if (ranks && (!best || compare(ranks, best.ranks) < 0)) best = { origin, ranks };
    }
  }
  return best?.origin;
};
