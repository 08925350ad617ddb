/*
 * Every route of the HTTP API, once. From here come the OpenAPI document (src/openapi.ts), the functions and `httpApi` events of each
 * serverless.yml and the start of each function's role (config/routes.cjs), and the options of the handlers (packages/lambda).
 *
 * A new route is an entry here and a folder src/functions/<function> in its service. What the function may reach besides the secret
 * that authentication needs goes into resources/roles.cjs of the service.
 *
 * One constant per route: a function's bundle holds its own routes only. So this module imports nothing but types, and its constants have
 * no template, computed key or spread, which bundlers would keep.
 */
import type { Route } from './route.ts';

const JOB = '/api/jobs/{job_id}';
const TRAILER = '/api/trailers/{trailer_id}';
const CONVERSATION = '/api/conversations/{conversation_id}';
const OPERATOR = { by: 'token', audiences: ['operator'] } as const;
const EMPTY_TWIML = { description: 'Empty TwiML', type: 'text/xml' } as const;

export const receiveMessage = {
  service: 'sms-relay',
  function: 'receive-message',
  method: 'post',
  path: '/api/jobs/{job_id}/messages',
  authentication: { by: 'signature', carrier: 'twilio', checked: 'on-arrival' },
  // No schema is checked: a message that Twilio has signed is relayed even when its form is not as documented.
  body: { as: 'raw', documented: { 'application/x-www-form-urlencoded': 'twilioInbound' } },
  cache: 'none',
  summary: 'Receives an SMS from Twilio',
  description:
    'Twilio’s inbound-message webhook. `job_id` is `inbound` when one number serves all jobs. Returns empty TwiML once the message is safely in SQS. Returns 503 otherwise, and Twilio tries again. A signed message is never refused for its content: a form that is not as documented is relayed as far as it can be read.',
  answers: { 200: EMPTY_TWIML },
  refuses: [403],
} as const satisfies Route;

export const receiveFallback = {
  service: 'sms-relay',
  function: 'receive-fallback',
  method: 'post',
  path: `/api/fallback/jobs/{job_id}/messages`,
  authentication: { by: 'signature', carrier: 'twilio', checked: 'later' },
  body: { as: 'raw', documented: { 'application/x-www-form-urlencoded': 'twilioInbound' } },
  cache: 'none',
  summary: 'Receives an SMS from Twilio when the first webhook fails',
  description:
    'Twilio’s fallback URL. It needs no secret and no database: it checks only size and shape. The signature is checked before the message is relayed. Returns empty TwiML once the message is safely in SQS, and 503 otherwise.',
  answers: { 200: EMPTY_TWIML },
  refuses: [403],
} as const satisfies Route;

export const recordDelivery = {
  service: 'sms-relay',
  function: 'record-delivery',
  method: 'post',
  path: '/api/messages/{message_id}/status',
  authentication: { by: 'signature', carrier: 'twilio', checked: 'on-arrival' },
  body: { as: 'raw', documented: { 'application/x-www-form-urlencoded': 'twilioStatus' } },
  cache: 'none',
  summary: 'Receives a delivery receipt from Twilio',
  description:
    'Twilio’s status callback. Returns 204 once the receipt is safely in SQS, and 503 otherwise. A receipt that matches no outbound message is answered with 204 too, because sending it again would not help.',
  answers: { 204: { description: 'The receipt is in SQS, or it had no content to keep' } },
  refuses: [403],
} as const satisfies Route;

export const receiveCarrierWebhook = {
  service: 'sms-relay',
  function: 'receive-carrier-webhook',
  method: 'post',
  path: '/api/carriers/{carrier}/webhook',
  authentication: { by: 'signature', carrier: 'any', checked: 'on-arrival' },
  // Each carrier has a form of its own; its adapter reads it.
  body: { as: 'raw', documented: { 'application/json': 'object' } },
  cache: 'none',
  summary: 'Receives messages and delivery receipts from a carrier other than Twilio',
  description:
    'The webhook of every carrier in the company file that signs its webhooks. Returns 204 once the record is safely in SQS, and 503 otherwise. Events that say nothing to the relay are answered with 204 too.',
  answers: { 204: { description: 'The record is in SQS, or it had no content to keep' } },
  refuses: [403],
} as const satisfies Route;

