import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Template } from '@qdn/cloudformation/template';
import { apiEvent } from '@qdn/lambda/testing';
import type { Functions } from './functions.ts';
import { functionsOf } from './policies.ts';

/** A route key of the templates, such as `GET /api/jobs/{job_id}`, and the function behind it. */
type Route = { key: string; functionName: string };

/** Returns the routes of a packaged service. @throws Error for a route without a function */
export const routesOf = (template: Template): Route[] => {
  const functions = functionsOf(template);
  return Object.values(template.Resources).flatMap(({ Type, Properties }) => {
    if (Type !== 'AWS::ApiGatewayV2::Route') return [];
    const integration = /"Ref":"(\w+)"/.exec(JSON.stringify(Properties?.['Target']))?.[1] ?? '';
    const uri = JSON.stringify(template.Resources[integration]?.Properties?.['IntegrationUri']);
    const behind = functions.find(({ logicalId }) => uri.includes(`"${logicalId}"`));
    if (!behind) throw new Error(`No function is behind ${Properties?.['RouteKey']}`);
    return [{ key: String(Properties?.['RouteKey']), functionName: behind.name }];
  });
};

const matcherOf = ({ key, functionName }: Route) => {
  const [method = '', path = ''] = key.split(' ');
  const pattern = new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
  return (asked: string, pathname: string) => {
    const found = asked === method ? pattern.exec(pathname) : null;
    return found && { functionName, pathParameters: { ...found.groups } };
  };
};

/** Starts an HTTP API in front of functions: requests become events of payload format 2.0. @param onAnswer gets each status */
export const startGateway = async (
  routes: readonly Route[],
  functions: () => Functions,
  onAnswer: (status: number) => void = () => {},
) => {
  const matchers = routes.map(matcherOf);
  const broken = new Set<string>();
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://gateway');
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const match = matchers.map((one) => one(request.method ?? '', url.pathname)).find((one) => one !== null);
    if (!match) {
      response.writeHead(404).end();
      return;
    }
    if (broken.has(match.functionName)) {
      onAnswer(503);
      response.writeHead(503).end();
      return;
    }
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    try {
      const answer = await functions().invoke(
        match.functionName,
        apiEvent({
          method: request.method ?? 'GET',
          path: url.pathname,
          pathParameters: match.pathParameters,
          rawQuery: url.search.slice(1),
          headers,
          body: Buffer.concat(chunks).toString('utf8'),
        }),
      );
      const { statusCode, headers: given, body } = Object(answer);
      onAnswer(statusCode);
      response.writeHead(statusCode, given).end(body);
    } catch (error) {
      onAnswer(502);
      response.writeHead(502).end(String(error));
    }
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** Names of functions that answer 503. */
    broken,
    close: async (): Promise<void> => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
