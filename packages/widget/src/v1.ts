import { type FollowedJob, followJob } from '@qdn/tracking-page/follow-job';
import { type Units, unitsOf } from '@qdn/tracking-page/formats';
import { trackingMarkup } from '@qdn/tracking-page/markup';
import type { MapModule } from '@qdn/tracking-page/scene';
import { type Language, languageFor } from '@qdn/tracking-page/words';

/*
 * <qdn-tracker token="…">: the tracking page's own code as a custom element for customers' sites (docs/widget.md). Everything
 * is in a shadow root, so that no style leaks in or out.
 */

/** The origin of this script, which is that of the API and the map too. */
const ORIGIN = new URL(import.meta.url).origin;

/** Styles of the surrounding page would be inherited; `all: initial` ends that. */
const HOST_CSS = `:host{display:block;container:tracker/inline-size;color-scheme:light dark}
:host([hidden]){display:none}
.tracker{all:initial}`;

const css = HOST_CSS + QDN_TRACKING_CSS;

/** A constructed sheet needs no style-src in the host's content security policy; Safari before 16.4 has none. */
const dress = (root: ShadowRoot): void => {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
  } catch {
    const style = document.createElement('style');
    style.textContent = css;
    root.prepend(style);
  }
};

type TrustedMarkup = { createHTML(markup: string): string };
declare global {
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: TrustedMarkup): TrustedMarkup };
  }
}
/** For hosts that require trusted types: the markup is a constant. */
const trusted = window.trustedTypes?.createPolicy('qdn-tracker', { createHTML: (markup) => markup });
const markup = trackingMarkup(2);

export class QdnTracker extends HTMLElement {
  static observedAttributes = ['token', 'lang', 'units'];
  #followed: FollowedJob | null = null;
  #stage = '';

  connectedCallback(): void {
    this.#start();
  }

  disconnectedCallback(): void {
    this.#followed?.stop();
    this.#followed = null;
  }

  attributeChangedCallback(name: string): void {
    if (!this.#followed) return;
    if (name === 'lang') this.#followed.setLanguage(this.#language());
    else if (name === 'units') this.#followed.setUnits(this.#units() ?? unitsOf(QDN_COMPANY.timeZone));
    else this.#start();
  }

  /** The element's language, otherwise that of the surrounding page, otherwise the reader's own. */
  #language(): Language {
    const surrounding = this.closest('[lang]')?.getAttribute('lang');
    return languageFor([...(surrounding ? [surrounding] : []), ...navigator.languages]);
  }

  #units(): Units | null {
    const units = this.getAttribute('units');
    return units === 'metric' || units === 'us' ? units : null;
  }

  #start(): void {
    this.#followed?.stop();
    const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' });
    root.innerHTML = trusted ? trusted.createHTML(markup) : markup;
    dress(root);
    this.#followed = followJob({
      root,
      token: this.getAttribute('token'),
      origin: ORIGIN,
      company: QDN_COMPANY,
      language: this.#language(),
      preferred: navigator.languages,
      units: this.#units(),
      early: null,
      loadMap:
        this.getAttribute('map') === 'off'
          ? null
          : () => import(new URL(`/assets/${QDN_MAP_FILE}`, ORIGIN).href) as Promise<MapModule>,
      onView: (_, tracking) => {
        const status = tracking?.status ?? 'problem';
        const stage = tracking?.stage ?? 'problem';
        if (`${status} ${stage}` === this.#stage) return;
        this.#stage = `${status} ${stage}`;
        const detail = { status, stage };
        this.dispatchEvent(new CustomEvent('qdn-status', { detail, bubbles: true, composed: true }));
      },
    });
  }
}

if (!customElements.get('qdn-tracker')) customElements.define('qdn-tracker', QdnTracker);
