import type { Route } from '@qdn/contracts';
import { postTrailerLocation } from '@qdn/contracts/routes';
import type { Fix, TrailerId } from '@qdn/domain';
import { reportTrailerLocation } from '@qdn/telemetry-ingest/functions/report-trailer-location';
import { aService, deviceToken, hubToken } from '@qdn/telemetry-ingest/testing';
import { type ExpectedFix, type ExpectedOutcome, expandRequest, type RequestEntry, type WireRequest } from '@qdn/world';
import { throughRoutes } from '../world/api-router.ts';

/* Plays requests of GPS clients (packages/world/requests) at the route table and the function behind it, in memory. */

const DEFAULT_NOW = '2026-11-30T18:00:00Z';
const T1 = 'T1' as TrailerId;
/** Place where points of unknown units are noted. */
const HUB = 'hub' as TrailerId;
const EXPIRES_AT = Date.UTC(2030, 0, 1);
const { function: FUNCTION }: Route = postTrailerLocation;

/** Reasons of the corpus → reasons of the product. */
const REASONS: Readonly<Record<NonNullable<ExpectedOutcome['quarantined']>, string>> = {
  encrypted: 'encrypted',
  future: 'future',
  'impossible-place': 'invalid',
  inaccurate: 'inaccurate',
  'other-unit': 'wrong-trailer',
  outdated: 'outdated',
  'too-old': 'expired',
  'unknown-unit': 'unknown-unit',
  unreadable: 'unusable',
  'zero-place': 'invalid',
};

/** Everything that a request left behind. */
type Result = {
  status: number;
  body: unknown;
  fixes: readonly Fix[];
  heard: boolean;
  /** Evidence of standing (true) or of motion (false) in the message: of its newest fix, or without one of the sign of life. */
  standing: boolean | null;
  quarantined: readonly string[];
};

const near = (actual: number | null, expected: number | null, tolerance: number): boolean =>
  actual === null || expected === null ? actual === expected : Math.abs(actual - expected) <= tolerance;

const isFix = (fix: Fix | undefined, expected: ExpectedFix): boolean =>
  fix !== undefined &&
  near(fix.lat, expected.lat, 0.000011) &&
  near(fix.lon, expected.lon, 0.000011) &&
  expected.at.some((at) => near(fix.at, at, 1000)) &&
  (expected.speedMps === undefined || near(fix.speedMps, expected.speedMps, 0.1)) &&
  (expected.accuracyM === undefined || near(fix.accuracyM, expected.accuracyM, 1)) &&
  (expected.headingDeg === undefined || near(fix.headingDeg, expected.headingDeg, 1));

/** True when the answer has everything that the client needs: an array as it is, at least these members of an object. */
const isAnswer = (body: unknown, expected: string | undefined): boolean => {
  if (expected === undefined) return true;
  const needed: unknown = JSON.parse(expected);
  if (Array.isArray(needed)) return JSON.stringify(body) === JSON.stringify(needed);
  return Object.entries(needed as object).every(
    ([name, value]) => JSON.stringify((body as Record<string, unknown> | null)?.[name]) === JSON.stringify(value),
  );
};

/** Returns the parts of an outcome that a result does not meet; empty when it meets all of them. */
const faultsOf = (result: Result, expected: ExpectedOutcome): string[] => {
  const { statuses, fixes, heard, standing, quarantined, answerBody } = expected;
  const inOrder = [...fixes].sort((a, b) => (a.at[0] ?? 0) - (b.at[0] ?? 0));
  const areFixes = result.fixes.length === inOrder.length && inOrder.every((fix, i) => isFix(result.fixes[i], fix));
  return [
    ...(statuses.includes(result.status) ? [] : [`status ${result.status}`]),
    ...(areFixes ? [] : [`fixes ${JSON.stringify(result.fixes.slice(0, 3))}`]),
    ...(heard === null || heard === result.heard ? [] : [`heard ${result.heard}`]),
    ...(standing === null || standing === result.standing ? [] : [`standing ${result.standing}`]),
    ...(quarantined === null || result.quarantined.includes(REASONS[quarantined])
      ? []
      : [`quarantined ${result.quarantined.join() || 'nothing'}`]),
    ...(isAnswer(result.body, answerBody) ? [] : [`answer ${JSON.stringify(result.body)}`]),
  ];
};

