import { MEDIA_TOKEN_PATTERN, NAME_PATTERN } from './patterns.ts';
import * as schemas from './schemas.ts';

type Operation = {
  method: 'get' | 'post' | 'patch' | 'delete' | 'options';
  path: string;
  id: string;
  summary: string;
  description?: string;
  security: Array<'trackingToken' | 'deviceToken' | 'operatorToken' | 'twilioSignature'>;
  query?: Record<string, { description: string; schema: object }>;
  body?: Record<string, { schema: string; example?: object }>;
  answers: Record<number, { description: string; schema?: keyof typeof schemas; type?: string; headers?: string[] }>;
  problems: number[];
};

const jobPath = '/api/jobs/{job_id}';
const locationExample = {
  lat: 30.2672,
  lon: -97.7431,
  at: '2026-11-23T15:04:05Z',
  accuracyM: 8,
  speedMps: 12.5,
  headingDeg: 270,
};

/** Every route of the HTTP API, by hand: what a caller may send and what comes back. */
export const operations: Operation[] = [
  {
    method: 'post',
    path: `${jobPath}/messages`,
    id: 'receiveMessage',
    summary: 'Receives an SMS from Twilio',
    description:
      'Twilio’s inbound-message webhook. `job_id` is `inbound` when one number serves all jobs. Answered with empty TwiML once the message is safely in SQS, with 503 when it is not, so that Twilio tries again. What Twilio has signed is not refused for its content: a form that is not as documented is relayed as far as it can be read.',
    security: ['twilioSignature'],
    body: { 'application/x-www-form-urlencoded': { schema: 'twilioInbound' } },
    answers: { 200: { description: 'Empty TwiML', type: 'text/xml' } },
    problems: [403, 413, 503],
  },
  {
    method: 'post',
    path: '/api/fallback/jobs/{job_id}/messages',
    id: 'receiveFallback',
    summary: 'Receives an SMS from Twilio while the other path does not answer',
    description:
      'Twilio’s fallback URL. Needs neither the secrets nor a database: only size and shape are checked here, and the signature before the message gets any further. Answered with empty TwiML once the message is safely in SQS, with 503 when it is not.',
    security: ['twilioSignature'],
    body: { 'application/x-www-form-urlencoded': { schema: 'twilioInbound' } },
    answers: { 200: { description: 'Empty TwiML', type: 'text/xml' } },
    problems: [403, 413, 503],
  },
  {
    method: 'post',
    path: '/api/messages/{effect_id}/status',
    id: 'recordDelivery',
    summary: 'Receives a delivery receipt from Twilio',
    description:
      'Twilio’s status callback. Answered once the receipt is safely in SQS; 503 when it is not. One that is about no effect of the relay is answered 204 too, since it would not get better by being repeated.',
    security: ['twilioSignature'],
    body: { 'application/x-www-form-urlencoded': { schema: 'twilioStatus' } },
    answers: { 204: { description: 'SQS holds it, or there was nothing in it to hold' } },
    problems: [403, 413, 503],
  },
  {
    method: 'get',
    path: '/api/media/{token}',
    id: 'getMedia',
    summary: 'Shows a picture that a customer has sent',
    description:
      'The link that stands for a picture in a relayed text. The token names one picture and ends after 30 days. Answered with the address at Twilio’s CDN where the picture is to be had for the next hours, without credentials.',
    security: [],
    answers: { 302: { description: 'Where the picture is', headers: ['Location', 'Cache-Control'] } },
    problems: [401, 404, 503],
  },
  {
    method: 'get',
    path: `${jobPath}/location`,
    id: 'getLocation',
    summary: 'Position with its age, ETA as a range with its reason, status, trailer count',
    security: ['trackingToken', 'operatorToken'],
    answers: {
      200: { description: 'What the tracking page shows', schema: 'jobLocation', headers: ['Cache-Control', 'Age'] },
    },
    problems: [401, 403, 404, 503],
  },
  {
    method: 'post',
    path: `${jobPath}/location`,
    id: 'reportLocation',
    summary: 'Reports one fix, or a batch of up to 500',
    security: ['deviceToken', 'operatorToken'],
    body: { 'application/json': { schema: 'reportLocation', example: locationExample } },
    answers: { 200: { description: 'How many were stored, and why others were not', schema: 'reportReceipt' } },
    problems: [400, 401, 403, 404, 413, 415, 422, 503],
  },
  ...(['get', 'post'] as const).map(
    (method): Operation => ({
      method,
      path: '/api/trailers/{trailer_id}/location',
      id: `${method}TrailerLocation`,
      summary: 'Reports a position as Traccar Client and OwnTracks send it',
      description:
        'Resolved to the trailer’s active job. The device token is a bearer token, the password of Basic authentication, the query parameter `token`, or stands in the path in place of the trailer for clients that can only be given a URL. An unusable point is answered 200 and counted, since these clients hold their queue on anything else.',
      security: ['deviceToken'],
      query: {
        lat: { description: 'Degrees', schema: { type: 'number' } },
        lon: { description: 'Degrees', schema: { type: 'number' } },
        timestamp: { description: 'Seconds or milliseconds since 1970, or RFC 3339', schema: { type: 'string' } },
        speed: { description: 'Knots', schema: { type: 'number' } },
        bearing: { description: 'Degrees clockwise from north', schema: { type: 'number' } },
        accuracy: { description: 'Metres', schema: { type: 'number' } },
        batt: { description: 'Percent', schema: { type: 'number' } },
        charge: { description: 'Whether the device is being charged', schema: { type: 'boolean' } },
        token: { description: 'Device token, for clients that cannot send a header', schema: { type: 'string' } },
      },
      ...(method === 'post'
        ? {
            body: {
              'application/json': { schema: 'object' },
              'application/x-www-form-urlencoded': { schema: 'object' },
            },
          }
        : {}),
      answers: { 200: { description: '`[]`', type: 'application/json' } },
      problems: [401, 403, 413, 503],
    }),
  ),
  {
    method: 'get',
    path: '/api/trailers/{trailer_id}',
    id: 'getTrailer',
    summary: 'Whether a trailer’s tracker works: its last fix, and what of today’s does not count and why',
    security: ['operatorToken'],
    answers: { 200: { description: 'The trailer today', schema: 'trailerState' } },
    problems: [401, 422, 503],
  },
  {
    method: 'get',
    path: jobPath,
    id: 'getJob',
    summary: 'Full state of a job with its messages; masked for a tracking token',
    security: ['trackingToken', 'operatorToken'],
    answers: { 200: { description: 'The job', schema: 'jobState', headers: ['Cache-Control', 'Age'] } },
    problems: [401, 403, 404, 503],
  },
  {
    method: 'post',
    path: '/api/jobs',
    id: 'createJob',
    summary: 'Creates a job',
    security: ['operatorToken'],
    body: { 'application/json': { schema: 'createJob' } },
    answers: { 201: { description: 'The new job', schema: 'jobState', headers: ['Location'] } },
    problems: [400, 401, 403, 409, 413, 415, 422, 503],
  },
  {
    method: 'get',
    path: '/api/jobs',
    id: 'listJobs',
    summary: 'Lists jobs by status, newest change first',
    security: ['operatorToken'],
    query: {
      status: { description: 'All active statuses when left out', schema: schemas.jobState.properties.status },
      after: { description: '`next` of the page before', schema: { type: 'string' } },
    },
    answers: { 200: { description: 'One page', schema: 'jobList' } },
    problems: [401, 403, 422, 503],
  },
  {
    method: 'get',
    path: '/api/attention',
    id: 'getAttention',
    summary: 'What waits for the operator: unknown, unanswered and unmatched messages',
    security: ['operatorToken'],
    answers: { 200: { description: 'All of it; empty lists when nothing waits', schema: 'attention' } },
    problems: [401, 403, 503],
  },
  {
    method: 'patch',
    path: jobPath,
    id: 'updateJob',
    summary: 'Assigns trailers, changes status, contacts or schedule',
    security: ['operatorToken'],
    body: { 'application/json': { schema: 'patchJob', example: { status: 'in_transit', trailers: ['T1'] } } },
    answers: { 200: { description: 'The job as it is now', schema: 'jobState' } },
    problems: [400, 401, 403, 404, 409, 413, 415, 422, 503],
  },
  {
    method: 'post',
    path: `${jobPath}/tracking-links`,
    id: 'createTrackingLink',
    summary: 'Mints a tracking link',
    security: ['operatorToken'],
    body: { 'application/json': { schema: 'createTrackingLink', example: { expiresInHours: 72 } } },
    answers: { 201: { description: 'The link', schema: 'trackingLink' } },
    problems: [400, 401, 403, 404, 413, 415, 422, 503],
  },
  {
    method: 'delete',
    path: `${jobPath}/tracking-links/{link_id}`,
    id: 'revokeTrackingLink',
    summary: 'Revokes a tracking link',
    security: ['operatorToken'],
    answers: { 204: { description: 'The link is dead, at the edge too' } },
    problems: [401, 403, 404, 409, 422, 503],
  },
];