export const receiveCall = {
  service: 'sms-relay',
  function: 'receive-call',
  method: 'post',
  path: '/api/calls/{call_step}',
  authentication: { by: 'signature', carrier: 'twilio', checked: 'on-arrival' },
  body: { as: 'raw', documented: { 'application/x-www-form-urlencoded': 'twilioCall' } },
  cache: 'none',
  summary: 'Says how a call goes on, and notes missed calls',
  description:
    'Twilio’s voice webhook and the further steps of a call: `incoming` rings the contacts on call, `dialed` the next one, `screen` and `accepted` keep voicemail from taking it, `ended` notes a missed call; `bridge`, `connect`, `connected`, `refused` and `placed` belong to a call that a dispatcher asked for. Returns TwiML, or 503 and Twilio calls the fallback.',
  query: {
    after: { description: 'The contact who was rung last', type: 'string' },
    about: { description: 'The caller’s job, else the end of the number', type: 'string' },
    message: { description: 'The message in which a dispatcher asked for the call', type: 'string' },
  },
  answers: { 200: { description: 'TwiML', type: 'text/xml' } },
  refuses: [403, 422],
} as const satisfies Route;

export const refuseCall = {
  service: 'sms-relay',
  function: 'receive-fallback',
  method: 'post',
  path: '/api/fallback/calls',
  authentication: { by: 'signature', carrier: 'twilio', checked: 'later' },
  body: { as: 'raw', documented: { 'application/x-www-form-urlencoded': 'twilioCall' } },
  cache: 'none',
  summary: 'Ends a call when the voice webhook fails',
  description:
    'Twilio’s fallback URL for calls. It needs nothing and answers everyone the same: the caller hears a busy line. Twilio then reports the end of the call, which makes it a missed one.',
  answers: { 200: { description: 'TwiML that rejects the call', type: 'text/xml' } },
  refuses: [],
} as const satisfies Route;

export const getMedia = {
  service: 'sms-relay',
  function: 'get-media',
  method: 'get',
  path: '/api/media/{token}',
  authentication: { by: 'link' },
  body: { as: 'none' },
  cache: 'private',
  summary: 'Shows a picture that a customer sent, or all the words of a text that was cut',
  description:
    'The link in a relayed message. The token is valid for one picture, or for the words, and for 30 days. A picture redirects to Twilio’s CDN, where it can be loaded without credentials for the next few hours.',
  answers: {
    200: { description: 'The words, as a page', type: 'text/html', headers: ['Cache-Control'] },
    302: { description: 'Address of the picture', headers: ['Location', 'Cache-Control'] },
  },
  refuses: [404],
} as const satisfies Route;

export const getLocation = {
  service: 'job-api',
  function: 'get-location',
  method: 'get',
  path: '/api/jobs/{job_id}/location',
  authentication: { by: 'token', audiences: ['track', 'operator'] },
  body: { as: 'none' },
  cache: 'shared',
  summary: 'Returns position, arrival range, status and trailer count of a job',
  description: 'The position comes with its age, the arrival range with its reason. The tracking page polls this.',
  answers: {
    200: { description: 'Content of the tracking page', schema: 'jobLocation', headers: ['Cache-Control', 'Age'] },
  },
  refuses: [403, 404],
} as const satisfies Route;

export const reportLocation = {
  service: 'telemetry-ingest',
  function: 'report-location',
  method: 'post',
  path: '/api/jobs/{job_id}/location',
  authentication: { by: 'token', audiences: ['device', 'operator'] },
  body: {
    as: 'json',
    schema: 'reportLocation',
    example: {
      lat: 30.2672,
      lon: -97.7431,
      at: '2026-11-23T15:04:05Z',
      accuracyM: 8,
      speedMps: 12.5,
      headingDeg: 270,
    },
  },
  cache: 'none',
  summary: 'Reports one fix, or a batch of up to 500',
  answers: {
    200: { description: 'Number of stored fixes, and the reasons for the others', schema: 'reportReceipt' },
  },
  refuses: [403, 404],
} as const satisfies Route;

/** Maximum size of a tracker's batch: a thousand positions of Overland, which sends them all again until they are accepted. */
const MAX_BATCH_BYTES = 512 * 1024;

