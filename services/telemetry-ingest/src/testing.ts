import type { Job, TrailerId } from '@qdn/domain';
import { aTelemetry, NOW } from '@qdn/domain/testing';
import { type ApiFunction, createKeyring, ownTracksKeysOf, signToken } from '@qdn/lambda';
import { apiEvent, type EventParts, lambdaContext, newTokenKeys, recordingLogger } from '@qdn/lambda/testing';
import type { TrackerDependencies } from './dependencies.ts';
import { logEvents } from './log-events.ts';

export { NOW };

const HOUR = 3_600_000;
const keyring = createKeyring(newTokenKeys());

/** Makes the service with everything in memory, and a clock that the test may set. */
export const aService = (initial?: readonly Job[], changes?: Parameters<typeof aTelemetry>[1]) => {
  const telemetry = aTelemetry(initial, changes);
  const log = recordingLogger();
  const dependencies: TrackerDependencies = {
    ...telemetry.dependencies,
    keyring: async () => keyring,
    emit: logEvents(log),
    log,
    units: new Map(),
    ownTracksKeys: ownTracksKeysOf,
  };
  return { ...telemetry, dependencies, log };
};

export const deviceToken = (trailerId = 'T1', expiresAt = NOW + HOUR): string =>
  signToken({ kind: 'device', trailerId: trailerId as TrailerId }, keyring, expiresAt);
export const hubToken = (expiresAt = NOW + HOUR): string =>
  signToken({ kind: 'hub', label: 'traccar' }, keyring, expiresAt);
export const operatorToken = (): string => signToken({ kind: 'operator', label: 'ops' }, keyring, NOW + HOUR);
export const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
export const json = { 'content-type': 'application/json' };

/** Calls a function as API Gateway does, and reads the JSON of its answer. */
export const call = async (handler: ApiFunction, parts: EventParts) => {
  const { statusCode, headers, body } = await handler(apiEvent(parts), lambdaContext);
  return { status: statusCode, headers: headers ?? {}, json: body ? JSON.parse(body) : undefined };
};
