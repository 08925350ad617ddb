import type { Wire } from '@qdn/contracts';
import { CommandError } from '../connection.ts';

/*
 * What rotating a key and promoting a token have in common. Each run writes every step down before the next one, in the secret's
 * own versions, so that a run that is cut off anywhere is continued by the next.
 */

/** One secret, version by version. `pending` is null too when the version that is pending has been the current one already. */
export type RotatingSecret = {
  current(): Promise<unknown>;
  previous(): Promise<unknown>;
  /** With `isCurrent`, it is the current one as well. */
  pending(): Promise<{ value: unknown; isCurrent: boolean } | null>;
  /** Writes down what comes next. */
  stage(value: unknown): Promise<void>;
  /** What is pending becomes current, what was current previous. Once more changes nothing. */
  promote(): Promise<void>;
  /** Nothing is pending any more. */
  unstage(): Promise<void>;
};

export type AdminSecret = Wire<'twilioAdminSecret'>;
export type SenderSecret = Wire<'twilioSenderSecret'>;

export type RotationSurroundings = {
  /** How long running functions may go on with what they have read, in ms. */
  propagationMs: number;
  /** How long Twilio's own servers may go on with a token that was replaced, and webhooks may be on their way, in ms. */
  inFlightMs: number;
  wait: (ms: number, why: string) => Promise<void>;
  say: (sentence: string) => void;
  /** A name for one rotation that no other has. */
  newId: () => string;
};

/** How often a new credential is tried, and how long between, until Twilio knows it everywhere. */
const TRIES = 10;
const BETWEEN_MS = 3000;

/** @returns whether Twilio takes it, soon */
export const becomesAccepted = async (
  accepts: () => Promise<boolean>,
  wait: RotationSurroundings['wait'],
): Promise<boolean> => {
  for (let tried = 1; ; tried++) {
    if (await accepts()) return true;
    if (tried === TRIES) return false;
    await wait(BETWEEN_MS, 'Twilio does not know it everywhere yet');
  }
};

/** A secret's version with its stages, as the store gives them. */
type Stages = {
  read(stage: 'AWSCURRENT' | 'AWSPENDING' | 'AWSPREVIOUS'): Promise<{ versionId: string; value: unknown } | null>;
  put(value: unknown, stage: 'AWSPENDING'): Promise<void>;
  promote(): Promise<void>;
  unstage(): Promise<void>;
};

/** @param name for the sentences */
export const rotatingSecret = (name: string, { read, put, promote, unstage }: Stages): RotatingSecret => ({
  current: async () => {
    const current = await read('AWSCURRENT');
    if (!current) throw new CommandError(`There is no secret ${name} yet. Put it there first: ./qdn secrets push`);
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

/** `5 min 30 s` */
export const duration = (ms: number): string => {
  const [minutes, seconds] = [Math.floor(ms / 60_000), Math.ceil((ms % 60_000) / 1000)];
  return [minutes > 0 ? `${minutes} min` : '', seconds > 0 || minutes === 0 ? `${seconds} s` : '']
    .filter(Boolean)
    .join(' ');
};
