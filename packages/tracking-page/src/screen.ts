import { announce } from './announcement.ts';
import { type CalendarEvent, calendarFile } from './calendar.ts';
import type { Stage, TrackingView } from './view.ts';
import type { Language } from './words/index.ts';

const part = <T extends Element = HTMLElement>(root: ParentNode, selector: string): T => {
  const found = root.querySelector<T>(selector);
  if (!found) throw new Error(`The markup of the view has no ${selector}`);
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

/** Time in which a phone hands the file to its calendar, in ms. */
const FILE_LASTS_MS = 60_000;

const factItem = ({ label, value, live }: TrackingView['facts'][number]): HTMLElement => {
  const fact = element('div', live ? 'fact live' : 'fact', '');
  fact.append(element('dt', '', label), element('dd', '', value));
  return fact;
};

/** The elements of the view's markup, found once. */
const partsOf = (root: ParentNode) => {
  const article = part(root, '.tracker');
  const actions = part(article, '.actions');
  return {
    article,
    actions,
    notice: part(article, '.notice'),
    emblem: part(article, '.emblem'),
    eyebrow: part(article, '.eyebrow'),
    headline: part(article, '.headline'),
    arrival: part(article, '.arrival'),
    when: part(article, '.when'),
    time: part(article, '.time'),
    zone: part(article, '.zone'),
    lead: part(article, '.lead'),
    stages: part(article, '.stages'),
    facts: part(article, '.facts'),
    note: part(article, '.note'),
    figure: part(article, '.map'),
    caption: part(article, 'figcaption'),
    retry: part(actions, '.retry'),
    calendar: part<HTMLAnchorElement>(actions, '.calendar'),
    spoken: part(article, '.spoken'),
  };
};

/** Puts a view into its markup. */
export class Screen {
  readonly #parts: ReturnType<typeof partsOf>;
  readonly #showStages: (stages: readonly Stage[]) => void;
  readonly #showFacts: (facts: TrackingView['facts']) => void;
  readonly #serverTime: () => number;
  #event: CalendarEvent | null = null;
  /** The step that a screen reader has said last. */
  #said: TrackingView['step'] | null = null;

  constructor(root: ParentNode, onRetry: () => void, serverTime: () => number) {
    this.#parts = partsOf(root);
    this.#showStages = createList(this.#parts.stages, stageItem);
    this.#showFacts = createList(this.#parts.facts, factItem);
    this.#serverTime = serverTime;
    this.#parts.retry.addEventListener('click', onRetry);
    this.#parts.calendar.addEventListener('click', (click) => this.#saveEvent(click));
  }

  /** The map's place. */
  get paper(): HTMLElement {
    return part(this.#parts.figure, '.paper');
  }

  mapFailed(): void {
    this.#parts.figure.classList.add('failed');
  }

  show(view: TrackingView, language: Language): void {
    const { article, stages } = this.#parts;
    article.dataset['tone'] = view.tone;
    article.lang = language;
    article.classList.toggle('mapped', view.map !== null);
    article.removeAttribute('aria-busy');
    this.#showWords(view);
    stages.setAttribute('aria-label', view.stagesLabel);
    this.#showStages(view.stages);
    this.#showFacts(view.facts);
    this.#showMap(view);
    this.#showActions(view);
    this.#speak(view);
  }

  #showWords(view: TrackingView): void {
    const { notice, emblem, eyebrow, headline, arrival, when, time, zone, lead, note } = this.#parts;
    say(notice, view.notice);
    emblem.hidden = view.emblem === null;
    emblem.dataset['shows'] = view.emblem ?? '';
    say(eyebrow, view.eyebrow);
    say(headline, view.headline);
    say(arrival, view.arrival);
    say(time, view.when);
    say(zone, view.zone);
    when.hidden = view.when === null;
    say(lead, view.lead);
    say(note, view.note?.text ?? null);
    note.classList.toggle('urgent', view.note?.urgent === true);
  }

  #showMap(view: TrackingView): void {
    const { figure, actions, caption } = this.#parts;
    figure.hidden = view.map === null;
    // Better to call than to look at where it was. Moved only when that changes: what is moved loses the keyboard's focus.
    const callFirst = view.note?.urgent === true;
    if (callFirst !== (actions.nextElementSibling === figure)) figure[callFirst ? 'before' : 'after'](actions);
    say(caption, view.mapText);
  }

  #showActions(view: TrackingView): void {
    const { actions, retry, calendar } = this.#parts;
    retry.hidden = view.retry === null;
    part(retry, '.what').textContent = view.retry;
    this.#showLink('text', view.textUs);
    this.#showLink('call', view.callUs);
    this.#event = view.calendar?.event ?? null;
    calendar.hidden = this.#event === null;
    part(calendar, '.what').textContent = view.calendar?.label ?? '';
    actions.hidden = false;
  }

  #showLink(name: string, { label, detail, href }: TrackingView['textUs']): void {
    const link = part<HTMLAnchorElement>(this.#parts.actions, `.${name}`);
    part(link, '.what').textContent = label;
    part(link, '.detail').textContent = detail;
    link.href = href;
  }

  #speak(view: TrackingView): void {
    const announcement = announce(this.#said, view);
    if (!announcement) return;
    this.#said = announcement.said;
    this.#parts.spoken.textContent = announcement.text;
  }

  /** Makes the file on a click, of the job as it is then; the link itself saves it, or opens the calendar. */
  #saveEvent(click: Event): void {
    if (!this.#event) {
      click.preventDefault();
      return;
    }
    const { calendar } = this.#parts;
    const file = new Blob([calendarFile(this.#event, this.#serverTime())], { type: 'text/calendar;charset=utf-8' });
    const url = URL.createObjectURL(file);
    calendar.href = url;
    calendar.download = `${this.#event.id}.ics`;
    setTimeout(() => URL.revokeObjectURL(url), FILE_LASTS_MS);
  }
}
