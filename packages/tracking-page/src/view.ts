import {
  bearingDeg,
  type CustomerStage,
  distanceM,
  ETA_OVERDUE_MS,
  freshnessOf,
  isComing,
  isPickup,
  isPresent,
  isTimeOver,
} from '@qdn/domain';
import type { LinkProblem } from './answer.ts';
import type { CalendarEvent } from './calendar.ts';
import { aboutMinutes, createFormats, type Formats, phoneText, type Units, unitsOf, windOf } from './formats.ts';
import type { Scene } from './scene.ts';
import type { Company, Position, Tracking } from './tracking.ts';
import type { Speech, Words } from './words/index.ts';
import type { Heading, Moment, Trouble } from './words/words.ts';

/** Everything that has been learned. `newsAt` is the server's time of the last answer; `checking` after waking up. */
export type TrackingState =
  | { kind: 'loading' }
  | { kind: 'link'; problem: LinkProblem }
  | { kind: 'unreached'; trouble: Trouble }
  | { kind: 'following'; tracking: Tracking; newsAt: number; trouble: Trouble | null; checking: boolean };

/** `moving` and `here` are good news, `waiting` and `over` are calm, `problem` asks for something. */
export type Tone = 'waiting' | 'moving' | 'here' | 'done' | 'over' | 'problem';

export type Emblem = 'calendar' | 'pin' | 'check' | 'cross' | 'link' | 'cloud';

export type Stage = { label: string; state: 'done' | 'current' | 'ahead' };
export type Fact = { label: string; value: string; live: boolean };
export type Link = { label: string; detail: string; href: string };

/** The view in words. Null and empty parts are not shown. */
export type TrackingView = {
  tone: Tone;
  title: string;
  eyebrow: string;
  headline: string;
  /** "in about 20 minutes" */
  arrival: string | null;
  /** "2:10 – 2:35 PM", or the day of a scheduled job, or when it ended. */
  when: string | null;
  zone: string | null;
  lead: string;
  stages: Stage[];
  stagesLabel: string;
  facts: Fact[];
  /** The reason why the position is old or missing. `urgent` when it is better to call than to wait. */
  note: { text: string; urgent: boolean } | null;
  /** No recent answer; the last one is still shown. */
  notice: string | null;
  /** Label of the button that asks again at once. */
  retry: string | null;
  /** A sign in place of the map. */
  emblem: Emblem | null;
  map: Scene | null;
  /** The map in words, for those who do not see it and below it for all. */
  mapText: string | null;
  textUs: Link;
  callUs: Link;
  /** For the reader's calendar; null when there is nothing to wait for. */
  calendar: { label: string; event: CalendarEvent } | null;
  /** The text for a screen reader when it has changed enough: see `announcement.ts`. */
  step: { status: string; minutes: number | null };
};

/** The reader's language and units. `units` null: those on the road signs of the site. */
export type Settings = { speech: Speech; units: Units | null; company: Company };

const MINUTE_MS = 60_000;
/** Slower than this is standing, in m/s: GPS noise of a parked trailer. */
const STANDING_MPS = 1;
/** An arrival range that begins within this time, in ms, has begun: only its end is shown. */
const BEGUN_MS = 2 * MINUTE_MS;

type Now = { at: number; words: Words; formats: Formats; units: Units };

const contacts = (company: Company, words: Words, jobId: string | null): Pick<TrackingView, 'textUs' | 'callUs'> => ({
  textUs: {
    label: words.textUs,
    detail: phoneText(company.textNumber),
    // "?&" is understood by old iOS and Android alike.
    href: `sms:${company.textNumber}${jobId ? `?&body=${encodeURIComponent(`${jobId}: `)}` : ''}`,
  },
  callUs: { label: words.callUs, detail: phoneText(company.phone), href: `tel:${company.phone}` },
});

const emptyView = (tone: Tone, heading: Heading, company: Company, words: Words): TrackingView => ({
  tone,
  title: words.title(heading.headline, company.name),
  eyebrow: '',
  headline: heading.headline,
  arrival: null,
  when: null,
  zone: null,
  lead: heading.lead,
  stages: [],
  stagesLabel: words.stagesLabel,
  facts: [],
  note: null,
  notice: null,
  retry: null,
  emblem: 'link',
  map: null,
  mapText: null,
  calendar: null,
  ...contacts(company, words, null),
  step: { status: heading.headline, minutes: null },
});