const parameters: Record<string, object> = {
  job_id: {
    description: 'A job ID such as `QDN-1042`, or a tracking token that stands for it',
    schema: { type: 'string' },
  },
  trailer_id: { description: 'The trailer', schema: { type: 'string', pattern: NAME_PATTERN } },
  effect_id: { description: 'The relay effect the receipt is about', schema: { type: 'string' } },
  token: { description: 'Stands for one picture', schema: { type: 'string', pattern: MEDIA_TOKEN_PATTERN } },
  link_id: { description: 'The link’s ID, `jti` of its token', schema: schemas.trackingLink.properties.linkId },
};

const problemTitles: Record<number, string> = {
  400: 'Bad JSON',
  401: 'Missing, wrong, expired or revoked token',
  403: 'Not for this caller, or a wrong signature',
  404: 'No such job or picture',
  409: 'Exists already, or changed meanwhile',
  413: 'Body over 64 KB',
  415: 'Unknown content type',
  422: 'Does not follow the schema',
  503: 'Try again',
};

/** The stage's limit of each route (services/tracking-site/resources/http-api.yml). No function sees such a request. */
const tooFast = {
  429: {
    description: 'Too many at once, or in a second: API Gateway’s own answer. Come again after a moment',
    content: { 'application/json': { schema: { type: 'object', properties: { message: { type: 'string' } } } } },
  },
};

