import type { Battery, IgnoreReason, SignKind } from '@qdn/domain';

/** Position of a unit. `at` is epoch ms; `unit` is the ID that the message gives its unit, null without one. */
export type Position = {
  kind: 'position';
  unit: string | null;
  at: number;
  lat: number;
  lon: number;
  accuracyM: number | null;
  speedMps: number | null;
  headingDeg: number | null;
  battery: Battery | null;
  /** True when a motion sensor says that the device is at rest, false when it says that it moves. */
  standing: boolean | null;
};

/** Part of a client's message: a position, a point to set aside, a sign of life without a place, or the opposite of one. */
export type Part =
  | Position
  | {
      kind: 'refused';
      unit: string | null;
      reason: IgnoreReason;
      last: { at: number; lat: number; lon: number } | null;
    }
  | { kind: 'sign'; unit: string | null; sign: SignKind; standing: boolean | null }
  | { kind: 'offline'; unit: string | null };

/** Message as a family of clients reads it. `answer` is the JSON that the client needs; `[]` when left out. */
export type Message = { client: string; parts: Part[]; answer?: unknown };

/** Setting in which a message is read. `now` is the time of receipt, epoch ms. */
export type Reading = {
  now: number;
  userAgent: string;
  /** Returns the contents of an encrypted OwnTracks message, null without the right key. */
  decrypt: (data: string) => string | null;
};

/** Returns a point that cannot be read. */
export const unreadable = (unit: string | null = null): Part => ({
  kind: 'refused',
  unit,
  reason: 'unusable',
  last: null,
});
/** Returns a sign of life without a place. A device that only says that it is there has not moved, unless it says so. */
export const signOf = (
  sign: SignKind,
  unit: string | null = null,
  standing: boolean | null = sign === 'heartbeat' ? true : null,
): Part => ({ kind: 'sign', unit, sign, standing });