/** The stage in the list of all at which a stage without an entry of its own counts. */
const LISTED: Partial<Record<CustomerStage, CustomerStage>> = { under_way: 'on_the_way', back: 'done' };

const stagesOf = (tracking: Tracking, words: Words): Stage[] => {
  const { stage, stages } = tracking;
  const current = stages.indexOf(LISTED[stage] ?? stage);
  const names: Partial<Record<CustomerStage, string>> = words.stages;
  if (current < 0) return [];
  return stages.map((each, i) => ({
    label: names[each] ?? words.outcomes[tracking.outcome],
    state: i < current || stage === 'done' ? 'done' : i === current ? 'current' : 'ahead',
  }));
};

const EMBLEM_OF: Partial<Record<CustomerStage, Emblem>> = {
  scheduled: 'calendar',
  done: 'check',
  failed: 'cross',
  cancelled: 'cross',
};

/** Tells whether the trailer is on the way to the customer, or with them. In other stages its position is not shown. */
const isTheirs = ({ stage }: Tracking): boolean => isComing(stage) || isPresent(stage);

/** A time of the past, with its day when that is not today's at the site. */
const momentOf = (when: number, { at, words, formats }: Now): Moment => {
  const daysAgo = -formats.daysAhead(when, at);
  const day = daysAgo > 0 ? words.pastDay(daysAgo, formats.weekday(when), formats.date(when)) : null;
  return { day, clock: formats.clock(when) };
};

type Standing = { heading: Heading; when: string | null; zoneAt: number | null; tone: Tone };

const headingOf = (tracking: Tracking, now: Now): Heading => {
  const { stage, kind, outcome, since, stop, trailerCount, trailersDone } = tracking;
  const { words } = now;
  if (stage === 'scheduled' || stage === 'cancelled') return words[stage](null);
  const pickup = isPickup({ kind, stage, site: stop });
  const heading = words.stage[stage]({ kind, outcome, trailers: trailerCount, pickup, moment: momentOf(since, now) });
  if (!trailersDone) return heading;
  const done = words.partDone({ ...trailersDone, of: trailerCount, moment: momentOf(trailersDone.at, now) }, outcome);
  return { ...heading, lead: stage === 'under_way' ? done : `${done} ${heading.lead}`.trim() };
};

/** The words that follow from the stage alone. */
const standing = (tracking: Tracking, now: Now): Standing => {
  const { at, words, formats } = now;
  const { stage, since, scheduledFor } = tracking;
  const moment = momentOf(since, now);
  const heading = headingOf(tracking, now);
  const timed = (when: string, tone: Tone, zoneAt: number = since): Standing => ({ heading, when, zoneAt, tone });
  const calm = (tone: Tone): Standing => ({ heading, when: null, zoneAt: null, tone });
  switch (stage) {
    case 'scheduled': {
      if (scheduledFor === null) return calm('waiting');
      const days = formats.daysAhead(scheduledFor, at);
      const day = words.scheduledDay(days, formats.weekday(scheduledFor), formats.date(scheduledFor));
      const date = formats.fullDate(scheduledFor);
      // A time that has passed without a departure would be read as a promise.
      if (isTimeOver(scheduledFor, at))
        return {
          heading: { ...words.scheduled(day), lead: words.notSetOut },
          when: date,
          zoneAt: null,
          tone: 'waiting',
        };
      const when = words.scheduledAt(date, formats.clock(scheduledFor));
      return { ...timed(when, 'waiting', scheduledFor), heading: words.scheduled(day) };
    }
    case 'under_way':
    case 'on_the_way':
    case 'on_the_way_back':
      return calm('moving');
    case 'at_site':
    case 'back':
      return timed(words.arrivedAt(moment), 'here');
    case 'away':
      return timed(words.pickedUpAt(moment), 'moving');
    case 'done':
      return timed(words.finished(formats.fullDate(since), moment.clock), 'done');
    case 'failed':
      return timed(words.finished(formats.fullDate(since), moment.clock), 'problem');
    case 'cancelled':
      return { heading, when: formats.fullDate(since), zoneAt: null, tone: 'over' };
  }
};

