import type { Emblem } from './view.ts';

const icon = (paths: string) =>
  `<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`;

const ICONS = {
  text: '<path d="M20 11.5a7.5 7 0 0 1-7.5 7 8.4 8.4 0 0 1-3.3-.7L4 19l1.3-3.8A6.7 6.7 0 0 1 4 11.5a7.5 7 0 0 1 8-7 7.5 7 0 0 1 8 7z"/>',
  call: '<path d="M6.5 3.8h2.7l1.6 4.3-2 1.6a12 12 0 0 0 5.5 5.5l1.6-2 4.3 1.6v2.7a2.2 2.2 0 0 1-2.4 2.2A15.7 15.7 0 0 1 4.3 6.2a2.2 2.2 0 0 1 2.2-2.4z"/>',
  retry: '<path d="M19 12a7 7 0 1 1-2.2-5.1M19 4v4.5h-4.5"/>',
  calendar: '<path d="M5 6.5h14v13H5zM5 10.5h14M8.5 4v4M15.5 4v4M12 12.7v4M10 14.7h4"/>',
  share: '<path d="M12 14.5V3.8M8 7.4l4-3.8 4 3.8M6.5 11H5v9h14v-9h-1.5"/>',
};

const EMBLEMS: Record<Emblem, string> = {
  calendar: '<path d="M5 6.5h14v13H5zM5 10.5h14M8.5 4v4M15.5 4v4M9 15l2 2 4-4"/>',
  pin: '<path d="M12 20.5s6.5-5.6 6.5-10.5a6.5 6.5 0 0 0-13 0c0 4.9 6.5 10.5 6.5 10.5z"/><circle cx="12" cy="10" r="2.3"/>',
  check: '<path d="M5.5 12.5l4.3 4.3 8.7-9.3"/>',
  cross: '<path d="M7 7l10 10M17 7L7 17"/>',
  link: '<path d="M10 14l4-4M8.5 11l-2 2a3.2 3.2 0 0 0 4.5 4.5l2-2M15.5 13l2-2A3.2 3.2 0 0 0 13 6.5l-2 2"/>',
  cloud: '<path d="M8 18a4 4 0 0 1-.6-7.95 5 5 0 0 1 9.5 1.2A3.4 3.4 0 0 1 16.5 18zM12 10.5v3.2M12 15.800v.1"/>',
};

const EMBLEM_MARKUP = Object.entries(EMBLEMS)
  .map(
    ([name, paths]) => `<svg class="${name}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">${paths}</svg>`,
  )
  .join('');

const action = (name: 'text' | 'call') =>
  `<a class="action ${name}" href="#">${icon(ICONS[name])}<span class="what"></span><span class="detail"></span></a>`;

/**
 * Returns the empty view of a job, for the page's document and for the widget's shadow root. A constant:
 * nothing of an answer ever becomes markup. No inline styles or handlers, for strict content security policies.
 * @param level of the headline among the headings around it
 */
export const trackingMarkup = (level: 1 | 2): string => `<article class="tracker" data-tone="loading" aria-busy="true">
<div class="words">
<p class="notice" hidden></p>
<div class="emblem" hidden>${EMBLEM_MARKUP}</div>
<p class="eyebrow"></p>
<div class="sentence"><h${level} class="headline"></h${level}><p class="arrival"></p></div>
<p class="when"><span class="time"></span> <span class="zone"></span></p>
<p class="lead" hidden></p>
<ol class="stages" hidden></ol>
<dl class="facts" hidden></dl>
<p class="note" hidden></p>
</div>
<figure class="map" hidden><div class="paper"></div><figcaption></figcaption></figure>
<div class="actions" hidden>${action('text')}${action('call')}<a class="action calendar" href="#" hidden>${icon(ICONS.calendar)}<span class="what"></span></a><button class="action retry" type="button" hidden>${icon(ICONS.retry)}<span class="what"></span></button><button class="action share" type="button" hidden>${icon(ICONS.share)}<span class="what"></span></button></div>
<p class="spoken" role="status" aria-live="polite"></p>
</article>`;
