import type { Random } from '../random.ts';
import type { Trajectory } from '../trucks/index.ts';
import type { Device } from './device.ts';
import type { DeviceRecord } from './sampling.ts';

// Functions of Math are module constants: a lookup of a global costs much in Jest's modules, and these run a million times.
const { ceil, log, max, round } = Math;

/** The way in which a client sends its records. */
export type Delivery = {
  /** Order of the records that waited for the network. */
  order: 'oldest-first' | 'newest-first';
  /** Most records in one request. */
  batch: number;
  /** The client sends at whole multiples of this time, in ms; 0 sends each record at once. */
  everyMs: number;
  /** Time after which a request without an answer is sent again, in ms. */
  retryMs: number;
};

/** Records that a client sends together, at a time. */
export type Parcel = { at: number; records: readonly DeviceRecord[] };

/** A time without a network, epoch ms. */
export type DeadZone = { from: number; to: number };

/** Time from a tunnel's end until the network is back, the time of other dead zones, and the delay of a request, in ms. */
const AFTER_TUNNEL_MS = [5000, 120_000] as const;
const DEAD_ZONE_MS = [60_000, 900_000] as const;
const LATENCY_MS = [150, 2500] as const;
/** Time between two requests with records that waited, in ms. */
const BACKLOG_STEP_MS = 400;

/** Returns the times without a network: tunnels, and others at random. They are in order and do not overlap. */
export const deadZonesOf = ({ samples }: Trajectory, perHour: number, random: Random): DeadZone[] => {
  const zones: DeadZone[] = [];
  for (const [i, { at, surroundings }] of samples.entries()) {
    if (surroundings !== 'tunnel') continue;
    const [entered, left] = [samples[i - 1]?.surroundings !== 'tunnel', samples[i + 1]?.surroundings !== 'tunnel'];
    if (entered) zones.push({ from: at, to: at });
    const zone = zones.at(-1);
    if (left && zone) zone.to = at + random.within(...AFTER_TUNNEL_MS);
  }
  const [first, last] = [samples[0]?.at ?? 0, samples.at(-1)?.at ?? 0];
  const others = random.fork('others');
  if (perHour > 0) {
    const draw = (): number => (-log(1 - others.fraction()) / perHour) * 3_600_000;
    for (let at = first + draw(); at < last; at += draw())
      zones.push({ from: at, to: at + others.within(...DEAD_ZONE_MS) });
  }
  zones.sort((one, other) => one.from - other.from);
  const merged: DeadZone[] = [];
  for (const zone of zones) {
    const before = merged.at(-1);
    if (before && zone.from <= before.to) before.to = max(before.to, zone.to);
    else merged.push(zone);
  }
  return merged;
};

/** Returns the first time from a time on that is not in a dead zone. Times must not decrease from call to call. */
const networkAfter = (zones: readonly DeadZone[]): ((at: number) => number) => {
  let next = 0;
  return (at) => {
    while (next < zones.length && (zones[next]?.to ?? 0) <= at) next += 1;
    const zone = zones[next];
    return zone && at >= zone.from ? zone.to : at;
  };
};

const chunked = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

/** Sends records: at once, at intervals or after a dead zone, in the client's order, some twice. Parcels are in the order of time. */
export const deliver = (
  records: Iterable<DeviceRecord>,
  { order, batch, everyMs, retryMs }: Delivery,
  device: Device,
  zones: readonly DeadZone[],
  random: Random,
): Parcel[] => {
  const networkAt = networkAfter(zones);
  /** Records by the time at which they can be sent. */
  const waiting = new Map<number, DeviceRecord[]>();
  for (const record of records) {
    const due = everyMs > 0 ? ceil(record.at / everyMs) * everyMs : record.at;
    const sentAt = networkAt(due);
    const together = waiting.get(sentAt);
    if (together) together.push(record);
    else waiting.set(sentAt, [record]);
  }
  const parcels: Parcel[] = [];
  for (const [sentAt, together] of waiting) {
    const ordered = order === 'newest-first' ? [...together].reverse() : together;
    for (const [i, chunk] of chunked(ordered, batch).entries()) {
      const at = round(sentAt + random.within(...LATENCY_MS) + i * BACKLOG_STEP_MS);
      parcels.push({ at, records: chunk });
      if (random.chance(device.duplicateShare)) parcels.push({ at: at + retryMs, records: chunk });
    }
  }
  return parcels.sort((one, other) => one.at - other.at);
};
