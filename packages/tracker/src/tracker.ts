import { looksLikeToken } from '@qdn/contracts/patterns';
import { announce } from './announcement.ts';
import { type LinkProblem, readAnswer } from './answer.ts';
import { type CalendarEvent, calendarFile } from './calendar.ts';
import { createServerClock } from './clock.ts';
import { prepareFormats, type Units, unitsOf } from './formats.ts';
import { createPoller, type Outcome } from './polling.ts';
import type { MapModule, MapView, Scene } from './scene.ts';
import { type Company, isOver, type Tracking } from './tracking.ts';
import { describe, type Stage, type TrackerState, type TrackerView } from './view.ts';
import { type Language, speechFor } from './words/index.ts';
import type { Trouble } from './words/words.ts';

/** How old a view may get between two answers, in ms: ages are said in steps of 5 s. */
const TICK_MS = 5_000;
/** Back in view, an answer may take this long before old news is marked as such, in ms. */
const PATIENCE_MS = 400;

/** A request for the first answer that was started before this code had arrived. */
export type EarlyRequest = { token: string; response: Promise<Response>; giveUp: AbortController };

export type TrackerOptions = {
  /** Holds `trackerMarkup`. */
  root: ParentNode;
  /** Null when the link had none. */
  token: string | null;
  /** Where the API is: "https://track.example.com". */
  origin: string;
  /** What stands in for the company of the answer until there is one. */
  company: Company;
  language: Language;
  /** The reader's languages, best first, for the formats of dates. */
  preferred: readonly string[];
  /** Null: as on the road signs of the site. */
  units: Units | null;
  early: EarlyRequest | null;
  loadMap: (() => Promise<MapModule>) | null;
  /** Told of every change of what is shown. */
  onView(view: TrackerView, tracking: Tracking | null): void;
};

export type Tracker = { setLanguage(language: Language): void; setUnits(units: Units): void; stop(): void };

const part = <T extends Element = HTMLElement>(root: ParentNode, selector: string): T => {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`The tracker's markup has no ${selector}`);
  return found;
};

/** Text of an element; hides it when there is none. Touches the document only when something changed. */
const say = (element: HTMLElement, text: string | null): void => {
  const next = text ?? '';
  if (element.textContent !== next) element.textContent = next;
  element.hidden = next === '';
};

const element = (name: string, className: string, text: string): HTMLElement => {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
};

const stageItem = ({ label, state }: Stage): HTMLElement => {
  const item = element('li', state, '');
  item.append(element('span', 'label', label));
  if (state === 'current') item.setAttribute('aria-current', 'step');
  return item;
};

/** Replaces an element's children when what they are made from has changed. */
const createList = <T>(list: HTMLElement, item: (of: T) => HTMLElement) => {
  let shown = '';
  return (items: readonly T[]) => {
    const next = JSON.stringify(items);
    list.hidden = items.length === 0;
    if (next === shown) return;
    shown = next;
    list.replaceChildren(...items.map(item));
  };
};

/** Long enough for a phone to hand the file to its calendar, in ms. */
const FILE_LASTS_MS = 60_000;

