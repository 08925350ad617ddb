import { clockTime } from '../customer/stage-words.ts';
import type { Job } from '../job.ts';
import { METRES_PER_MILE } from '../movement/geo.ts';
import type { OwnerAlert } from './owner-alert.ts';
import { withoutAccents } from './text-layout.ts';

/* Texts to the operator about trailers: what happened, where, and a map. */

/** Maximum length of an address in such a text. */
const MAX_ADDRESS_LENGTH = 60;

/** Distance in m within which a trailer is back where it was. */
const BACK_M = 300;
/** Returns a distance in feet or miles, as people say it. */
const farText = (metres: number): string =>
  metres < 400 ? `${Math.round((metres * 3.28) / 50) * 50} ft` : `${(metres / METRES_PER_MILE).toFixed(1)} mi`;

/** Tells the operator that a trailer moved without a job, or asks about one that stands near a stop that it has not reached. */
export const alertText = (alert: OwnerAlert, job: Job | null, timeZone: string): string => {
  const { trailerId, at, place, metres } = alert;
  const map = `https://maps.google.com/?q=${place.lat.toFixed(5)},${place.lon.toFixed(5)}`;
  if (alert.what === 'moved') {
    const where = metres < BACK_M ? 'It is back where it was' : `Now ${farText(metres)} away`;
    return `${trailerId} moved at ${clockTime(at, timeZone)} without a job. ${where}: ${map}`;
  }
  const stop = job?.stops[alert.stop];
  const address = withoutAccents(stop?.address || 'the stop').slice(0, MAX_ADDRESS_LENGTH);
  const stands = `${trailerId} has stood for ${alert.minutes} min, ${farText(metres)} from ${address} (job ${alert.jobId})`;
  return `${stands}. Is it there? Then set the job to at site. ${map}`;
};
