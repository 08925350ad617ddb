import { isJsonObject } from '@qdn/json';
import { type Fields, flagOf, textOf } from './values.ts';

/** Words of phones' motion sensors for a device at rest. Other words name a kind of motion; unknown ones say nothing. */
const AT_REST = ['stationary', 'still'];
const IN_MOTION = ['driving', 'automotive', 'in_vehicle', 'walking', 'running', 'cycling', 'on_foot', 'on_bicycle'];

/** Flags of motion, by the names that clients use. A trailer has no ignition of its own, so `ignition` says nothing. */
const FLAGS = ['is_moving', 'motion', 'moving', 'movement.status'];

const standingOfWords = (value: unknown): boolean | null => {
  const words = [value].flat().map((word) => textOf(word).toLowerCase());
  if (words.some((word) => IN_MOTION.includes(word))) return false;
  return words.some((word) => AT_REST.includes(word)) ? true : null;
};

const attributesIn = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return null;
  }
};

/**
 * Triggers of OwnTracks' editions in hardware: `k` parked, `v` set out. In the phone app `v` is a visit that iOS noticed, without a speed.
 */
const standingOfTrigger = (fields: Fields): boolean | null => {
  const trigger = fields.get('t');
  if (trigger === 'k') return true;
  return trigger === 'v' && Number(fields.get('vel') ?? 0) > 0 ? false : null;
};

/**
 * Returns true when a message's motion sensor says that its device is at rest, false when it says that it moves; null without such a
 * statement. Traccar's attributes, Overland's `motion`, OwnTracks' `motionactivities`, the activity of background-location libraries.
 */
export const standingIn = (fields: Fields): boolean | null => {
  for (const name of FLAGS) {
    const isMoving = flagOf(fields.get(name));
    if (isMoving !== null) return !isMoving;
  }
  const activity = fields.get('activity');
  const words = [
    fields.get('motion'),
    fields.get('motionactivities'),
    isJsonObject(activity) ? activity['type'] : activity,
  ];
  for (const word of words) {
    const standing = standingOfWords(word);
    if (standing !== null) return standing;
  }
  const attributes = attributesIn(fields.get('attributes'));
  const isMoving = isJsonObject(attributes) ? flagOf(attributes['motion']) : null;
  return isMoving === null ? standingOfTrigger(fields) : !isMoving;
};