const schemaRef = (name: string) => (name === 'object' ? { type: 'object' } : { $ref: `#/components/schemas/${name}` });

const operationObject = (operation: Operation): object => {
  const inPath = [...operation.path.matchAll(/\{(\w+)\}/g)].map((match) => String(match[1]));
  return {
    operationId: operation.id,
    summary: operation.summary,
    ...(operation.description ? { description: operation.description } : {}),
    security: operation.security.map((scheme) => ({ [scheme]: [] })),
    parameters: [
      ...inPath.map((name) => ({ name, in: 'path', required: true, ...parameters[name] })),
      ...Object.entries(operation.query ?? {}).map(([name, rest]) => ({ name, in: 'query', required: false, ...rest })),
    ],
    ...(operation.body
      ? {
          requestBody: {
            required: true,
            content: Object.fromEntries(
              Object.entries(operation.body).map(([type, { schema, example }]) => [
                type,
                { schema: schemaRef(schema), ...(example ? { example } : {}) },
              ]),
            ),
          },
        }
      : {}),
    responses: {
      ...Object.fromEntries(
        Object.entries(operation.answers).map(([status, answer]) => [
          status,
          {
            description: answer.description,
            ...(answer.headers
              ? { headers: Object.fromEntries(answer.headers.map((name) => [name, { schema: { type: 'string' } }])) }
              : {}),
            ...(answer.schema
              ? { content: { 'application/json': { schema: schemaRef(answer.schema) } } }
              : answer.type
                ? { content: { [answer.type]: { schema: {} } } }
                : {}),
          },
        ]),
      ),
      ...Object.fromEntries(
        operation.problems.map((status) => [
          status,
          {
            description: problemTitles[status],
            ...(status === 503 ? { headers: { 'Retry-After': { schema: { type: 'string' } } } } : {}),
            content: { 'application/problem+json': { schema: schemaRef('problem') } },
          },
        ]),
      ),
      ...tooFast,
    },
  };
};

/** Answered whatever stands in the path: nothing of it is looked at. */
const preflight = (path: string) => ({
  operationId: `preflight${path.replace(/\W+(\w)/g, (_, letter: string) => letter.toUpperCase()).replace(/\W/g, '')}`,
  summary: 'CORS preflight, answered before authentication',
  security: [],
  parameters: [...path.matchAll(/\{(\w+)\}/g)].map((match) => ({
    name: String(match[1]),
    in: 'path',
    required: true,
    schema: { type: 'string' },
  })),
  responses: { 204: { description: 'Allowed methods and headers' }, ...tooFast },
});

const internal = [
  'inboundMessage',
  'deliveryReceipt',
  'followUp',
  'awsSmsEvent',
  'awsSmsInbound',
  'relayRecord',
  'unverifiedMessage',
  'trackClaims',
  'deviceClaims',
  'operatorClaims',
  'tokenKeys',
  'twilioAdminSecret',
  'twilioSenderSecret',
  'secondCarrier',
  'companyFile',
];

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
      securitySchemes: {
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
        operatorToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'Audience `operator`' },
        twilioSignature: { type: 'apiKey', in: 'header', name: 'X-Twilio-Signature' },
      },
      schemas: Object.fromEntries(Object.entries(schemas).filter(([name]) => !internal.includes(name))),
    },
  };
};