type Coming = { arrival: string | null; when: string | null; minutes: number | null };

const coming = ({ stage, eta }: Tracking, isLost: boolean, { at, words, formats }: Now): Coming | null => {
  if (!isComing(stage)) return null;
  if (!eta || at > eta.latest + ETA_OVERDUE_MS) return { arrival: null, when: words.unknownArrival, minutes: null };
  const minutes = aboutMinutes(eta.likely - at);
  const begun = eta.earliest <= at + BEGUN_MS;
  return {
    // Minutes would claim more than is known of a trailer that is silent.
    arrival: isLost ? null : words.arriving(minutes),
    when: begun ? words.before(formats.rangeEnd(eta.latest, at)) : formats.range(eta.earliest, eta.latest, at),
    minutes,
  };
};

const ageText = (ageMs: number, position: Position, now: Now): string => {
  const { words } = now;
  if (ageMs < MINUTE_MS) return words.secondsAgo(Math.floor(ageMs / 5000) * 5);
  if (ageMs < 60 * MINUTE_MS) return words.minutesAgo(Math.floor(ageMs / MINUTE_MS));
  return words.momentText(momentOf(position.at, now));
};

/** Tells whether the position says that the trailer stands; without a speed it may be moving. */
const stands = ({ speedMps }: Position): boolean => speedMps !== null && speedMps < STANDING_MPS;

const staleness = (position: Position, ageMs: number, stage: CustomerStage, now: Now): TrackingView['note'] => {
  const { words } = now;
  const isAtStop = isPresent(stage);
  switch (freshnessOf(ageMs)) {
    case 'live':
      return null;
    case 'recent': {
      const minutes = Math.floor(ageMs / MINUTE_MS);
      return {
        text: isAtStop || stands(position) ? words.staleStanding(minutes) : words.staleMoving(minutes),
        urgent: false,
      };
    }
    case 'lost': {
      const cause = position.cause ?? (isAtStop ? 'parked' : null);
      // A parked trailer has no news; for any other, the reader can ask the company.
      return { text: words.lost(momentOf(position.at, now), cause), urgent: cause !== 'parked' };
    }
  }
};

const sceneOf = (tracking: Tracking, position: Position, ageMs: number, { words, formats, units }: Now): Scene => ({
  stop: tracking.stop && { ...tracking.stop.ring, label: words.mapLabel },
  trailer: {
    id: position.trailerId,
    lat: position.lat,
    lon: position.lon,
    at: position.at,
    accuracyM: position.accuracyM,
    headingDeg: position.headingDeg,
    moving: !stands(position),
    fresh: freshnessOf(ageMs) !== 'lost',
  },
  trail: tracking.trail,
  units,
  mark: formats.mark,
  north: words.north,
  controls: words.mapControls,
});

const mapTextOf = ({ stop, trailerCount }: Tracking, position: Position, { words, formats }: Now): string => {
  const nearest = trailerCount > 1 ? words.nearestOf(trailerCount) : '';
  if (!stop) return nearest;
  const away = distanceM(stop.ring, position);
  const where =
    away <= stop.ring.radiusM
      ? words.mapTextAt
      : words.mapText(formats.length(away), windOf(bearingDeg(stop.ring, position)));
  return `${where} ${nearest}`.trim();
};

const factsOf = (tracking: Tracking, ageMs: number | null, showEta: boolean, checking: boolean, now: Now): Fact[] => {
  const { words, formats } = now;
  const facts: Fact[] = [];
  const add = (label: string, value: string, live = false) => facts.push({ label, value, live });
  if (tracking.stage === 'cancelled' || tracking.stage === 'failed') return facts;
  if (tracking.trailerCount > 0) add(words.trailersLabel, String(tracking.trailerCount));
  // That there is one trailer is in the headline: alone, it is not worth a fact.
  const told = () => (facts.length === 1 && tracking.trailerCount === 1 ? [] : facts);
  if (!isTheirs(tracking)) return told();
  if (showEta && tracking.eta) add(words.distanceLabel, words.toGo(formats.length(tracking.eta.distanceM)));
  if (checking) add(words.positionLabel, words.checking);
  else if (ageMs === null || !tracking.position) add(words.positionLabel, words.notYet);
  else add(words.positionLabel, ageText(ageMs, tracking.position, now), freshnessOf(ageMs) === 'live');
  return told();
};

