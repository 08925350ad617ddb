/**
 * Steps of a call, the last part of the voice webhook's path. A caller: `incoming` → `dialed` for each contact → `ended`; on the phone of
 * the contact `screen` → `accepted`. A dispatcher's call: `bridge` → `connect` → `connected`, or `refused`; `placed` is its end.
 */
export const CALL_STEPS = [
  'incoming',
  'dialed',
  'screen',
  'accepted',
  'ended',
  'bridge',
  'connect',
  'connected',
  'refused',
  'placed',
] as const;
export type CallStep = (typeof CALL_STEPS)[number];