const createScreen = (root: ParentNode, onRetry: () => void, serverTime: () => number) => {
  const article = part(root, '.tracker');
  const notice = part(article, '.notice');
  const emblem = part(article, '.emblem');
  const eyebrow = part(article, '.eyebrow');
  const headline = part(article, '.headline');
  const arrival = part(article, '.arrival');
  const when = part(article, '.when');
  const time = part(article, '.time');
  const zone = part(article, '.zone');
  const lead = part(article, '.lead');
  const stageList = part(article, '.stages');
  const note = part(article, '.note');
  const figure = part(article, '.map');
  const caption = part(article, 'figcaption');
  const actions = part(article, '.actions');
  const retry = part(actions, '.retry');
  const calendar = part<HTMLAnchorElement>(actions, '.calendar');
  const spoken = part(article, '.spoken');
  const showStages = createList(stageList, stageItem);
  const showFacts = createList<TrackerView['facts'][number]>(part(article, '.facts'), ({ label, value, live }) => {
    const fact = element('div', live ? 'fact live' : 'fact', '');
    fact.append(element('dt', '', label), element('dd', '', value));
    return fact;
  });
  const showLink = (name: string, { label, detail, href }: TrackerView['textUs']) => {
    const link = part<HTMLAnchorElement>(actions, `.${name}`);
    part(link, '.what').textContent = label;
    part(link, '.detail').textContent = detail;
    link.href = href;
  };
  retry.addEventListener('click', onRetry);
  let event: CalendarEvent | null = null;
  calendar.addEventListener('click', (click) => {
    if (!event) return click.preventDefault();
    // Made when it is asked for, of what is known then; the link itself then saves it, or opens the calendar.
    const file = new Blob([calendarFile(event, serverTime())], { type: 'text/calendar;charset=utf-8' });
    const url = URL.createObjectURL(file);
    calendar.href = url;
    calendar.download = `${event.id}.ics`;
    setTimeout(() => URL.revokeObjectURL(url), FILE_LASTS_MS);
  });

  let said: TrackerView['step'] | null = null;
  return {
    paper: part(figure, '.paper'),
    mapFailed: () => figure.classList.add('failed'),
    show: (view: TrackerView, language: Language) => {
      article.dataset['tone'] = view.tone;
      article.lang = language;
      article.classList.toggle('mapped', view.map !== null);
      article.removeAttribute('aria-busy');
      say(notice, view.notice);
      emblem.hidden = view.emblem === null;
      emblem.dataset['shows'] = view.emblem ?? '';
      retry.hidden = view.retry === null;
      part(retry, '.what').textContent = view.retry;
      say(eyebrow, view.eyebrow);
      say(headline, view.headline);
      say(arrival, view.arrival);
      say(time, view.when);
      say(zone, view.zone);
      when.hidden = view.when === null;
      say(lead, view.lead);
      stageList.setAttribute('aria-label', view.stagesLabel);
      showStages(view.stages);
      showFacts(view.facts);
      say(note, view.note?.text ?? null);
      note.classList.toggle('urgent', view.note?.urgent === true);
      figure.hidden = view.map === null;
      // Better to call than to look at where it was. Moved only when that changes: what is moved loses the keyboard's focus.
      const callFirst = view.note?.urgent === true;
      if (callFirst !== (actions.nextElementSibling === figure)) figure[callFirst ? 'before' : 'after'](actions);
      say(caption, view.mapText);
      showLink('text', view.textUs);
      showLink('call', view.callUs);
      event = view.calendar?.event ?? null;
      calendar.hidden = event === null;
      part(calendar, '.what').textContent = view.calendar?.label ?? '';
      actions.hidden = false;
      const announcement = announce(said, view);
      if (announcement) {
        said = announcement.said;
        spoken.textContent = announcement.text;
      }
    },
  };
};

/** How long a slow phone takes to bring a frame to its screen, in ms. */
const PAINT_MS = 100;

/** Runs something once what has been written is on the screen: until then line and processor belong to the words. */
const afterPaint = (run: () => void) => requestAnimationFrame(() => setTimeout(run, PAINT_MS));

/** Loads the map's code the first time there is something to show; the words never wait for it. */
const createMapSlot = (paper: HTMLElement, load: TrackerOptions['loadMap'], failed: () => void) => {
  let view: MapView | null = null;
  let latest: Scene | null = null;
  let loading = false;
  return {
    show: (scene: Scene | null) => {
      latest = scene;
      if (view) {
        if (scene) view.show(scene);
        return;
      }
      if (!scene || loading) return;
      loading = true;
      if (!load) {
        failed();
        return;
      }
      afterPaint(() =>
        load().then(({ createMap }) => {
          view = createMap(paper);
          if (latest) view.show(latest);
        }, failed),
      );
    },
    destroy: () => view?.destroy(),
  };
};

/** The first answer if it was asked for early and for the same token, else a request. */
const createRequests = (origin: string, token: string, early: EarlyRequest | null) => {
  let prepared = early?.token === token ? early : null;
  return async (signal: AbortSignal): Promise<Response> => {
    const first = prepared;
    prepared = null;
    if (first) {
      signal.addEventListener('abort', () => first.giveUp.abort(), { once: true });
      return first.response;
    }
    return fetch(`${origin}/api/jobs/${token}/location`, {
      signal,
      // Positions belong into no cache on the reader's disk, and the token into nobody's log.
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      headers: { accept: 'application/json' },
    });
  };
};

