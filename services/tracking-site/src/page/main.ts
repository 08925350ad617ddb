import type { Wire } from '@qdn/contracts';
import { type Outcome, poll } from './polling.ts';
import { ServerClock } from './server-clock.ts';
import { type Location, viewModel } from './view-model.ts';
import { type Language, WORDS } from './words.ts';

const GIVE_UP_MS = 8000;
const TOKEN_KEY = 'qdn-token';
const LANGUAGE_KEY = 'qdn-language';

const element = <T extends HTMLElement>(id: string): T => {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no #${id}`);
  return found as T;
};
const say = (id: string, text: string | null): void => {
  const target = element(id);
  if (target.textContent !== (text ?? '')) target.textContent = text ?? '';
  target.hidden = !text;
};

/** Private mode may refuse storage; the page then works without. */
const remembered = (storage: () => Storage) => ({
  get: (key: string): string | null => {
    try {
      return storage().getItem(key);
    } catch {
      return null;
    }
  },
  set: (key: string, value: string): void => {
    try {
      storage().setItem(key, value);
    } catch {
      // Then a reload needs the link again.
    }
  },
});
const session = remembered(() => sessionStorage);
const local = remembered(() => localStorage);

/** The token leaves the address bar, where it would be seen and copied along; the tab remembers it for a reload. */
const takeToken = (): string | null => {
  const address = new URL(location.href);
  const token = address.searchParams.get('job_id');
  if (!token) return session.get(TOKEN_KEY);
  session.set(TOKEN_KEY, token);
  if (session.get(TOKEN_KEY) === token) {
    address.searchParams.delete('job_id');
    history.replaceState(null, '', address);
  }
  return token;
};

const token = takeToken();
const clock = new ServerClock(() => performance.now());
const preferred = (): Language => {
  const chosen = local.get(LANGUAGE_KEY) ?? navigator.language;
  return chosen.startsWith('es') ? 'es' : 'en';
};
let language: Language = preferred();
let shown: Location | null = null;
let trouble: 'offline' | 'trouble' | null = null;
let refused: 'expired' | 'revoked' | 'missing' | null = token ? null : 'missing';
let map: { show(next: Location): void } | null = null;

const ask = async (): Promise<Outcome<Location & { ended: boolean }>> => {
  try {
    const response = await fetch(`/api/jobs/${token}/location`, { signal: AbortSignal.timeout(GIVE_UP_MS), headers: { accept: 'application/json' } });
    if (response.status === 401 || response.status === 403 || response.status === 410) {
      const problem: Wire<'problem'> = await response.json();
      return { kind: 'refused', reason: problem.type.endsWith(':link-revoked') ? 'revoked' : 'expired' };
    }
    if (!response.ok) return { kind: 'failed' };
    const value: Location = await response.json();
    clock.set(value.serverTime, Number(response.headers.get('age') ?? 0));
    return { kind: 'fresh', value: { ...value, ended: value.status === 'completed' || value.status === 'cancelled' } };
  } catch {
    return { kind: 'failed' };
  }
};

const showRefusal = (reason: 'expired' | 'revoked' | 'missing'): void => {
  const [headline, advice] = WORDS[language].problem[reason];
  document.body.dataset['tone'] = 'ended';
  say('headline', headline);
  say('day', advice);
  for (const id of ['eta', 'stages', 'facts', 'map-card', 'zone']) element(id).hidden = true;
};

const render = (): void => {
  const words = WORDS[language];
  document.documentElement.lang = language;
  say('language', words.otherLanguage);
  element('language').lang = language === 'en' ? 'es' : 'en';
  say('notice', trouble && !refused ? words.problem[trouble] : null);
  if (refused) return showRefusal(refused);
  if (!shown) return say('headline', words.loading);
  const locale = navigator.language.startsWith(language) ? navigator.language : language === 'es' ? 'es-US' : 'en-US';
  const model = viewModel(shown, clock.now(), language, locale);
  document.body.dataset['tone'] = model.tone;
  document.title = `${model.headline} · ${shown.company.name}`;
  say('company', shown.company.name);
  say('headline', model.headline);
  say('day', model.day);
  element('eta').hidden = !model.eta;
  say('eta-label', model.eta?.label ?? null);
  say('eta-range', model.eta?.range ?? null);
  say('eta-relative', model.eta?.relative ?? null);
  say('distance', model.distance);
  say('trailers', model.trailers);
  say('freshness', model.freshness?.text ?? null);
  element('freshness').dataset['level'] = model.freshness?.level ?? 'none';
  element('facts').hidden = false;
  say('zone', model.eta || model.day ? model.timeZone : null);
  say('map-text', model.mapText);
  element('map-card').hidden = !model.mapText;
  showStages(model.stages);
  showActions(shown);
  say('announcement', model.announcement);
};

const showStages = (stages: ReturnType<typeof viewModel>['stages']): void => {
  const list = element('stages');
  list.hidden = stages.length === 0;
  const key = JSON.stringify(stages);
  if (list.dataset['key'] === key) return;
  list.dataset['key'] = key;
  list.replaceChildren(
    ...stages.map(({ label, state }) => {
      const item = document.createElement('li');
      item.className = state;
      item.textContent = label;
      if (state === 'now') item.setAttribute('aria-current', 'step');
      return item;
    }),
  );
};

const showActions = ({ company }: Location): void => {
  const words = WORDS[language];
  const [text, call] = [element<HTMLAnchorElement>('text'), element<HTMLAnchorElement>('call')];
  text.href = `sms:${company.textNumber}`;
  call.href = `tel:${company.phone}`;
  say('text', words.text);
  say('call', words.call);
  say('share', words.share);
  element('actions').hidden = false;
};

/** The words are there first; the map comes after, and the page does without it when it does not come. */
const showMap = async (next: Location): Promise<void> => {
  if (!next.position) return;
  try {
    const { createMap } = await import('./map.ts');
    map ??= createMap(element<HTMLCanvasElement>('map'), { reducedMotion: () => matchMedia('(prefers-reduced-motion: reduce)').matches });
    map.show(next);
  } catch {
    element('map-card').hidden = true;
  }
};

element('language').addEventListener('click', () => {
  language = language === 'en' ? 'es' : 'en';
  local.set(LANGUAGE_KEY, language);
  render();
});

element('share').addEventListener('click', async () => {
  const link = `${location.origin}/track?job_id=${token}`;
  try {
    if (navigator.share) await navigator.share({ url: link, title: document.title });
    else {
      await navigator.clipboard.writeText(link);
      say('announcement', WORDS[language].copied);
      say('share', WORDS[language].copied);
    }
  } catch {
    // Dismissed.
  }
});

render();
if (token) {
  poll(
    ask,
    (outcome) => {
      trouble = outcome.kind === 'failed' ? (navigator.onLine ? 'trouble' : 'offline') : null;
      if (outcome.kind === 'refused') refused = outcome.reason;
      if (outcome.kind === 'fresh') shown = outcome.value;
      render();
      if (outcome.kind === 'fresh') void showMap(outcome.value);
    },
    {
      setTimeout: (task, ms) => window.setTimeout(task, ms),
      clearTimeout: (timer) => window.clearTimeout(timer),
      isHidden: () => document.visibilityState === 'hidden',
      onVisible: (task) => document.addEventListener('visibilitychange', task),
      onOnline: (task) => window.addEventListener('online', task),
      random: Math.random,
    },
  );
  // Ages and minutes go on between answers.
  setInterval(() => {
    if (shown && document.visibilityState === 'visible') render();
  }, 1000);
}