const reportTrailerLocation = {
  service: 'telemetry-ingest',
  function: 'report-trailer-location',
  path: '/api/trailers/{trailer_id}/location',
  authentication: { by: 'token', audiences: ['device', 'hub'], alsoInUrl: true },
  cache: 'none',
  summary: 'Reports a position as Traccar Client and OwnTracks send it',
  description:
    'The fix goes to the trailer’s active job. The device token is a bearer token, the password of Basic authentication, the query parameter `token`, or the path segment in place of the trailer, for clients that only take a URL. A point that cannot be used is counted and answered with 200, because these clients keep their queue on any other answer.',
  query: {
    lat: { description: 'Degrees', type: 'number' },
    lon: { description: 'Degrees', type: 'number' },
    timestamp: { description: 'Seconds or milliseconds since 1970, or RFC 3339', type: 'string' },
    speed: { description: 'Knots', type: 'number' },
    bearing: { description: 'Degrees clockwise from north', type: 'number' },
    accuracy: { description: 'Metres', type: 'number' },
    batt: { description: 'Battery of the device, percent', type: 'number' },
    charge: { description: 'The device is charging', type: 'boolean' },
    token: { description: 'Device token, for clients that cannot send a header', type: 'string' },
  },
  answers: { 200: { description: '`[]`', type: 'application/json' } },
  refuses: [403],
} as const;

/**
 * Returns a route of trackers. Its calls are marked as pure, so that bundlers leave unused ones out: an object with a spread or a computed
 * key stays in every bundle.
 */
const trackersRoute = <const Changes extends object>(
  changes: Changes,
): Omit<typeof reportTrailerLocation, keyof Changes> & Changes => ({ ...reportTrailerLocation, ...changes });

export const getTrailerLocation = /* @__PURE__ */ trackersRoute({
  method: 'get',
  body: { as: 'raw', maxBytes: MAX_BATCH_BYTES },
}) satisfies Route;

export const postTrailerLocation = /* @__PURE__ */ trackersRoute({
  method: 'post',
  body: {
    as: 'raw',
    documented: { 'application/json': 'object', 'application/x-www-form-urlencoded': 'object' },
    maxBytes: MAX_BATCH_BYTES,
  },
}) satisfies Route;

/** Scripts and home automations put a position as they post it. */
export const putTrailerLocation = /* @__PURE__ */ trackersRoute({
  method: 'put',
  body: {
    as: 'raw',
    documented: { 'application/json': 'object', 'application/x-www-form-urlencoded': 'object' },
    maxBytes: MAX_BATCH_BYTES,
  },
}) satisfies Route;

/** Checks of the address by apps, uptime monitors and link previews. HEAD is safe (RFC 9110, 9.2.1): nothing in it is stored. */
export const headTrailerLocation = /* @__PURE__ */ trackersRoute({
  method: 'head',
  body: { as: 'none' },
  summary: 'Checks the address and the token of a tracker',
  description: 'Stores nothing, and does not count as a report.',
  query: {},
  answers: { 200: { description: 'The token is valid' } },
}) satisfies Route;

export const listTrailers = {
  service: 'job-api',
  function: 'list-trailers',
  method: 'get',
  path: '/api/trailers',
  authentication: OPERATOR,
  body: { as: 'none' },
  cache: 'private',
  summary: 'Lists the trailers of the company and those that have reported',
  description:
    'With or without a job, in the order of their IDs: last place and time, motion, job, battery, ignored points.',
  query: { after: { description: '`next` of the page before', type: 'string' } },
  answers: { 200: { description: 'One page', schema: 'trailerList' } },
  refuses: [403, 422],
} as const satisfies Route;

export const findPlaces = {
  service: 'job-api',
  function: 'find-places',
  method: 'get',
  path: '/api/places',
  authentication: OPERATOR,
  body: { as: 'none' },
  cache: 'private',
  summary: 'Finds the place that a text means',
  description:
    'An address, a corner, coordinates, a link of a map, a plus code, or the name of a saved place. Saved places and those of recent jobs come before the geocoder’s. An answer is `found` only when it is what was typed, in the company’s area; otherwise it is a question with the places to choose from.',
  query: {
    text: { description: 'The place as it was typed', type: 'place', isRequired: true },
    customer: { description: 'The customer’s number (E.164), for “same as last time”', type: 'phone' },
  },
  answers: { 200: { description: 'The place, or a question about it', schema: 'placeAnswer' } },
  refuses: [403, 422],
} as const satisfies Route;

export const getTrailer = {
  service: 'job-api',
  function: 'get-trailer',
  method: 'get',
  path: TRAILER,
  authentication: OPERATOR,
  body: { as: 'none' },
  cache: 'private',
  summary: 'Returns the state of a trailer’s tracker',
  description: 'Its last fix, and the fixes of today that do not count, with the reason.',
  answers: { 200: { description: 'The trailer today', schema: 'trailerState' } },
  refuses: [422],
} as const satisfies Route;

