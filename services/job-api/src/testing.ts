import {
  DEFAULT_POLICY,
  type Fix,
  type Job,
  type JobId,
  type LinkId,
  type NoticeOrder,
  type NoticeQueue,
  type TrailerId,
} from '@qdn/domain';
import {
  aJob,
  memoryDays,
  memoryJobs,
  memoryJobTimeline,
  memoryLocations,
  memoryRegister,
  memoryRelay,
  typicalTravel,
} from '@qdn/domain/testing';
import { type ApiFunction, createKeyring, signToken } from '@qdn/lambda';
import { apiEvent, type EventParts, lambdaContext, newTokenKeys, recordingLogger } from '@qdn/lambda/testing';
import type { Dependencies } from './dependencies.ts';

export const NOW = Date.UTC(2026, 10, 23, 15);
export const HOUR = 3_600_000;
export const keysOfTests = newTokenKeys();
const keyring = createKeyring(keysOfTests);

/** The service with everything in memory, and two jobs: QDN-1042 of account `lopez` and QDN-1043 of account `carter`. */
export const aService = (changes: Partial<Dependencies> = {}) => {
  const jobs = memoryJobs([aJob(), aJob({ id: 'QDN-1043' as JobId, accountId: 'carter' as Job['accountId'] })]);
  const relay = memoryRelay();
  const log = recordingLogger();
  const orders: NoticeOrder[] = [];
  const notices = {
    send: async (order: NoticeOrder) => {
      orders.push(order);
    },
  };
  const dependencies: Dependencies & {
    notices: NoticeQueue;
    register: ReturnType<typeof memoryRegister>;
    keptDays: ReturnType<typeof memoryDays>;
  } = {
    notices,
    jobs,
    jobTimeline: memoryJobTimeline(jobs, relay),
    locations: memoryLocations(),
    register: memoryRegister(),
    keptDays: memoryDays(),
    travel: typicalTravel,
    keyring: async () => keyring,
    company: {
      name: 'QuickDumpNow',
      phone: '+15125550100',
      textNumber: '+15125550142',
      timeZone: 'America/Chicago',
      jobPrefix: 'QDN',
      contacts: aJob().contacts,
      operator: null,
      relay: DEFAULT_POLICY,
      follow: { ownPlaces: [], completes: true },
      drivers: [],
      router: null,
      tellMoves: false,
      keepDays: null,
      trailers: [],
    },
    publicUrl: 'https://track.example',
    edge: false,
    now: () => NOW,
    log,
    ...changes,
  };
  return { ...dependencies, jobs: changes.jobs ?? jobs, attentionJobs: jobs, relay, log, orders };
};

export const trackToken = (
  claims: { job?: string; account?: string; link?: string; expiresAt?: number } = {},
): string =>
  signToken(
    {
      kind: 'track',
      jobId: (claims.job ?? 'QDN-1042') as JobId,
      accountId: (claims.account ?? 'lopez') as Job['accountId'],
      linkId: (claims.link ?? 'abcdefgh') as LinkId,
    },
    keyring,
    claims.expiresAt ?? NOW + HOUR,
  );

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
export const operatorToken = (expiresAt = NOW + HOUR): string =>
  signToken({ kind: 'operator', label: 'ops' }, keyring, expiresAt);
export const asOperator = {
  ...bearer(operatorToken()),
  'content-type': 'application/json',
};
export const asDevice = bearer(signToken({ kind: 'device', trailerId: 'T1' as TrailerId }, keyring, NOW + HOUR));
export const keyringOfTests = keyring;

/** Calls a function as API Gateway does, and reads the JSON of its answer. */
export const call = async (handler: ApiFunction, parts: EventParts) => {
  const { statusCode, headers, body } = await handler(apiEvent(parts), lambdaContext);
  return { status: statusCode, headers: headers ?? {}, json: body ? JSON.parse(body) : undefined };
};

export const aFix = (changes: Partial<Fix> = {}): Fix => ({
  trailerId: 'T1' as TrailerId,
  at: NOW - 8000,
  lat: 30.2,
  lon: -97.75,
  accuracyM: 6,
  speedMps: 14,
  headingDeg: 10,
  ...changes,
});
