import { bearingDeg, distanceM, type Freshness, freshnessOf } from '@qdn/domain';
import { isUnderWay, phaseOf, STATUS_TRAITS } from '@qdn/domain/job-status';
import type { LinkProblem } from './answer.ts';
import type { CalendarEvent } from './calendar.ts';
import { aboutMinutes, createFormats, type Formats, phoneText, type Units, unitsOf, windOf } from './formats.ts';
import type { Scene } from './scene.ts';
import type { Company, Position, Tracking } from './tracking.ts';
import type { Place, Speech, Words } from './words/index.ts';
import type { Heading, Moment, Trouble, Way } from './words/words.ts';

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
/** An arrival time that has been over for this long without news is none. */
const OVERDUE_MS = 2 * MINUTE_MS;

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

/** Index of each status in the page's list of stages; null for a status without stages. */
const STAGE_OF: Readonly<Record<Tracking['status'], number | null>> = {
  scheduled: 0,
  in_transit: 1,
  at_site: 2,
  en_route_to_next: 3,
  completed: 4,
  cancelled: null,
};

const stagesOf = ({ status, stop }: Tracking, words: Words): Stage[] => {
  const phase = phaseOf(status);
  // The dump site and the yard are stops on the way back, even while the trailer stands there.
  const current = STAGE_OF[phase === 'standing' && stop && !stop.customerSite ? 'en_route_to_next' : status];
  if (current === null) return [];
  const { scheduled, onTheWay, atSite, next, done } = words.stages;
  return [scheduled, onTheWay, atSite, next, done].map((label, i) => ({
    label,
    state: i < current || phase === 'done' ? 'done' : i === current ? 'current' : 'ahead',
  }));
};

const EMBLEM_OF: Record<Tracking['status'], Emblem> = {
  scheduled: 'calendar',
  in_transit: 'pin',
  at_site: 'pin',
  en_route_to_next: 'pin',
  completed: 'check',
  cancelled: 'cross',
};

const placeOf = (stop: NonNullable<Tracking['stop']>): Place => (stop.customerSite ? 'customerSite' : stop.kind);

/** Tells whether the trailer is on the way to the customer, or with them. On other legs its position is not shown. */
const isOwnLeg = ({ stop }: Tracking): boolean => stop?.customerSite === true;

/** A time of the past, with its day when that is not today's at the site. */
const momentOf = (when: number, { at, words, formats }: Now): Moment => {
  const daysAgo = -formats.daysAhead(when, at);
  const day = daysAgo > 0 ? words.pastDay(daysAgo, formats.weekday(when), formats.date(when)) : null;
  return { day, clock: formats.clock(when) };
};

type Standing = { heading: Heading; when: string | null; zoneAt: number | null; tone: Tone };

/** The words that follow from the status alone. */
const standing = (tracking: Tracking, now: Now): Standing => {
  const { at, words, formats } = now;
  const { status, stop, statusSince, scheduledFor } = tracking;
  const since = momentOf(statusSince, now);
  const calm = (heading: Heading, tone: Tone): Standing => ({ heading, when: null, zoneAt: null, tone });
  switch (status) {
    case 'scheduled': {
      const days = scheduledFor === null ? null : formats.daysAhead(scheduledFor, at);
      if (scheduledFor === null || days === null) return calm(words.scheduled(null), 'waiting');
      const day = words.scheduledDay(days, formats.weekday(scheduledFor), formats.date(scheduledFor));
      const when = words.scheduledAt(formats.fullDate(scheduledFor), formats.clock(scheduledFor));
      return { heading: words.scheduled(day), when, zoneAt: scheduledFor, tone: 'waiting' };
    }
    case 'in_transit': {
      const way: Way = !stop || stop.customerSite ? 'to-customer' : 'elsewhere';
      return calm(words.onTheWay(way, stop?.kind ?? null), 'moving');
    }
    case 'at_site':
      return {
        heading: {
          headline: words.atSite(stop?.customerSite === false ? stop.kind : 'drop_off', tracking.trailerCount),
          lead: '',
        },
        when: words.arrivedAt(since),
        zoneAt: statusSince,
        tone: 'here',
      };
    case 'en_route_to_next': {
      const heading = words.onToNext(stop?.customerSite ? 'back-to-customer' : 'elsewhere', stop?.kind ?? null);
      // Without an arrival time, the page says when it left.
      return { heading, when: tracking.eta ? null : words.leftAt(since), zoneAt: statusSince, tone: 'moving' };
    }
    case 'completed':
      return {
        heading: words.completed(tracking.kind, tracking.trailerCount),
        when: words.finished(formats.fullDate(statusSince), since.clock),
        zoneAt: statusSince,
        tone: 'done',
      };
    case 'cancelled':
      return calm(words.cancelled(), 'over');
  }
};

