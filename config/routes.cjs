/*
 * Generates the functions behind the HTTP API from the route table (packages/contracts/src/routes.ts). In a serverless.yml:
 *
 *     functions:
 *       - ${file(../../config/routes.cjs):job-api}
 *       - get-job: { environment: … }   # is merged into it
 */
const table = require('../packages/contracts/src/routes.ts');

const routes = Object.values(table);
/** The function of the first of these methods answers the path's preflight, since a route of a shared HTTP API has one function. */
const METHODS = ['get', 'head', 'post', 'put', 'patch', 'delete'];
const firstOf = (path) =>
  METHODS.flatMap((method) => routes.filter((route) => route.path === path && route.method === method))[0];

const pascal = (name) => name.replace(/(^|-)(\w)/g, (_, __, letter) => letter.toUpperCase());

/** Returns the logical ID of a function's role. */
const roleId = (functionName) => `${pascal(functionName)}Role`;

const eventsOf = (own) => [
  ...own.map(({ method, path }) => ({ httpApi: { method, path } })),
  ...own.filter((route) => route === firstOf(route.path)).map(({ path }) => ({ httpApi: { method: 'options', path } })),
];

/** Function name → its routes. */
const functionsOf = (service) => {
  const functions = {};
  for (const route of routes.filter((one) => one.service === service))
    functions[route.function] = [...(functions[route.function] ?? []), route];
  return functions;
};

/** Names of the secrets that a route's authentication reads. */
const SIGNING_SECRETS = { twilio: 'qdn/twilio-admin' };
const secretsOf = ({ authentication }) => {
  if (authentication.by !== 'signature') return ['qdn/tokens'];
  // Secrets of `any` carrier depend on the company's list: the service adds them in its roles.
  const secret = SIGNING_SECRETS[authentication.carrier];
  return authentication.checked === 'later' || !secret ? [] : [secret];
};

const definitionsOf = (service) =>
  Object.fromEntries(
    Object.entries(functionsOf(service)).map(([name, own]) => [
      name,
      { handler: `src/functions/${name}/index.handler`, role: roleId(name), events: eventsOf(own) },
    ]),
  );

module.exports = {
  'job-api': definitionsOf('job-api'),
  'telemetry-ingest': definitionsOf('telemetry-ingest'),
  'sms-relay': definitionsOf('sms-relay'),
  roleId,
  /** Function name → the secrets that it reads to authenticate its callers. */
  authenticationSecrets: (service) =>
    Object.fromEntries(
      Object.entries(functionsOf(service)).map(([name, own]) => [name, [...new Set(own.flatMap(secretsOf))]]),
    ),
};
