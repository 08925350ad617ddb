import type { Wire } from '@qdn/contracts';
import { type Language, WORDS } from './words.ts';

export type Location = Wire<'jobLocation'>;
export type Stage = { label: string; state: 'done' | 'now' | 'next' };
export type Tone = 'moving' | 'here' | 'calm' | 'ended';

/** Everything that the page says, in words. Null where there is nothing to say. */
export type ViewModel = {
  tone: Tone;
  headline: string;
  eta: { label: string; range: string; relative: string } | null;
  day: string | null;
  distance: string | null;
  stages: Stage[];
  trailers: string;
  freshness: { text: string; level: 'live' | 'recent' | 'lost' | 'none' } | null;
  timeZone: string;
  mapText: string | null;
  /** What a screen reader is told when it changes: status and arrival, never each position. */
  announcement: string;
};

const STAGE_OF: Record<Location['status'], number> = { scheduled: 0, in_transit: 1, at_site: 2, en_route_to_next: 3, completed: 4, cancelled: 4 };
const TONE_OF: Record<Location['status'], Tone> = {
  scheduled: 'calm',
  in_transit: 'moving',
  at_site: 'here',
  en_route_to_next: 'moving',
  completed: 'ended',
  cancelled: 'ended',
};

const headlineOf = (location: Location, language: Language): string => {
  const words = WORDS[language].headline;
  const away = location.stop !== null && !location.stop.customerSite;
  if (away && location.status === 'at_site') return words.awayAtStop;
  if (away && location.status === 'in_transit') return words.away;
  return words[location.status];
};

/** `1:05 – 1:20 PM`: the day's half is said once where both ends share it. */
export const timeRange = (earliest: string, latest: string, locale: string, timeZone: string): string =>
  new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone }).formatRange(new Date(earliest), new Date(latest)).replaceAll('\u2009', ' ');

const oneDecimal = (value: number): string => (value < 10 ? value.toFixed(1) : String(Math.round(value)));

/**
 * The page's words for what the API answered.
 * @param now the server's time, epoch ms
 * @param locale BCP 47, of the browser; its language part decides numbers and times
 */
export const viewModel = (location: Location, now: number, language: Language, locale: string): ViewModel => {
  const words = WORDS[language];
  const { status, company } = location;
  const { timeZone } = company;
  const ended = status === 'completed' || status === 'cancelled';
  const stageNow = STAGE_OF[status];
  const headline = headlineOf(location, language);
  const eta = location.eta && !ended ? etaWords(location.eta, now, words, locale, timeZone) : null;
  const distance = location.eta && !ended ? words.distance(oneDecimal(location.eta.distanceM / 1000), oneDecimal(location.eta.distanceM / 1609.344)) : null;
  const day =
    status === 'scheduled' && location.scheduledFor
      ? words.expectedOn(new Intl.DateTimeFormat(locale, { weekday: 'long', month: 'long', day: 'numeric', hour: 'numeric', minute: '2-digit', timeZone }).format(new Date(location.scheduledFor)))
      : null;
  return {
    tone: TONE_OF[status],
    headline,
    eta,
    day: day ?? (ended ? words.finished : null),
    distance,
    stages:
      status === 'cancelled'
        ? []
        : words.stages.map((label, i) => ({ label, state: i < stageNow || status === 'completed' ? 'done' : i === stageNow ? 'now' : 'next' })),
    trailers: words.trailers(location.trailerCount),
    freshness: ended ? null : freshnessWords(location, now, words, locale, timeZone),
    timeZone: words.timeZone(timeZoneName(locale, timeZone, now)),
    mapText: location.position ? words.mapText(distance ?? headline) : null,
    announcement: [headline, eta ? `${words.arriving} ${eta.range}` : ''].filter(Boolean).join('. '),
  };
};

const etaWords = (eta: NonNullable<Location['eta']>, now: number, words: (typeof WORDS)[Language], locale: string, timeZone: string) => {
  const middle = (Date.parse(eta.earliest) + Date.parse(eta.latest)) / 2;
  const minutes = Math.round((middle - now) / 60_000);
  return {
    label: words.arriving,
    range: timeRange(eta.earliest, eta.latest, locale, timeZone),
    relative: minutes < 1 ? words.anyMoment : words.inMinutes(minutes),
  };
};

const freshnessWords = (location: Location, now: number, words: (typeof WORDS)[Language], locale: string, timeZone: string): ViewModel['freshness'] => {
  const { position, status } = location;
  if (!position) return status === 'scheduled' ? null : { text: words.noPosition, level: 'none' };
  const seconds = Math.max(0, Math.round((now - Date.parse(position.at)) / 1000));
  if (seconds < 60) return { text: words.live(seconds), level: 'live' };
  if (seconds <= 15 * 60) return { text: words.seen(Math.round(seconds / 60)), level: 'recent' };
  const when = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', timeZone }).format(new Date(position.at));
  return { text: words.lost(when), level: 'lost' };
};

const timeZoneName = (locale: string, timeZone: string, now: number): string =>
  new Intl.DateTimeFormat(locale, { timeZone, timeZoneName: 'long' }).formatToParts(now).find(({ type }) => type === 'timeZoneName')?.value ?? timeZone;