type Coming = { arrival: string | null; when: string | null; minutes: number | null };

const coming = ({ status, eta }: Tracking, freshness: Freshness | null, { at, words, formats }: Now): Coming | null => {
  if (phaseOf(status) !== 'driving') return null;
  if (!eta || freshness === 'lost' || at > eta.latest + OVERDUE_MS) {
    return STATUS_TRAITS[status].drive === 'first'
      ? { arrival: null, when: words.unknownArrival, minutes: null }
      : null;
  }
  const minutes = aboutMinutes(eta.likely - at);
  const begun = eta.earliest <= at + 2 * MINUTE_MS;
  return {
    arrival: words.arriving(minutes),
    when: begun ? words.before(formats.rangeEnd(eta.latest)) : formats.range(eta.earliest, eta.latest),
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

const staleness = (position: Position, ageMs: number, status: Tracking['status'], now: Now): TrackingView['note'] => {
  const { words } = now;
  const isAtStop = phaseOf(status) === 'standing';
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
  stop: tracking.stop?.ring ? { ...tracking.stop.ring, label: words.mapLabels[placeOf(tracking.stop)] } : null,
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
  if (!stop?.ring) return nearest;
  const away = distanceM(stop.ring, position);
  const where =
    away <= stop.ring.radiusM
      ? words.mapTextAt(placeOf(stop))
      : words.mapText(formats.length(away), windOf(bearingDeg(stop.ring, position)), placeOf(stop));
  return `${where} ${nearest}`.trim();
};

const factsOf = (tracking: Tracking, ageMs: number | null, showEta: boolean, checking: boolean, now: Now): Fact[] => {
  const { words, formats } = now;
  const facts: Fact[] = [];
  const add = (label: string, value: string, live = false) => facts.push({ label, value, live });
  if (phaseOf(tracking.status) === 'called-off') return facts;
  if (tracking.trailerCount > 0) add(words.trailersLabel, String(tracking.trailerCount));
  // That there is one trailer is in the headline: alone, it is not worth a fact.
  const told = () => (facts.length === 1 && tracking.trailerCount === 1 ? [] : facts);
  if (!isUnderWay(tracking.status)) return told();
  if (showEta && tracking.eta) add(words.distanceLabel, words.toGo(formats.length(tracking.eta.distanceM)));
  if (checking) add(words.positionLabel, words.checking);
  else if ((ageMs === null || !tracking.position) && !isOwnLeg(tracking)) return told();
  else if (ageMs === null || !tracking.position) add(words.positionLabel, words.notYet);
  else add(words.positionLabel, ageText(ageMs, tracking.position, now), freshnessOf(ageMs) === 'live');
  return told();
};

/** Duration of a scheduled visit in the calendar, in ms. */
const VISIT_MS = 60 * MINUTE_MS;

/** The day of a scheduled job, or the arrival that is expected. */
const calendarOf = (tracking: Tracking, hasEta: boolean, { words }: Now): TrackingView['calendar'] => {
  const { jobId, status, kind, scheduledFor, eta, company, stop } = tracking;
  const span =
    phaseOf(status) === 'waiting' && scheduledFor !== null
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
      place: stop?.customerSite ? stop.ring : null,
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
  const onTheRoad = isUnderWay(tracking.status);
  const ageMs = position ? Math.max(0, at - position.at) : null;
  const eta = coming(tracking, ageMs === null ? null : freshnessOf(ageMs), now);
  const newsAt = momentOf(state.newsAt, now);
  const stale = position && ageMs !== null && !checking ? staleness(position, ageMs, tracking.status, now) : null;

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
    note: onTheRoad
      ? position
        ? stale
        : { text: isOwnLeg(tracking) ? words.noPosition : words.otherLeg, urgent: false }
      : null,
    notice: trouble && (trouble === 'offline' ? words.offlineNotice(newsAt) : words.troubleNotice(newsAt)),
    retry: trouble && words.tryAgain,
    emblem: position && onTheRoad ? null : EMBLEM_OF[tracking.status],
    map: onTheRoad && position && ageMs !== null ? sceneOf(tracking, position, ageMs, now) : null,
    mapText: onTheRoad && position ? mapTextOf(tracking, position, now) : null,
    calendar: calendarOf(tracking, eta?.minutes != null, now),
    ...contacts(company, words, tracking.jobId),
    step: { status: heading.headline, minutes: eta?.minutes ?? null },
  };
};