/** Speed in m/s that is motion, whatever a sensor says. */
const MOVING_MPS = 2;
const standingAt = ({ speedMps, standing }: Fix): boolean | null =>
  (speedMps ?? 0) > MOVING_MPS ? false : (standing ?? null);

const bodyOf = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const openTrailer = ({ units = {}, ownTracksKey }: NonNullable<RequestEntry['given']>) => {
  const service = aService();
  const ids = { '{trailer}': T1, '{otherTrailer}': 'T2' as TrailerId };
  const handler = reportTrailerLocation({
    ...service.dependencies,
    units: new Map(Object.entries(units).map(([externalId, trailer]) => [externalId, ids[trailer]])),
    ownTracksKeys: () => (ownTracksKey === undefined ? [] : [ownTracksKey]),
  });
  const send = throughRoutes((name) => {
    if (name !== FUNCTION) throw new Error(`${name} does not take positions`);
    return handler;
  });
  const stored = () => service.locations.recent(T1, service.clock.now, Number.POSITIVE_INFINITY);
  /** Returns what was noted besides fixes: in the store, and still waiting to be stored. */
  const noted = async (trailerId: TrailerId) => {
    const day = await service.locations.since(trailerId, service.clock.now, 0);
    const waiting = service.dependencies.quarantine.take(trailerId);
    return {
      quarantined: [...day.quarantined, ...waiting.quarantined].map(({ reason }) => reason),
      isHeard: day.client !== null || waiting.heard !== null,
      standing: waiting.heard?.standing ?? day.signs.at(-1)?.standing ?? null,
    };
  };
  return { service, send, stored, noted };
};

const wired = ({ body, ...request }: WireRequest) => ({
  ...request,
  ...(body === undefined
    ? {}
    : typeof body === 'string'
      ? { body }
      : { body: Buffer.from(body).toString('base64'), bodyEncoding: 'base64' as const }),
});

const address = () => ({
  trailer: 'T1',
  token: deviceToken('T1', EXPIRES_AT),
  otherTrailer: 'T2',
  otherToken: deviceToken('T2', EXPIRES_AT),
  hubToken: hubToken(EXPIRES_AT),
});

/** Plays an entry at a trailer of its own. Returns the faults of the outcome that fits best; empty when one is met. */
export const playRequest = async (entry: RequestEntry): Promise<string[]> => {
  const { service, send, stored, noted } = openTrailer(entry.given ?? {});
  const now = Date.parse(entry.given?.now ?? DEFAULT_NOW);
  const { earlier, request, outcomes } = expandRequest(entry, address(), now);
  for (const { at, request: before } of earlier) {
    service.clock.now = at;
    await send(wired(before));
  }
  service.clock.now = now;
  const before = new Set((await stored()).map((fix) => JSON.stringify(fix)));
  const earlierNotes = (await noted(T1)).quarantined.length;
  const { status, body } = await send(wired(request));
  const fixes = (await stored()).filter((fix) => !before.has(JSON.stringify(fix)));
  const own = await noted(T1);
  const quarantined = [...own.quarantined.slice(earlierNotes), ...(await noted(HUB)).quarantined];
  // A repeated position is known already, with what it said.
  const newest = fixes.at(-1) ?? (own.standing === null ? (await stored()).at(-1) : undefined);
  const standing = newest ? standingAt(newest) : own.standing;
  const result: Result = { status, body: bodyOf(body), fixes, heard: own.isHeard, standing, quarantined };
  return outcomes.map((outcome) => faultsOf(result, outcome)).toSorted((a, b) => a.length - b.length)[0] ?? [];
};
