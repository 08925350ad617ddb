import type { CustomerStage, JobKind, JobOutcome, SilenceCause } from '@qdn/domain';
import type { LinkProblem } from '../answer.ts';
import type { Wind } from '../formats.ts';
import type { Scene } from '../scene.ts';

export const LANGUAGES = ['en', 'es'] as const;
export type Language = (typeof LANGUAGES)[number];

/** A headline, and a sentence that explains it. */
export type Heading = { headline: string; lead: string };

/** The trailers of several that are done, of all of them, and the time of the last one. */
export type PartDone = { count: number; of: number; moment: Moment };

/** A stage as its headline needs it. `pickup`: the trailer comes to be picked up, or is there for that. */
export type StageFacts = { kind: JobKind; outcome: JobOutcome; trailers: number; pickup: boolean; moment: Moment };

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
  /** Names of the stages in the list of all; the last one is the result. */
  stages: Record<Exclude<CustomerStage, 'under_way' | 'back' | 'done' | 'failed' | 'cancelled'>, string>;
  outcomes: Record<JobOutcome, string>;
  stagesLabel: string;

  scheduled(day: string | null): Heading;
  /** Of a job whose time is over without a departure. */
  notSetOut: string;
  scheduledDay(daysAhead: number, weekday: string, date: string): string;
  scheduledAt(date: string, clock: string): string;
  /** The headline of a stage after booking. */
  stage: Record<Exclude<CustomerStage, 'scheduled' | 'cancelled'>, (facts: StageFacts) => Heading>;
  /** "1 of 2 delivered at 9:20 AM." */
  partDone(done: PartDone, outcome: JobOutcome): string;
  /** @param daysAgo 1 or more */
  pastDay(daysAgo: number, weekday: string, date: string): string;
  arrivedAt(moment: Moment): string;
  pickedUpAt(moment: Moment): string;
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

  /** Name of the customer's site on the map. */
  mapLabel: string;
  mapText(length: string, wind: Wind): string;
  mapTextAt: string;
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