export const getTrack = {
  service: 'job-api',
  function: 'get-track',
  method: 'get',
  path: '/api/trailers/{trailer_id}/track',
  authentication: OPERATOR,
  body: { as: 'none' },
  cache: 'private',
  summary: 'Returns a trailer’s track: its way, halts and trips with their times and metres',
  description:
    'One page is the part of one local day. Fixes are kept for seven days; older days are there when the company keeps thinned days.',
  query: {
    from: { description: 'RFC 3339 with offset. The begin of today when left out', type: 'dateTime' },
    to: { description: 'RFC 3339 with offset; at most 32 days after `from`. Now when left out', type: 'dateTime' },
    thinned: { description: '`false` returns every point of the way', type: 'boolean' },
  },
  answers: { 200: { description: 'One page', schema: 'trailerTrack' } },
  refuses: [422],
} as const satisfies Route;

export const listVisits = {
  service: 'job-api',
  function: 'list-visits',
  method: 'get',
  path: '/api/visits',
  authentication: OPERATOR,
  body: { as: 'none' },
  cache: 'private',
  summary: 'Lists visits of trailers at stops: arrival, departure, and the origin of each time',
  description:
    'A page may be empty before the last one. Undone changes are left out. `./qdn report` makes a table of it.',
  query: {
    from: { description: 'RFC 3339 with offset. The begin of today when left out', type: 'dateTime' },
    to: { description: 'RFC 3339 with offset. Now when left out', type: 'dateTime' },
    after: { description: '`next` of the page before', type: 'string' },
  },
  answers: { 200: { description: 'One page', schema: 'visitList' } },
  refuses: [422],
} as const satisfies Route;

export const getJob = {
  service: 'job-api',
  function: 'get-job',
  method: 'get',
  path: JOB,
  authentication: { by: 'token', audiences: ['track', 'operator'] },
  body: { as: 'none' },
  cache: 'shared',
  summary: 'Returns the full state of a job with its newest messages; masked for a tracking token',
  query: { after: { description: '`olderMessages` of the page before', type: 'string' } },
  answers: { 200: { description: 'The job', schema: 'jobState', headers: ['Cache-Control', 'Age'] } },
  refuses: [403, 404, 422],
} as const satisfies Route;

export const createJob = {
  service: 'job-api',
  function: 'create-job',
  method: 'post',
  path: '/api/jobs',
  authentication: OPERATOR,
  body: { as: 'json', schema: 'createJob' },
  cache: 'private',
  summary: 'Creates a job',
  answers: { 201: { description: 'The new job', schema: 'jobState', headers: ['Location'] } },
  refuses: [403, 409],
} as const satisfies Route;

export const listJobs = {
  service: 'job-api',
  function: 'list-jobs',
  method: 'get',
  path: '/api/jobs',
  authentication: OPERATOR,
  body: { as: 'none' },
  cache: 'private',
  summary: 'Lists jobs by status, newest change first',
  query: {
    status: { description: 'All active statuses when left out', type: 'jobStatus' },
    after: { description: '`next` of the page before', type: 'string' },
  },
  answers: { 200: { description: 'One page', schema: 'jobList' } },
  refuses: [403, 422],
} as const satisfies Route;

export const getAttention = {
  service: 'job-api',
  function: 'get-attention',
  method: 'get',
  path: '/api/attention',
  authentication: OPERATOR,
  body: { as: 'none' },
  cache: 'private',
  summary: 'Lists items that need the operator’s attention',
  description:
    'Outbound messages with an unknown outcome, unanswered messages, unmatched messages, and jobs that ended by themselves, which can be undone.',
  answers: { 200: { description: 'All items; empty lists when there are none', schema: 'attention' } },
  refuses: [403],
} as const satisfies Route;

export const listConversations = {
  service: 'job-api',
  function: 'list-conversations',
  method: 'get',
  path: '/api/conversations',
  authentication: OPERATOR,
  body: { as: 'none' },
  cache: 'private',
  summary: 'Lists open conversations: those that wait for an answer, longest first, then the others',
  description:
    'A conversation is everything that the company and one person say to each other, over all jobs and channels. Numbers are masked.',
  query: { after: { description: '`next` of the page before', type: 'string' } },
  answers: { 200: { description: 'One page', schema: 'conversationList' } },
  refuses: [403, 422],
} as const satisfies Route;

