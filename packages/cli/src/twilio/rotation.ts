import type { Wire } from '@qdn/contracts';
import { CommandError } from '../connection.ts';

/*
 * Common parts of rotating a key and promoting a token. Each run stores every step before the next one, in the secret's
 * own versions, so that the next run can continue an interrupted one.
 */

/** One secret, version by version. `pending` is null too when the version that is pending has been the current one already. */
export type RotatingSecret = {
  current(): Promise<unknown>;
  previous(): Promise<unknown>;
  /** With `isCurrent`, the pending version is also the current one. */
  pending(): Promise<{ value: unknown; isCurrent: boolean } | null>;
  /** Stores the next version as pending. */
  stage(value: unknown): Promise<void>;
  /** Makes the pending version current, and the current version previous. A second call changes nothing. */
  promote(): Promise<void>;
  /** Removes the pending stage. */
  unstage(): Promise<void>;
};

export type AdminSecret = Wire<'twilioAdminSecret'>;
export type SenderSecret = Wire<'twilioSenderSecret'>;

export type RotationSurroundings = {
  /** Time until every running function has read the new version, in ms. */
  propagationMs: number;
  /** Time for which Twilio's servers may still use a replaced token and webhooks may be in flight, in ms. */
  inFlightMs: number;
  wait: (ms: number, why: string) => Promise<void>;
  say: (sentence: string) => void;
  /** Returns a unique name for a rotation. */
  newId: () => string;
};

/** Attempts with a new credential, and the delay between them, until all of Twilio's servers know it. */
const TRIES = 10;
const BETWEEN_MS = 3000;

/** Returns whether Twilio accepts a new credential within some attempts. */
export const becomesAccepted = async (
  accepts: () => Promise<boolean>,
  wait: RotationSurroundings['wait'],
): Promise<boolean> => {
  for (let tried = 1; ; tried++) {
    if (await accepts()) return true;
    if (tried === TRIES) return false;
    await wait(BETWEEN_MS, 'not all of Twilio’s servers know it yet');
  }
};

/** Access to a secret's versions by stage. */
type Stages = {
  read(stage: 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS'): Promise<{ versionId: string; value: unknown } | null>;
  put(value: unknown, stage: 'AWSPENDING'): Promise<void>;
  promote(): Promise<void>;
  unstage(): Promise<void>;
};

/** Returns a secret for rotation. @param name as messages print it */
export const rotatingSecret = (name: string, { read, put, promote, unstage }: Stages): RotatingSecret => ({
  current: async () => {
    const current = await read('AWSCURRENT');
    if (!current)
      throw new CommandError(`The secret ${name} does not exist yet. Store it first with: ./qdn secrets push`);
    return current.value;
  },
  previous: async () => (await read('AWSPREVIOUS'))?.value ?? null,
  pending: async () => {
    const pending = await read('AWSPENDING');
    if (!pending) return null;
    if ((await read('AWSPREVIOUS'))?.versionId === pending.versionId) return null;
    return { value: pending.value, isCurrent: (await read('AWSCURRENT'))?.versionId === pending.versionId };
  },
  stage: (value) => put(value, 'AWSPENDING'),
  promote,
  unstage,
});

/** Returns a duration as text: `5 min 30 s`. */
export const duration = (ms: number): string => {
  const [minutes, seconds] = [Math.floor(ms / 60_000), Math.ceil((ms % 60_000) / 1000)];
  return [minutes > 0 ? `${minutes} min` : '', seconds > 0 || minutes === 0 ? `${seconds} s` : '']
    .filter(Boolean)
    .join(' ');
};
