import { looksLikeToken } from '@qdn/contracts/patterns';
import { readAnswer } from './answer.ts';
import { createServerClock } from './clock.ts';
import { prepareFormats, type Units, unitsOf } from './formats.ts';
import { createMapSlot } from './map-slot.ts';
import { createPoller, type Outcome, type Poller } from './polling.ts';
import { createRequests, type EarlyRequest } from './requests.ts';
import type { MapModule } from './scene.ts';
import { Screen } from './screen.ts';
import { type Company, isOver, type Tracking } from './tracking.ts';
import { describe, type TrackingState, type TrackingView } from './view.ts';
import { type Language, speechFor } from './words/index.ts';
import type { Trouble } from './words/words.ts';

/** Maximum age of a view between two answers, in ms: ages are said in steps of 5 s. */
const TICK_MS = 5_000;
/** Time that an answer may take after the page is in view again, before old news is marked as such, in ms. */
const PATIENCE_MS = 400;

export type FollowJobOptions = {
  /** Contains `trackingMarkup`. */
  root: ParentNode;
  /** Null when the link had none. */
  token: string | null;
  /** Origin of the API: "https://track.example.com". */
  origin: string;
  /** The company to name until an answer names one. */
  company: Company;
  language: Language;
  /** The reader's languages, best first, for the formats of dates. */
  preferred: readonly string[];
  /** Null for the units on the road signs of the site. */
  units: Units | null;
  early: EarlyRequest | null;
  loadMap: (() => Promise<MapModule>) | null;
  /** Called after every change of the view. */
  onView(view: TrackingView, tracking: Tracking | null): void;
};

export type FollowedJob = { setLanguage(language: Language): void; setUnits(units: Units): void; stop(): void };

const POLLING_TIMER = {
  now: () => performance.now(),
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

type Request = ReturnType<typeof createRequests>;

/** Follows one job: asks, and shows the answers in the given markup. */
class JobFollower implements FollowedJob {
  readonly #options: FollowJobOptions;
  readonly #request: Request | null;
  readonly #clock = createServerClock();
  readonly #screen: Screen;
  readonly #map: ReturnType<typeof createMapSlot>;
  readonly #poller: Poller;
  #language: Language;
  #units: Units | null;
  #state: TrackingState = { kind: 'loading' };
  #failures = 0;
  /** True when the last request got an answer of any kind. */
  #reached = false;
  #patience: ReturnType<typeof setTimeout> | undefined;
  #ticking: ReturnType<typeof setInterval> | undefined;

  constructor(options: FollowJobOptions) {
    const { root, token, language, units, loadMap } = options;
    this.#options = options;
    this.#language = language;
    this.#units = units;
    this.#request = token && looksLikeToken(token) ? createRequests(options.origin, token, options.early) : null;
    this.#screen = new Screen(root, this.#askNow, this.#serverTime);
    this.#map = createMapSlot(this.#screen.paper, loadMap, () => this.#screen.mapFailed());
    this.#poller = createPoller(this.#ask, this.#receive, POLLING_TIMER, Math.random);
  }

  start(): void {
    const { token, company, preferred } = this.#options;
    if (!this.#request) {
      this.#state = { kind: 'link', problem: token === null ? 'missing' : 'unreadable' };
      this.#show();
      return;
    }
    document.addEventListener('visibilitychange', this.#follow);
    addEventListener('online', this.#askNow);
    this.#follow();
    const { locale } = speechFor(this.#language, preferred);
    prepareFormats(locale, company.timeZone, this.#units ?? unitsOf(company.timeZone));
  }

  setLanguage(language: Language): void {
    this.#language = language;
    this.#show();
  }

  setUnits(units: Units): void {
    this.#units = units;
    this.#show();
  }

  stop(): void {
    document.removeEventListener('visibilitychange', this.#follow);
    removeEventListener('online', this.#askNow);
    clearInterval(this.#ticking);
    clearTimeout(this.#patience);
    this.#poller.stop();
    this.#map.destroy();
  }

  readonly #askNow = () => this.#poller.askNow();
  readonly #serverTime = () => this.#clock.at(performance.now()) ?? 0;

  readonly #show = () => {
    const state = this.#state;
    const { company, preferred, onView } = this.#options;
    const view = describe(state, this.#serverTime(), {
      speech: speechFor(this.#language, preferred),
      units: this.#units,
      company: state.kind === 'following' ? state.tracking.company : company,
    });
    if (!view) return;
    this.#screen.show(view, this.#language);
    this.#map.show(view.map);
    onView(view, state.kind === 'following' ? state.tracking : null);
  };

  readonly #ask = async (signal: AbortSignal): Promise<Outcome> => {
    const { token } = this.#options;
    if (!this.#request || !token) return { kind: 'end' };
    this.#reached = false;
    const response = await this.#request(signal);
    this.#reached = true;
    const answer = await readAnswer(response, token);
    if (signal.aborted) return { kind: 'failure', retryAfterMs: 0 };
    if (answer.kind === 'trouble') return { kind: 'failure', retryAfterMs: answer.retryAfterMs };
    if (answer.kind === 'link') {
      this.#state = { kind: 'link', problem: answer.problem };
      return { kind: 'end' };
    }
    const { tracking, ageS } = answer;
    this.#clock.learn({ serverTime: tracking.serverTime, ageS, readAt: performance.now() });
    this.#state = { kind: 'following', tracking, newsAt: this.#serverTime(), trouble: null, checking: false };
    return isOver(tracking) ? { kind: 'end' } : { kind: 'news', ageMs: ageS * 1000 };
  };

  readonly #receive = (outcome: Outcome) => {
    clearTimeout(this.#patience);
    this.#failures = outcome.kind === 'failure' ? this.#failures + 1 : 0;
    if (outcome.kind === 'failure') this.#markTrouble();
    this.#show();
  };

  #markTrouble(): void {
    const trouble: Trouble = this.#reached ? 'server' : navigator.onLine ? 'network' : 'offline';
    if (this.#state.kind !== 'following') {
      this.#state = { kind: 'unreached', trouble };
      return;
    }
    // A single lost request is everyday life on a phone, and not news for the reader.
    const marked = trouble === 'offline' || this.#failures > 1;
    this.#state = { ...this.#state, checking: false, trouble: marked ? trouble : this.#state.trouble };
  }

  /** Polls and redraws while the page is in view. */
  readonly #follow = () => {
    clearInterval(this.#ticking);
    clearTimeout(this.#patience);
    const visible = !document.hidden;
    this.#poller.setVisible(visible);
    if (!visible) return;
    this.#ticking = setInterval(this.#show, TICK_MS);
    if (this.#state.kind !== 'following' || isOver(this.#state.tracking)) return;
    // No clock that can be trusted says for how long the phone slept.
    this.#patience = setTimeout(() => {
      if (this.#state.kind === 'following') this.#state = { ...this.#state, checking: true };
      this.#show();
    }, PATIENCE_MS);
  };
}

/** Starts to follow one job in the given markup. */
export const followJob = (options: FollowJobOptions): FollowedJob => {
  const job = new JobFollower(options);
  job.start();
  return job;
};
