import { CALL_STEPS } from './call-steps.ts';
import { MEDIA_TOKEN_PATTERN, NAME_PATTERN, PHONE_PATTERN } from './patterns.ts';
import type { Audience, QueryType, Route, SchemaName, SigningCarrier } from './route.ts';
import * as table from './routes.ts';
import * as schemas from './schemas.ts';

/** A route with its name in the table, which is its `operationId`. */
type Operation = Route & { id: string };

const METHODS: ReadonlyArray<Route['method']> = ['get', 'head', 'post', 'put', 'patch', 'delete'];

/** Every route, sorted by path and then by method. */
export const operations: readonly Operation[] = Object.entries(table)
  .map(([id, route]): Operation => ({ ...route, id }))
  .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : METHODS.indexOf(a.method) - METHODS.indexOf(b.method)));

const parameters: Record<string, object> = {
  job_id: {
    description: 'A job ID such as `QDN-1042`, or a tracking token for the job',
    schema: { type: 'string' },
  },
  trailer_id: { description: 'The trailer', schema: { type: 'string', pattern: NAME_PATTERN } },
  conversation_id: { description: 'ID of a conversation, or of a job', schema: { type: 'string' } },
  message_id: { description: 'ID of the outbound message that the receipt is for', schema: { type: 'string' } },
  call_step: { description: 'Step of the call', schema: { type: 'string', enum: CALL_STEPS } },
  carrier: { description: 'Name of a carrier in the company file', schema: { type: 'string' } },
  token: { description: 'Token of one picture', schema: { type: 'string', pattern: MEDIA_TOKEN_PATTERN } },
  link_id: { description: 'ID of the link: the `jti` of its token', schema: schemas.trackingLink.properties.linkId },
};

const querySchemas: Record<QueryType, object> = {
  boolean: { type: 'boolean' },
  number: { type: 'number' },
  string: { type: 'string' },
  dateTime: { type: 'string', format: 'date-time' },
  place: { type: 'string', maxLength: 300, pattern: String.raw`\S` },
  phone: { type: 'string', pattern: PHONE_PATTERN },
  jobStatus: schemas.jobState.properties.status,
};

const problemTitles: Record<number, string> = {
  400: 'The body is not valid JSON',
  401: 'The token is missing, wrong, expired or revoked',
  403: 'Not for this caller, or a wrong signature',
  404: 'No such job or picture',
  409: 'Exists already, or was changed by someone else',
  413: 'The body is larger than 64 KB',
  415: 'Unknown content type',
  422: 'Does not match the schema',
  503: 'Unavailable; try again',
};

/** The refusals of each way to authenticate and of each kind of body. Every route may answer 503. */
const AUTHENTICATION_PROBLEMS: Record<Route['authentication']['by'], readonly number[]> = {
  token: [401],
  link: [401],
  signature: [],
};
const BODY_PROBLEMS: Record<Route['body']['as'], readonly number[]> = {
  none: [],
  json: [400, 413, 415, 422],
  raw: [413],
};

/** Every problem status of a route, in ascending order. */
export const problemsOf = ({ authentication, body, refuses }: Route): number[] =>
  [...new Set([...AUTHENTICATION_PROBLEMS[authentication.by], ...BODY_PROBLEMS[body.as], ...refuses, 503])].toSorted(
    (a, b) => a - b,
  );

/** The stage's limit for each route (services/tracking-site/resources/http-api.yml). No function sees these requests. */
const tooFast = {
  429: {
    description: 'Too many requests at once or in one second: API Gateway’s own answer. Try again in a moment',
    content: { 'application/json': { schema: { type: 'object', properties: { message: { type: 'string' } } } } },
  },
};

const AUDIENCE_SCHEMES: Record<Audience, string> = {
  track: 'trackingToken',
  device: 'deviceToken',
  hub: 'hubToken',
  operator: 'operatorToken',
};
const SIGNATURE_SCHEMES: Record<SigningCarrier, string> = { twilio: 'twilioSignature', any: 'carrierSignature' };

/** Names of the security schemes that a route accepts; one is enough. */
const schemesOf = ({ authentication }: Route): string[] => {
  switch (authentication.by) {
    case 'token':
      return authentication.audiences.map((audience) => AUDIENCE_SCHEMES[audience]);
    case 'signature':
      return [SIGNATURE_SCHEMES[authentication.carrier]];
    case 'link':
      return [];
  }
};

const schemaRef = (name: string) => (name === 'object' ? { type: 'object' } : { $ref: `#/components/schemas/${name}` });

