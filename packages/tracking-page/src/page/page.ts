import { followJob } from '../follow-job.ts';
import type { Units } from '../formats.ts';
import { unitsOf } from '../formats.ts';
import type { EarlyRequest } from '../requests.ts';
import type { MapModule } from '../scene.ts';
import { isOver, type Tracking } from '../tracking.ts';
import type { TrackingView } from '../view.ts';
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

/** In a frame on a customer's own site (docs/widget.md): the job's view alone, without what is around it on a page. */
const EMBEDDED = location.pathname === '/embed';
/** Path of the page that can be shared. */
const PAGE = '/track';

const find = (selector: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`The page has no ${selector}`);
  return found;
};

const label = () => find('.share .what');
/** The choice of the reader's last visit; null when there was none. */
const storedChoice = <T extends string>(key: string, choices: readonly T[]): T | null =>
  choices.find((choice) => choice === remembered(browser, key)) ?? null;

/** The page around the job's view: language, units, share button. */
class TrackingPage {
  readonly #preferred = navigator.languages;
  readonly #token = takeToken();
  readonly #share = find('.share');
  readonly #switchLanguage = find('.language');
  readonly #switchUnits = find('.units');
  readonly #shareHint = find('.share-hint');
  #language = storedChoice<Language>('qdn.language', ['en', 'es']) ?? languageFor(this.#preferred);
  #units = storedChoice<Units>('qdn.units', ['metric', 'us']);
  #timeZone = QDN_COMPANY.timeZone;

  start(): void {
    document.documentElement.classList.toggle('embedded', EMBEDDED);
    const followed = followJob({
      root: find('main'),
      token: this.#token,
      origin: location.origin,
      company: QDN_COMPANY,
      language: this.#language,
      preferred: this.#preferred,
      units: this.#units,
      early: window.qdnEarlyRequest ?? null,
      loadMap: () => import(new URL(`./${QDN_MAP_FILE}`, import.meta.url).href) as Promise<MapModule>,
      onView: (view, tracking) => this.#onView(view, tracking),
    });
    this.#dress();
    this.#switchLanguage.addEventListener('click', () => {
      this.#language = this.#otherLanguage();
      remember(browser, 'qdn.language', this.#language);
      label().textContent = '';
      this.#dress();
      followed.setLanguage(this.#language);
    });
    this.#switchUnits.addEventListener('click', () => {
      this.#units = this.#otherUnits();
      remember(browser, 'qdn.units', this.#units);
      this.#dress();
      followed.setUnits(this.#units);
    });
    this.#share.addEventListener('click', () => this.#shareLink());
  }

  #otherLanguage(): Language {
    return this.#language === 'en' ? 'es' : 'en';
  }

  #otherUnits(): Units {
    return (this.#units ?? unitsOf(this.#timeZone)) === 'us' ? 'metric' : 'us';
  }

  #words(language = this.#language) {
    return speechFor(language, this.#preferred).words;
  }

  /** Puts the words of the language on everything around the job's view. */
  #dress(): void {
    document.documentElement.lang = this.#language;
    const words = this.#words();
    const other = this.#words(this.#otherLanguage());
    this.#switchLanguage.textContent = other.ownName;
    this.#switchLanguage.lang = other.language;
    this.#switchUnits.textContent = words.showUnits[this.#otherUnits()];
    this.#shareHint.textContent = words.shareHint;
    if (label().textContent === '') label().textContent = words.share;
  }

  #onView(view: TrackingView, tracking: Tracking | null): void {
    if (tracking) this.#timeZone = tracking.company.timeZone;
    document.title = view.title;
    // A job that is over cannot be followed.
    this.#share.hidden =
      EMBEDDED || tracking === null || isOver(tracking) || tracking.stage === 'done' || this.#token === null;
    this.#shareHint.hidden = this.#share.hidden;
    this.#switchUnits.hidden = view.map === null;
    find('footer').hidden = EMBEDDED && this.#switchUnits.hidden;
  }

  async #shareLink(): Promise<void> {
    if (!this.#token) return;
    const url = shareLink(location.origin, PAGE, this.#token);
    try {
      if (navigator.share) {
        await navigator.share({ url });
        return;
      }
      await navigator.clipboard.writeText(url);
      label().textContent = this.#words().copied;
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') return;
      // Neither shares nor copies: the link itself, to be copied by hand.
      prompt(this.#words().share, url);
    }
  }
}

new TrackingPage().start();