/** Duration of a scheduled visit in the calendar, in ms. */
const VISIT_MS = 60 * MINUTE_MS;

/** The day of a scheduled job, or the arrival that is expected. */
const calendarOf = (tracking: Tracking, hasEta: boolean, { at, words }: Now): TrackingView['calendar'] => {
  const { jobId, stage, kind, scheduledFor, eta, company, stop } = tracking;
  const span =
    stage === 'scheduled' && scheduledFor !== null && !isTimeOver(scheduledFor, at)
      ? { start: scheduledFor, end: scheduledFor + VISIT_MS }
      : hasEta && eta
        ? { start: eta.earliest, end: eta.latest }
        : null;
  if (!span) return null;
  const numbers = { text: phoneText(company.textNumber), call: phoneText(company.phone) };
  return {
    label: words.addToCalendar,
    event: {
      id: jobId,
      ...span,
      title: `${company.name}: ${words.kinds[kind]}`,
      description: `${jobId}\n${words.calendarNote(numbers.text, numbers.call)}`,
      place: stop?.ring ?? null,
    },
  };
};

/**
 * Puts the state into words.
 * @param at the server's time, epoch ms
 */
export const describe = (state: TrackingState, at: number, settings: Settings): TrackingView | null => {
  const { words, locale } = settings.speech;
  switch (state.kind) {
    case 'loading':
      return null;
    case 'link':
      return emptyView('problem', words.link(state.problem), settings.company, words);
    case 'unreached': {
      const view = emptyView('problem', words.unreached(state.trouble), settings.company, words);
      return { ...view, retry: words.tryAgain, emblem: 'cloud' };
    }
    case 'following':
      break;
  }

  const { tracking, trouble, checking } = state;
  const { company, position } = tracking;
  const units = settings.units ?? unitsOf(company.timeZone);
  const formats = createFormats(locale, company.timeZone, units);
  const now: Now = { at, words, formats, units };

  const { heading, when, zoneAt, tone } = standing(tracking, now);
  const isShown = isTheirs(tracking);
  const ageMs = position ? Math.max(0, at - position.at) : null;
  const eta = coming(tracking, ageMs !== null && freshnessOf(ageMs) === 'lost', now);
  const newsAt = momentOf(state.newsAt, now);
  const stale = position && ageMs !== null && !checking ? staleness(position, ageMs, tracking.stage, now) : null;

  return {
    tone,
    title: words.title(heading.headline, company.name),
    eyebrow: `${words.kinds[tracking.kind]} · ${tracking.jobId}`,
    headline: heading.headline,
    arrival: eta?.arrival ?? null,
    when: eta?.when ?? when,
    zone: eta?.minutes != null ? formats.zone(at) : zoneAt !== null && when !== null ? formats.zone(zoneAt) : null,
    lead: heading.lead,
    stages: stagesOf(tracking, words),
    stagesLabel: words.stagesLabel,
    facts: factsOf(tracking, ageMs, eta?.minutes != null, checking, now),
    note: isShown
      ? position
        ? stale
        : { text: words.noPosition, urgent: false }
      : tone === 'moving'
        ? { text: words.otherLeg, urgent: false }
        : null,
    notice: trouble && (trouble === 'offline' ? words.offlineNotice(newsAt) : words.troubleNotice(newsAt)),
    retry: trouble && words.tryAgain,
    emblem: position && isShown ? null : (EMBLEM_OF[tracking.stage] ?? 'pin'),
    map: isShown && position && ageMs !== null ? sceneOf(tracking, position, ageMs, now) : null,
    mapText: isShown && position ? mapTextOf(tracking, position, now) : null,
    calendar: calendarOf(tracking, eta?.minutes != null, now),
    ...contacts(company, words, tracking.jobId),
    step: { status: heading.headline, minutes: eta?.minutes ?? null },
  };
};