const pathVariables = (path: string): string[] => [...path.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1]));

const parametersOf = ({ path, query = {} }: Route): object[] => [
  ...pathVariables(path).map((name) => ({ name, in: 'path', required: true, ...parameters[name] })),
  ...Object.entries(query).map(([name, { description, type, isRequired = false }]) => ({
    name,
    in: 'query',
    required: isRequired,
    description,
    schema: querySchemas[type],
  })),
];

const contentOf = ({ body }: Route): Record<string, object> | null => {
  if (body.as === 'json') {
    const { schema, example } = body;
    return { 'application/json': { schema: schemaRef(schema), ...(example ? { example } : {}) } };
  }
  if (body.as === 'none' || !body.documented) return null;
  return Object.fromEntries(
    Object.entries(body.documented).map(([type, schema]) => [type, { schema: schemaRef(schema) }]),
  );
};

const answerObject = ({ description, headers, schema, type }: Route['answers'][number]): object => ({
  description,
  ...(headers ? { headers: Object.fromEntries(headers.map((name) => [name, { schema: { type: 'string' } }])) } : {}),
  ...(schema ? { content: { 'application/json': { schema: schemaRef(schema) } } } : {}),
  ...(type ? { content: { [type]: { schema: {} } } } : {}),
});

const problemObject = (status: number): object => ({
  description: problemTitles[status],
  ...(status === 503 ? { headers: { 'Retry-After': { schema: { type: 'string' } } } } : {}),
  content: { 'application/problem+json': { schema: schemaRef('problem') } },
});

const operationObject = (operation: Operation): object => {
  const content = contentOf(operation);
  return {
    operationId: operation.id,
    summary: operation.summary,
    ...(operation.description ? { description: operation.description } : {}),
    security: schemesOf(operation).map((scheme) => ({ [scheme]: [] })),
    parameters: parametersOf(operation),
    ...(content ? { requestBody: { required: true, content } } : {}),
    responses: {
      ...Object.fromEntries(Object.entries(operation.answers).map(([status, one]) => [status, answerObject(one)])),
      ...Object.fromEntries(problemsOf(operation).map((status) => [status, problemObject(status)])),
      ...tooFast,
    },
  };
};

/** The answer to OPTIONS. It does not depend on the path's variables. */
const preflight = (path: string) => ({
  operationId: `preflight${path.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/\W/g, '')}`,
  summary: 'CORS preflight, answered before authentication',
  security: [],
  parameters: pathVariables(path).map((name) => ({ name, in: 'path', required: true, schema: { type: 'string' } })),
  responses: { 204: { description: 'Allowed methods and headers' }, ...tooFast },
});

const securitySchemes = {
  trackingToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'Audience `track`; or the token in place of the job ID',
  },
  deviceToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'Audience `device`: one trailer',
  },
  hubToken: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'Audience `hub`: a server that sends for all trailers',
  },
  operatorToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Audience `operator`' },
  twilioSignature: { type: 'apiKey', in: 'header', name: 'X-Twilio-Signature' },
  carrierSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Carrier-Signature',
    description: 'The signature headers of the carrier in the path, under the names that it gives them',
  },
};

/** Schemas that no route sends or takes. */
const INTERNAL: readonly string[] = [
  'inboundMessage',
  'deliveryReceipt',
  'followUp',
  'awsSmsEvent',
  'awsSmsInbound',
  'relayRecord',
  'unverifiedMessage',
  'trackClaims',
  'deviceClaims',
  'hubClaims',
  'operatorClaims',
  'tokenKeys',
  'twilioAdminSecret',
  'twilioSenderSecret',
  'carrierSettings',
  'telnyxEvent',
  'telnyxSecret',
  'companyFile',
] satisfies SchemaName[];

/** The OpenAPI 3.1 document. */
export const openApi = (): object => {
  const paths: Record<string, Record<string, object>> = {};
  for (const operation of operations) {
    const item = paths[operation.path] ?? { options: preflight(operation.path) };
    item[operation.method] = operationObject(operation);
    paths[operation.path] = item;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'QDN Relay',
      version: '0.1.0',
      license: { name: 'MIT', identifier: 'MIT' },
      description:
        'SMS relay and live trailer tracking for small hauling fleets. Errors are RFC 9457 problem details; each `type` is described in docs/problems.',
    },
    servers: [{ url: 'http://localhost:8080', description: 'npm start' }],
    paths,
    components: {
      securitySchemes,
      schemas: Object.fromEntries(Object.entries(schemas).filter(([name]) => !INTERNAL.includes(name))),
    },
  };
};
