import {
  DEFAULT_POLICY,
  type Job,
  type NoticeKind,
  type NoticeOrder,
  type NoticeQueue,
  type TrailerId,
} from '@qdn/domain';
import { aJob, memoryJobs, memoryLocations, memoryTravel, typicalTravel } from '@qdn/domain/testing';
import { type ApiFunction, createKeyring, signToken } from '@qdn/lambda';
import { apiEvent, type EventParts, lambdaContext, newTokenKeys, recordingLogger } from '@qdn/lambda/testing';
import type { Dependencies } from './dependencies.ts';
import { createJobCache } from './job-cache.ts';
import { createQuarantine } from './quarantine.ts';

export const NOW = Date.UTC(2026, 10, 23, 15);
const HOUR = 3_600_000;
const keyring = createKeyring(newTokenKeys());

/** The service with everything in memory, and a clock that the test may turn. */
export const aService = (
  initial: readonly Job[] = [aJob()],
  changes: Partial<Pick<Dependencies, 'locations'>> & { kinds?: readonly NoticeKind[] } = {},
) => {
  const jobs = memoryJobs(initial);
  const locations = memoryLocations();
  const lessons = memoryTravel();
  const log = recordingLogger();
  const clock = { now: NOW };
  const orders: NoticeOrder[] = [];
  const queue: NoticeQueue = {
    send: async (order) => {
      orders.push(order);
    },
  };
  const dependencies: Dependencies = {
    jobs: createJobCache(jobs, () => clock.now),
    locations: changes.locations ?? locations,
    quarantine: createQuarantine(() => clock.now),
    travel: typicalTravel,
    lessons: { store: lessons, timeZone: 'America/Chicago' },
    notices: { queue, policy: { ...DEFAULT_POLICY.notices, kinds: changes.kinds ?? [] } },
    keyring: async () => keyring,
    now: () => clock.now,
    log,
  };
  return { dependencies, jobs, locations, lessons, log, clock, orders };
};

export const deviceToken = (trailerId = 'T1', expiresAt = NOW + HOUR): string =>
  signToken({ kind: 'device', trailerId: trailerId as TrailerId }, keyring, expiresAt);
export const operatorToken = (): string => signToken({ kind: 'operator', label: 'ops' }, keyring, NOW + HOUR);
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
export const json = { 'content-type': 'application/json' };

/** Calls a function as API Gateway does, and reads the JSON of its answer. */
export const call = async (handler: ApiFunction, parts: EventParts) => {
  const { statusCode, headers, body } = await handler(apiEvent(parts), lambdaContext);
  return { status: statusCode, headers: headers ?? {}, json: body ? JSON.parse(body) : undefined };
};
