import type { Fix } from '../fix.ts';
import type { Job } from '../job.ts';
import type { TravelStore } from '../ports/travel.ts';
import { finishedLegs } from './legs.ts';
import { EMPTY_TRAVEL, learn, type TravelModel, travelModel } from './travel.ts';

/** What was learned an hour ago is as good; a container asks again after so long, in ms. */
const MODEL_MAX_AGE_MS = 10 * 60_000;
/** After a failure it goes on with what it has for so long, in ms. */
const RETRY_MS = 30_000;
/** Two trailers may finish a leg in the same moment. */
const TRIES = 4;

/**
 * What the company's drives have taught, read once in some minutes. A store that cannot be reached is no reason to be without an ETA:
 * then what was known before stands, and in the beginning what is typical.
 * @param timeZone of the company
 * @param now epoch ms
 * @param failed told of a read that failed
 */
export const learnedTravel = (
  store: Pick<TravelStore, 'read'>,
  timeZone: string,
  now: () => number,
  failed: (error: unknown) => void,
): (() => Promise<TravelModel>) => {
  let known = travelModel(EMPTY_TRAVEL, timeZone);
  let until = Number.NEGATIVE_INFINITY;
  let reading: Promise<TravelModel> | null = null;
  const read = async (): Promise<TravelModel> => {
    try {
      known = travelModel((await store.read()).record, timeZone);
      until = now() + MODEL_MAX_AGE_MS;
    } catch (error) {
      failed(error);
      until = now() + RETRY_MS;
    }
    reading = null;
    return known;
  };
  return async () => {
    if (now() < until) return known;
    reading ??= read();
    return reading;
  };
};

/**
 * Notes what a job's finished legs and stays teach. Noted twice it counts once; of two writers at the same time neither is lost. One
 * read, and one write if there is something new.
 * @param fixes of the job since `legsSince`
 * @throws ProductError `unavailable` when the store cannot be reached
 */
export const learnFrom = async (
  store: TravelStore,
  job: Job,
  fixes: readonly Fix[],
  timeZone: string,
): Promise<void> => {
  const { legs, dwells } = finishedLegs(job, fixes);
  if (legs.length === 0 && dwells.length === 0) return;
  for (let tries = 0; tries < TRIES; tries += 1) {
    const { record, version } = await store.read();
    const taught = learn(record, legs, dwells, timeZone);
    if (taught === record || (await store.replace(taught, version))) return;
  }
};
