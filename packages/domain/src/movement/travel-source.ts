import type { Fix } from '../fix.ts';
import type { Job } from '../job.ts';
import type { TravelStore } from '../ports/travel.ts';
import { siteSamples } from './learned-sites.ts';
import { finishedLegs } from './legs.ts';
import { EMPTY_TRAVEL, learn, type TravelModel, travelModel } from './travel.ts';

/** Maximum age of a cached model, in ms. A model changes little in an hour. */
const MODEL_MAX_AGE_MS = 10 * 60_000;
/** Delay before the next read after a failure, in ms. */
const RETRY_MS = 30_000;
/** Maximum attempts of one write. Two trailers may finish a leg at the same moment. */
const MAX_WRITE_ATTEMPTS = 4;

/**
 * Returns a reader of the company's travel-time model, which is cached for some minutes. When the store cannot be reached, it uses the
 * last known model, or the typical one.
 * @param timeZone of the company
 * @param now epoch ms
 * @param failed called with the error of each read that failed
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
 * Adds a job's finished legs and stays, and the true places of its stops, to the travel-time model's samples. A sample that is added twice counts once; concurrent
 * writers lose nothing. One read, and one write if there is something new.
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
  const sites = siteSamples(job);
  if (legs.length === 0 && dwells.length === 0 && sites.length === 0) return;
  for (let tries = 0; tries < MAX_WRITE_ATTEMPTS; tries += 1) {
    const { record, version } = await store.read();
    const taught = learn(record, legs, dwells, timeZone, sites);
    if (taught === record || (await store.replace(taught, version))) return;
  }
};