/** Follows one job: asks, and shows what it learns, in the given markup. */
export const startTracker = (options: TrackerOptions): Tracker => {
  const { root, token, preferred } = options;
  let { language, units } = options;
  let state: TrackerState = { kind: 'loading' };
  let failures = 0;
  /** Whether anybody answered the last request. */
  let reached = false;
  let patience: ReturnType<typeof setTimeout> | undefined;
  const clock = createServerClock();
  const serverTime = () => clock.at(performance.now()) ?? 0;

  const screen = createScreen(root, () => poller.askNow(), serverTime);
  const map = createMapSlot(screen.paper, options.loadMap, screen.mapFailed);

  const show = () => {
    const view = describe(state, serverTime(), {
      speech: speechFor(language, preferred),
      units,
      company: state.kind === 'following' ? state.tracking.company : options.company,
    });
    if (!view) return;
    screen.show(view, language);
    map.show(view.map);
    options.onView(view, state.kind === 'following' ? state.tracking : null);
  };

  const endWith = (problem: LinkProblem) => {
    state = { kind: 'link', problem };
    show();
  };

  const request = token && looksLikeToken(token) ? createRequests(options.origin, token, options.early) : null;
  const ask = async (signal: AbortSignal): Promise<Outcome> => {
    if (!request || !token) return { kind: 'end' };
    reached = false;
    const response = await request(signal);
    reached = true;
    const answer = await readAnswer(response, token);
    if (signal.aborted) return { kind: 'failure', retryAfterMs: 0 };
    if (answer.kind === 'trouble') return { kind: 'failure', retryAfterMs: answer.retryAfterMs };
    if (answer.kind === 'link') {
      state = { kind: 'link', problem: answer.problem };
      return { kind: 'end' };
    }
    const { tracking, ageS } = answer;
    clock.learn({ serverTime: tracking.serverTime, ageS, readAt: performance.now() });
    state = { kind: 'following', tracking, newsAt: serverTime(), trouble: null, checking: false };
    return isOver(tracking) ? { kind: 'end' } : { kind: 'news', ageMs: ageS * 1000 };
  };

  const settled = (outcome: Outcome) => {
    clearTimeout(patience);
    failures = outcome.kind === 'failure' ? failures + 1 : 0;
    if (outcome.kind === 'failure') {
      const trouble: Trouble = reached ? 'server' : navigator.onLine ? 'network' : 'offline';
      if (state.kind !== 'following') state = { kind: 'unreached', trouble };
      // A single lost request is everyday life on a phone, and no news for the reader.
      else
        state = { ...state, checking: false, trouble: trouble === 'offline' || failures > 1 ? trouble : state.trouble };
    }
    show();
  };

  const poller = createPoller(
    ask,
    settled,
    {
      now: () => performance.now(),
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
    },
    Math.random,
  );

  let ticking: ReturnType<typeof setInterval> | undefined;
  const follow = () => {
    clearInterval(ticking);
    clearTimeout(patience);
    const visible = !document.hidden;
    poller.setVisible(visible);
    if (!visible) return;
    ticking = setInterval(show, TICK_MS);
    if (state.kind !== 'following' || isOver(state.tracking)) return;
    // How long the phone slept is not to be had from any clock that can be trusted.
    patience = setTimeout(() => {
      if (state.kind === 'following') state = { ...state, checking: true };
      show();
    }, PATIENCE_MS);
  };
  const online = () => poller.askNow();

  if (!request) {
    endWith(token === null ? 'missing' : 'unreadable');
  } else {
    document.addEventListener('visibilitychange', follow);
    addEventListener('online', online);
    follow();
    prepareFormats(
      speechFor(language, preferred).locale,
      options.company.timeZone,
      units ?? unitsOf(options.company.timeZone),
    );
  }

  return {
    setLanguage: (next) => {
      language = next;
      show();
    },
    setUnits: (next) => {
      units = next;
      show();
    },
    stop: () => {
      document.removeEventListener('visibilitychange', follow);
      removeEventListener('online', online);
      clearInterval(ticking);
      clearTimeout(patience);
      poller.stop();
      map.destroy();
    },
  };
};
