import type { JobKind, SilenceCause, StopKind } from '@qdn/domain';
import type { LinkProblem } from '../answer.ts';
import type { Wind } from '../formats.ts';
import type { Scene } from '../scene.ts';

export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A headline, and a sentence that explains it. */
export type Heading = { headline: string; lead: string };

/** The trailer's direction: to the customer, back to them, or to a stop that is the company's own business. */
export type Way = 'to-customer' | 'back-to-customer' | 'elsewhere';

/** A stop as the customer sees it: their own site, or its role for the company. */
export type Place = StopKind | 'customerSite';

/** A time of the past: the clock, and the day in words ("yesterday", "Monday", "March 5") unless it is today's. */
export type Moment = { day: string | null; clock: string };

/** The reason why the server was not reached: the phone has no network, the request got no answer, or the server failed. */
export type Trouble = 'offline' | 'network' | 'server';

/** All words of the page in one language. Names, times and lengths arrive formatted. */
export type Words = {
  language: Language;
  /** Formats of dates and numbers when the browser names no region of this language. */
  locale: string;
  /** For the switch: the language's own name. */
  ownName: string;
  title(headline: string, company: string): string;
  kinds: Record<JobKind, string>;
  stages: { scheduled: string; onTheWay: string; atSite: string; next: string; done: string };
  stagesLabel: string;

  scheduled(day: string | null): Heading;
  scheduledDay(daysAhead: number, weekday: string, date: string): string;
  scheduledAt(date: string, clock: string): string;
  onTheWay(way: Way, stop: StopKind | null): Heading;
  atSite(stop: StopKind, trailers: number): string;
  onToNext(way: Way, stop: StopKind | null): Heading;
  /** @param daysAgo 1 or more */
  pastDay(daysAgo: number, weekday: string, date: string): string;
  arrivedAt(moment: Moment): string;
  leftAt(moment: Moment): string;
  completed(kind: JobKind, trailers: number): Heading;
  finished(date: string, clock: string): string;
  cancelled(): Heading;
  link(problem: LinkProblem): Heading;
  unreached(trouble: Trouble): Heading;

  arriving(minutes: number): string;
  before(clock: string): string;
  unknownArrival: string;
  noPosition: string;
  otherLeg: string;

  trailersLabel: string;
  nearestOf(count: number): string;
  distanceLabel: string;
  toGo(length: string): string;
  positionLabel: string;
  secondsAgo(seconds: number): string;
  minutesAgo(minutes: number): string;
  /** As a fact: "2:11 PM", "Yesterday, 2:11 PM" */
  momentText(moment: Moment): string;
  notYet: string;
  checking: string;
  staleMoving(minutes: number): string;
  staleStanding(minutes: number): string;
  lost(moment: Moment, cause: SilenceCause | null): string;

  offlineNotice(moment: Moment): string;
  troubleNotice(moment: Moment): string;
  tryAgain: string;

  /** Names of places on the map. */
  mapLabels: Record<Place, string>;
  mapText(length: string, wind: Wind, place: Place): string;
  mapTextAt(place: Place): string;
  north: string;
  /** Names of the buttons on the map, and hints for hands that want to move it. */
  mapControls: Scene['controls'];

  textUs: string;
  callUs: string;
  addToCalendar: string;
  calendarNote(textNumber: string, phone: string): string;
  share: string;
  shareHint: string;
  copied: string;
  showUnits: { metric: string; us: string };
};
