import { globSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import * as routes from '@qdn/contracts/routes';
import { DEFAULT_POLICY } from '@qdn/domain';
import { changeConversation } from '@qdn/job-api/functions/change-conversation';
import { createJob } from '@qdn/job-api/functions/create-job';
import { createTrackingLink } from '@qdn/job-api/functions/create-tracking-link';
import { findConsents } from '@qdn/job-api/functions/find-consents';
import { findPlaces } from '@qdn/job-api/functions/find-places';
import { getAttention } from '@qdn/job-api/functions/get-attention';
import { getConversation } from '@qdn/job-api/functions/get-conversation';
import { getJob } from '@qdn/job-api/functions/get-job';
import { getLocation } from '@qdn/job-api/functions/get-location';
import { getTrack } from '@qdn/job-api/functions/get-track';
import { getTrailer } from '@qdn/job-api/functions/get-trailer';
import { listConversations } from '@qdn/job-api/functions/list-conversations';
import { listJobs } from '@qdn/job-api/functions/list-jobs';
import { listTrailers } from '@qdn/job-api/functions/list-trailers';
import { listVisits } from '@qdn/job-api/functions/list-visits';
import { revokeTrackingLink } from '@qdn/job-api/functions/revoke-tracking-link';
import { setConsent } from '@qdn/job-api/functions/set-consent';
import { updateJob } from '@qdn/job-api/functions/update-job';
import { aService as jobApi, NOW } from '@qdn/job-api/testing';
import { type ApiFunction, type Audience, createKeyring, edgeProofOf, MAX_BODY_BYTES } from '@qdn/lambda';
import {
  apiEvent,
  craftToken,
  type EventParts,
  hostileTokens,
  lambdaContext,
  newTokenKeys,
  recordingLogger,
} from '@qdn/lambda/testing';
import { getMedia } from '@qdn/sms-relay/functions/get-media';
import { receiveCall } from '@qdn/sms-relay/functions/receive-call';
import { receiveCarrierWebhook } from '@qdn/sms-relay/functions/receive-carrier-webhook';
import { receiveFallback } from '@qdn/sms-relay/functions/receive-fallback';
import { receiveMessage } from '@qdn/sms-relay/functions/receive-message';
import { recordDelivery } from '@qdn/sms-relay/functions/record-delivery';
import { reportLocation } from '@qdn/telemetry-ingest/functions/report-location';
import { reportTrailerLocation } from '@qdn/telemetry-ingest/functions/report-trailer-location';
import { aService as telemetry } from '@qdn/telemetry-ingest/testing';
import { runs } from '@qdn/test-support/runs';
import fc from 'fast-check';

/*
 * Sends every function that the internet can reach what it must refuse: forged tokens, oversize bodies, requests of other sites.
 * Each is the real handler with its whole stack; the stores are in memory.
 */

const keys = newTokenKeys();
const keyring = async () => createKeyring(keys);
const log = recordingLogger();
const unreachable = { send: async () => Promise.reject(new Error('Nothing may come this far')) };
const api = { ...jobApi({ keyring }), revokedLinks: { add: async () => {} }, queue: unreachable };
const devices = { ...telemetry().dependencies, keyring };
const webhook = {
  queue: unreachable,
  authTokens: async () => ['12345678901234567890123456789012'],
  publicUrl: 'https://track.example',
  now: () => NOW,
  log,
};

const nothing = () => Promise.reject(new Error('Nothing may come this far'));
const calls = {
  ...webhook,
  company: {
    name: 'QuickDumpNow',
    phone: '+15125550100',
    textNumbers: [],
    timeZone: 'America/Chicago',
    jobPrefix: 'QDN',
    contacts: [],
    operator: null,
    drivers: [],
    policy: DEFAULT_POLICY,
  },
  jobOf: nothing,
  customerOf: nothing,
  plannedCall: nothing,
  swaps: nothing,
  record: nothing,
};

type Reachable = { fn: ApiFunction; method: string; path: Record<string, string>; audiences: Audience[] };
const JOB = { job_id: 'QDN-1042' };
const REACHABLE: Record<string, Reachable> = {
  'create-job': { fn: createJob(api), method: 'POST', path: {}, audiences: ['operator'] },
  'create-tracking-link': { fn: createTrackingLink(api), method: 'POST', path: JOB, audiences: ['operator'] },
  'find-places': {
    fn: findPlaces({ ...api, saved: [], geocode: null }),
    method: 'GET',
    path: {},
    audiences: ['operator'],
  },
  'get-attention': { fn: getAttention(api), method: 'GET', path: {}, audiences: ['operator'] },
  'get-job': { fn: getJob(api), method: 'GET', path: JOB, audiences: ['track', 'operator'] },
  'get-location': { fn: getLocation(api), method: 'GET', path: JOB, audiences: ['track', 'operator'] },
  'get-track': { fn: getTrack(api), method: 'GET', path: { trailer_id: 'T1' }, audiences: ['operator'] },
  'get-trailer': { fn: getTrailer(api), method: 'GET', path: { trailer_id: 'T1' }, audiences: ['operator'] },
  'list-conversations': { fn: listConversations(api), method: 'GET', path: {}, audiences: ['operator'] },
  'get-conversation': {
    fn: getConversation(api),
    method: 'GET',
    path: { conversation_id: 'QDN-1042' },
    audiences: ['operator'],
  },
  'change-conversation': {
    fn: changeConversation(api),
    method: 'POST',
    path: { conversation_id: 'QDN-1042' },
    audiences: ['operator'],
  },
  'find-consents': { fn: findConsents(api), method: 'POST', path: {}, audiences: ['operator'] },
  'set-consent': { fn: setConsent(api), method: 'PUT', path: {}, audiences: ['operator'] },
  'list-jobs': { fn: listJobs(api), method: 'GET', path: {}, audiences: ['operator'] },
  'list-visits': { fn: listVisits(api), method: 'GET', path: {}, audiences: ['operator'] },
  'list-trailers': { fn: listTrailers(api), method: 'GET', path: {}, audiences: ['operator'] },
  'revoke-tracking-link': {
    fn: revokeTrackingLink(api),
    method: 'DELETE',
    path: { ...JOB, link_id: 'abcdefgh' },
    audiences: ['operator'],
  },
  'update-job': { fn: updateJob(api), method: 'PATCH', path: JOB, audiences: ['operator'] },
  'report-location': { fn: reportLocation(devices), method: 'POST', path: JOB, audiences: ['device', 'operator'] },
  'report-trailer-location': {
    fn: reportTrailerLocation(devices),
    method: 'POST',
    path: { trailer_id: 'T1' },
    audiences: ['device'],
  },
  'get-media': {
    fn: getMedia({
      keyring,
      locate: async () => 'https://media.example/1',
      readWords: async () => null,
      now: () => NOW,
      log,
    }),
    method: 'GET',
    path: { token: 'a.b.c' },
    audiences: [],
  },
  'receive-message': { fn: receiveMessage(webhook), method: 'POST', path: { job_id: 'inbound' }, audiences: [] },
  'receive-call': { fn: receiveCall(calls), method: 'POST', path: { call_step: 'incoming' }, audiences: [] },
  'receive-fallback': { fn: receiveFallback(webhook), method: 'POST', path: { job_id: 'inbound' }, audiences: [] },
  'receive-carrier-webhook': {
    fn: receiveCarrierWebhook({ ...webhook, webhookOf: () => null }),
    method: 'POST',
    path: { carrier: 'telnyx' },
    audiences: [],
  },
  'record-delivery': { fn: recordDelivery(webhook), method: 'POST', path: { message_id: 'x' }, audiences: [] },
};
/** Statuses of a refusal: 401, 403, 404 and the like. None of them is an error of ours. */
const REFUSALS = [401, 403, 404, 413];
const names = Object.keys(REACHABLE);
const reach = (name: string): Reachable => {
  const found = REACHABLE[name];
  if (!found) throw new Error(`There is no ${name}`);
  return found;
};

const call = async ({ fn, method, path }: Reachable, parts: EventParts = {}) => {
  const {
    statusCode = 0,
    headers = {},
    body = '',
  } = await fn(apiEvent({ method, pathParameters: path, ...parts }), lambdaContext);
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
  return { status: statusCode, headers: named, body };
};

/** Returns requests with the token in each place that may carry it. */
const placesOf = (token: string, path: Record<string, string>): EventParts[] => [
  { headers: { authorization: `Bearer ${token}` } },
  { headers: { 'x-qdn-tracking-token': token, 'x-qdn-edge': 'forged' } },
  { headers: { authorization: `Basic ${Buffer.from(`t1:${token}`).toString('base64')}` } },
  { rawQuery: `token=${encodeURIComponent(token)}` },
  { pathParameters: { ...path, job_id: token, trailer_id: token, token } },
];

test('these are all the functions that have a route', () => {
  const services = fileURLToPath(new URL('../../services', import.meta.url));
  const routed = globSync('*/src/functions/*/handler.ts', { cwd: services }).filter((file) =>
    readFileSync(`${services}/${file}`, 'utf8').includes('apiHandler('),
  );
  // receive-message and receive-fallback share one.
  const webhooks = readFileSync(`${services}/sms-relay/src/twilio-webhook.ts`, 'utf8');
  expect(webhooks).toContain('apiHandler');
  const found = routed.map((file) => basename(dirname(file)));
  for (const name of found) expect(names).toContain(name);
  const withRoute = new Set(Object.values(routes).map((route) => route.function));
  expect([...withRoute].toSorted()).toEqual(names.toSorted());
});

describe('a token made by hand in the right way', () => {
  test.each(names.filter((name) => reach(name).audiences.length > 0))(
    'opens %s: so what is refused below is refused for its own fault',
    async (name) => {
      for (const audience of reach(name).audiences) {
        const token = craftToken(audience, keys, NOW);
        const headers = {
          authorization: `Bearer ${token}`,
          'x-qdn-edge': edgeProofOf(token, await keyring()) ?? '',
          'content-type': 'application/json',
        };
        expect([401, 403]).not.toContain((await call(reach(name), { headers, body: '{}' })).status);
      }
    },
  );
});

describe.each(['track', 'device', 'operator'] as const)('hostile tokens for %s', (audience) => {
  const hostile = hostileTokens(audience, keys, NOW);

  test.each(names)('open no door of %s, and are never told back', async (name) => {
    const reachable = reach(name);
    // A token that is hostile to one audience only is valid for another.
    const isForThis = (what: string) => reachable.audiences.some((other) => what === `of ${other}`);
    // Ten thousand answers: one assertion each would take longer than the calls.
    const opened: unknown[] = [];
    for (const { name: what, token } of hostile.filter((one) => !isForThis(one.name))) {
      for (const parts of placesOf(token, reachable.path)) {
        const { status, headers, body } = await call(reachable, parts);
        const contentType = headers['content-type'];
        const isToldBack = token.length > 20 && body.includes(token.slice(0, 200));
        if (!REFUSALS.includes(status) || contentType !== 'application/problem+json' || isToldBack)
          opened.push({ what, status, contentType, isToldBack });
      }
    }
    expect(opened).toEqual([]);
  });
});

describe('a body', () => {
  test.each(names)(
    'of more than 64 KB is refused by %s before anything reads it, one of 64 KB is not',
    async (name) => {
      const post = { ...reach(name), method: 'POST' };
      // A tracker that was offline sends a day at once.
      const most = name === 'report-trailer-location' ? 512 * 1024 : MAX_BODY_BYTES;
      expect((await call(post, { body: 'x'.repeat(most + 1) })).status).toBe(413);
      expect((await call(post, { body: 'x'.repeat(most) })).status).not.toBe(413);
      const packed = Buffer.alloc(most + 1).toString('base64');
      expect((await call(post, { body: packed, base64: true })).status).toBe(413);
    },
  );
});

describe('other sites', () => {
  const origins = fc.oneof(
    fc.webUrl().map((url) => new URL(url).origin),
    fc.constantFrom('null', '', '*', 'https://track.example', 'https://track.example.evil.example', 'file://'),
  );

  test('may never send the reader’s cookies or credentials along, whatever they say of themselves', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        origins,
        fc.constantFrom('OPTIONS', 'GET', 'POST', 'PATCH', 'DELETE'),
        fc.boolean(),
        async (name, origin, method, hasToken) => {
          const headers = {
            origin,
            'access-control-request-method': 'GET',
            'access-control-request-headers': 'authorization',
            cookie: 'session=1',
            ...(hasToken ? { authorization: `Bearer ${craftToken('operator', keys, NOW)}` } : {}),
          };
          const answer = await call({ ...reach(name), method }, { headers });
          expect(answer.headers['access-control-allow-credentials']).toBeUndefined();
          // The header must be a constant: echoing the origin would circumvent the rule.
          expect(answer.headers['access-control-allow-origin']).toBe('*');
          expect(answer.headers['set-cookie']).toBeUndefined();
        },
      ),
      { numRuns: runs(300) },
    );
  });
});
