import {
  type Fix,
  type Heard,
  parseTrailerId,
  type Quarantined,
  type TrackerReading,
  type TrailerId,
} from '@qdn/domain';
import { type Message, type Part, signOf } from './part.ts';

/** Trailers by the external ID of their unit, without leading zeros. */
export type Units = ReadonlyMap<string, TrailerId>;

/** Returns an external ID as units are compared: some protocols put a zero in front of an IMEI. */
export const unitKey = (externalId: string): string =>
  externalId
    .trim()
    .replace(/^0+(?=.)/, '')
    .toLowerCase();

/** Place where a hub's points of unknown units are noted: `./qdn trailer hub` shows them. */
export const HUB = parseTrailerId('hub') as TrailerId;

/** Trailer of a part, or the reason why it is not one of the caller's. */
type Owner = { trailerId: TrailerId; isOwn: boolean };

const trailerOf = (unit: string | null, units: Units): TrailerId | null => {
  if (unit === null) return null;
  return unit.startsWith('trailer:')
    ? parseTrailerId(unit.slice('trailer:'.length))
    : (units.get(unitKey(unit)) ?? null);
};

/** A device speaks for its own trailer: whatever its unit is called, unless the ID is another trailer's. */
const ownerOf = ({ unit }: Part, caller: TrailerId | null, units: Units): Owner => {
  const named = trailerOf(unit, units);
  if (caller !== null) {
    const isForeign = unit?.startsWith('trailer:') ? named !== caller : named !== null && named !== caller;
    return { trailerId: caller, isOwn: !isForeign };
  }
  return { trailerId: named ?? HUB, isOwn: named !== null };
};

const exampleOf = (part: Part): Quarantined['last'] => {
  if (part.kind === 'position') return { at: part.at, lat: part.lat, lon: part.lon };
  return part.kind === 'refused' ? part.last : null;
};

/** Speed in m/s from which a motion sensor's "at rest" is wrong. */
const MOVING_MPS = 2;

const fixOf = (trailerId: TrailerId, part: Extract<Part, { kind: 'position' }>): Fix => {
  const { kind: _, unit: __, battery, standing, ...position } = part;
  // A phone may rest in its holder while the truck drives: the measured speed counts.
  const isFast = (part.speedMps ?? 0) > MOVING_MPS;
  return {
    trailerId,
    ...position,
    ...(battery ? { battery } : {}),
    ...(standing === null || (standing && isFast) ? {} : { standing }),
  };
};

/** Returns the sign of life that the parts are: the best of them. */
const heardIn = (parts: readonly Part[], client: string): Heard | null => {
  const kinds = parts.flatMap((part): Heard['kind'][] => {
    if (part.kind === 'sign') return [part.sign];
    return part.kind === 'offline' ? [] : [part.kind];
  });
  const kind = kinds.includes('position') ? 'position' : kinds[0];
  if (!kind) return null;
  const standing = parts.findLast((part) => part.kind === 'sign' && part.standing !== null);
  return kind === 'position' || standing?.kind !== 'sign' || standing.standing === null
    ? { client, kind }
    : { client, kind, standing: standing.standing };
};

const readingOf = (
  trailerId: TrailerId,
  parts: readonly Part[],
  foreign: readonly Part[],
  client: string,
): TrackerReading => ({
  fixes: parts.flatMap((part) => (part.kind === 'position' ? [fixOf(trailerId, part)] : [])),
  refused: [
    ...parts.flatMap((part): Quarantined[] =>
      part.kind === 'refused' ? [{ reason: part.reason, count: 1, last: part.last }] : [],
    ),
    ...foreign
      .filter(({ kind }) => kind === 'position' || kind === 'refused')
      .map((part): Quarantined => {
        const reason = trailerId === HUB ? 'unknown-unit' : 'wrong-trailer';
        return { reason, count: 1, last: exampleOf(part) };
      }),
  ],
  heard: heardIn(parts, client),
});

/**
 * Sorts a message by trailer.
 * @param caller the trailer of a device's token, or that of a hub's address; null for a hub's message about any trailer
 */
export const byTrailer = (message: Message, caller: TrailerId | null, units: Units): Map<TrailerId, TrackerReading> => {
  const parts = message.parts.length > 0 ? message.parts : [signOf('empty')];
  const owned = parts.map((part) => ({ part, ...ownerOf(part, caller, units) }));
  const readings = new Map<TrailerId, TrackerReading>();
  for (const [trailerId, own] of Map.groupBy(owned, (one) => one.trailerId)) {
    const of = (isOwn: boolean) => own.filter((one) => one.isOwn === isOwn).map(({ part }) => part);
    readings.set(trailerId, readingOf(trailerId, of(true), of(false), message.client));
  }
  return readings;
};
