import type { Units } from '../formats.ts';
import { unitsOf } from '../formats.ts';
import type { MapModule } from '../scene.ts';
import { type EarlyRequest, startTracker } from '../tracker.ts';
import { isOver, type Tracking } from '../tracking.ts';
import type { TrackerView } from '../view.ts';
import { type Language, languageFor, speechFor } from '../words/index.ts';
import { addressWithout, findToken, shareLink } from './link.ts';

declare global {
  interface Window {
    /** Set by early-request.ts. */
    qdnEarlyRequest?: EarlyRequest;
  }
}

const STORED_TOKEN = 'qdn.token';

/** Storage that a browser may refuse, as with cookies switched off. */
const remembered = (storage: () => Storage, key: string): string | null => {
  try {
    return storage().getItem(key);
  } catch {
    return null;
  }
};
const remember = (storage: () => Storage, key: string, value: string): void => {
  try {
    storage().setItem(key, value);
  } catch {
    // Then it lasts until the page is left.
  }
};
const tab = () => sessionStorage;
const browser = () => localStorage;

/** Reads the link's token and takes it out of the address. */
const takeToken = (): string | null => {
  const token = findToken({
    search: location.search,
    historyState: history.state,
    stored: remembered(tab, STORED_TOKEN),
  });
  if (token === null) return null;
  remember(tab, STORED_TOKEN, token);
  history.replaceState({ token }, '', addressWithout(location.pathname, location.search));
  return token;
};

/** In a frame on a customer's own site (docs/widget.md): the tracker alone, without what is around it on a page. */
const EMBEDDED = location.pathname === '/embed';
/** Where the page is that can be shared. */
const PAGE = '/track';

const find = (selector: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`The page has no ${selector}`);
  return found;
};

const start = () => {
  document.documentElement.classList.toggle('embedded', EMBEDDED);
  const preferred = navigator.languages;
  const stored = remembered(browser, 'qdn.language');
  const storedUnits = remembered(browser, 'qdn.units');
  let language: Language = stored === 'en' || stored === 'es' ? stored : languageFor(preferred);
  let units: Units | null = storedUnits === 'metric' || storedUnits === 'us' ? storedUnits : null;
  let timeZone = QDN_COMPANY.timeZone;
  const token = takeToken();

  const share = find('.share');
  const switchLanguage = find('.language');
  const switchUnits = find('.units');
  const shareHint = find('.share-hint');
  const unitsNow = () => units ?? unitsOf(timeZone);
  const otherLanguage = (): Language => (language === 'en' ? 'es' : 'en');
  const words = () => speechFor(language, preferred).words;

  /** What surrounds the tracker. */
  const dress = () => {
    document.documentElement.lang = language;
    const other = speechFor(otherLanguage(), preferred).words;
    switchLanguage.textContent = other.ownName;
    switchLanguage.lang = other.language;
    switchUnits.textContent = words().showUnits[unitsNow() === 'us' ? 'metric' : 'us'];
    shareHint.textContent = words().shareHint;
    const label = find('.share .what');
    if (label.textContent === '') label.textContent = words().share;
  };

  const onView = (view: TrackerView, tracking: Tracking | null) => {
    document.title = view.title;
    // A job that is over is nothing to follow.
    share.hidden = EMBEDDED || tracking === null || isOver(tracking) || token === null;
    shareHint.hidden = share.hidden;
    switchUnits.hidden = view.map === null;
    find('footer').hidden = EMBEDDED && switchUnits.hidden;
  };

  const tracker = startTracker({
    root: find('main'),
    token,
    origin: location.origin,
    company: QDN_COMPANY,
    language,
    preferred,
    units,
    early: window.qdnEarlyRequest ?? null,
    loadMap: () => import(new URL(`./${QDN_MAP_FILE}`, import.meta.url).href) as Promise<MapModule>,
    onView: (view, tracking) => {
      if (tracking) timeZone = tracking.company.timeZone;
      onView(view, tracking);
    },
  });
  dress();

  switchLanguage.addEventListener('click', () => {
    language = otherLanguage();
    remember(browser, 'qdn.language', language);
    find('.share .what').textContent = '';
    dress();
    tracker.setLanguage(language);
  });
  switchUnits.addEventListener('click', () => {
    units = unitsNow() === 'us' ? 'metric' : 'us';
    remember(browser, 'qdn.units', units);
    dress();
    tracker.setUnits(units);
  });
  share.addEventListener('click', async () => {
    if (!token) return;
    const url = shareLink(location.origin, PAGE, token);
    try {
      if (navigator.share) {
        await navigator.share({ url });
        return;
      }
      await navigator.clipboard.writeText(url);
      find('.share .what').textContent = words().copied;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      // Neither shares nor copies: the link itself, to be copied by hand.
      prompt(words().share, url);
    }
  });
};

start();