export const getConversation = {
  service: 'job-api',
  function: 'get-conversation',
  method: 'get',
  path: CONVERSATION,
  authentication: OPERATOR,
  body: { as: 'none' },
  cache: 'private',
  summary: 'Returns a conversation with its texts, newest first',
  description:
    '`conversation_id` is an `id` of the list, or the ID of a job: then it is the conversation with its customer.',
  query: { after: { description: '`next` of the page before: older texts', type: 'string' } },
  answers: { 200: { description: 'The conversation, with a page of its texts', schema: 'conversationState' } },
  refuses: [403, 404, 422],
} as const satisfies Route;

export const changeConversation = {
  service: 'job-api',
  function: 'change-conversation',
  method: 'post',
  path: CONVERSATION,
  authentication: OPERATOR,
  body: { as: 'json', schema: 'conversationCommand', example: { command: 'claim', by: 'dana' } },
  cache: 'private',
  summary: 'Claims, releases, closes or unlinks a conversation, or adds a note for colleagues',
  description:
    'A claim releases itself after four hours. Closing marks what waits as answered: no one else is texted because of it. A note is kept with the conversation and is texted to no one: `@team` from a dispatcher’s phone texts the colleagues. `unlink`: the number is not another phone of a customer any more. Repeating a command changes nothing more.',
  answers: { 200: { description: 'The conversation after the command', schema: 'listedConversation' } },
  refuses: [403, 404, 409],
} as const satisfies Route;

export const findConsents = {
  service: 'job-api',
  function: 'find-consents',
  method: 'post',
  path: '/api/consents/find',
  authentication: OPERATOR,
  body: { as: 'json', schema: 'consentQuestion', example: { phone: '+15125550111' } },
  cache: 'private',
  summary: 'Returns whether a number gets texts, with the history; without a number, those that opted out last',
  description:
    'The number is in the body, because URLs are logged. A number without an entry gets texts. Of several entries the newest counts.',
  answers: { 200: { description: 'The entries, newest first', schema: 'consentList' } },
  refuses: [403],
} as const satisfies Route;

export const setConsent = {
  service: 'job-api',
  function: 'set-consent',
  method: 'put',
  path: '/api/consents',
  authentication: OPERATOR,
  body: {
    as: 'json',
    schema: 'consentChange',
    example: { phone: '+15125550111', isStopped: true, why: 'asked by phone' },
  },
  cache: 'private',
  summary: 'Sets whether a number gets texts',
  description:
    'The change goes through the relay’s queue, so it is in effect a moment later, and the compliance log has the reason and the operator. A person who has texted STOP gets texts again only after START: the carrier refuses them until then.',
  answers: { 202: { description: 'The change is in the queue', schema: 'consent' } },
  refuses: [403],
} as const satisfies Route;

export const updateJob = {
  service: 'job-api',
  function: 'update-job',
  method: 'patch',
  path: JOB,
  authentication: OPERATOR,
  body: { as: 'json', schema: 'patchJob', example: { status: 'in_transit', trailers: ['T1'] } },
  cache: 'private',
  summary: 'Assigns trailers, changes status, contacts or schedule; takes back the last automatic change',
  answers: { 200: { description: 'The job after the change', schema: 'jobState' } },
  refuses: [403, 404, 409],
} as const satisfies Route;

export const createTrackingLink = {
  service: 'job-api',
  function: 'create-tracking-link',
  method: 'post',
  path: '/api/jobs/{job_id}/tracking-links',
  authentication: OPERATOR,
  body: { as: 'json', schema: 'createTrackingLink', example: { expiresInHours: 72 } },
  cache: 'private',
  summary: 'Creates a tracking link',
  answers: { 201: { description: 'The link', schema: 'trackingLink' } },
  refuses: [403, 404],
} as const satisfies Route;

export const revokeTrackingLink = {
  service: 'job-api',
  function: 'revoke-tracking-link',
  method: 'delete',
  path: '/api/jobs/{job_id}/tracking-links/{link_id}',
  authentication: OPERATOR,
  body: { as: 'none' },
  cache: 'none',
  summary: 'Revokes a tracking link',
  answers: { 204: { description: 'The link is revoked, at the edge too' } },
  refuses: [403, 404, 409, 422],
} as const satisfies Route;
