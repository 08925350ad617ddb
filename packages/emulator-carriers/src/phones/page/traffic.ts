import { attempt, type Say } from './actions.ts';
import { arrange, el, icon, need } from './dom.ts';
import type { Known } from './store.ts';
import type { Exchange } from './view.ts';
import { type CarrierNames, codeWords, isFailure, readable, subject, toTheSecond } from './words.ts';

type Filter = 'all' | 'webhooks' | 'api' | 'failures';

const isShown = (exchange: Exchange, filter: Filter): boolean => {
  if (filter === 'failures') return isFailure(exchange);
  if (filter === 'api') return exchange.kind === 'api';
  return filter === 'all' || exchange.kind !== 'api';
};

const answered = ({ carrier, kind }: Exchange, names: CarrierNames): string => {
  if (kind === 'api') return `${carrier ? (names.get(carrier) ?? carrier) : 'Twilio'} answered`;
  return carrier === 'aws' ? 'SQS answered' : 'Your service answered';
};

const details = (exchange: Exchange, names: CarrierNames): HTMLElement[] => {
  const rows = Object.entries(exchange.parameters).flatMap(([name, value]) => [
    el('dt', {}, name),
    el('dd', {}, value === '' ? el('span', { class: 'blank' }, 'blank') : value),
  ]);
  return [
    el('p', { class: 'url' }, `${exchange.method} ${exchange.url}`),
    el('dl', {}, ...rows),
    el('h3', {}, answered(exchange, names)),
    el('pre', { tabindex: 0 }, exchange.problem ?? (exchange.answer.trim() || '(nothing)')),
  ];
};

const createEntry = (
  exchange: Exchange,
  names: (number: string) => string,
  carrierNames: () => CarrierNames,
  say: Say,
): HTMLElement => {
  const { kind, phone, status, ms, code, problem } = exchange;
  const failed = isFailure(exchange);
  const label = status === null ? 'none' : String(status);
  const why = code === null ? (problem ?? '') : codeWords(code);
  const node = el('details', { class: `exchange ${failed ? 'failed' : 'fine'}` });
  node.append(
    el(
      'summary',
      {},
      el(
        'span',
        { class: 'way', title: kind === 'api' ? 'Your service called the carrier' : 'The carrier called your service' },
        icon(kind === 'api' ? 'fromApp' : 'toApp'),
      ),
      el(
        'span',
        { class: 'what' },
        el(
          'strong',
          {},
          subject(exchange),
          exchange.try > 1 ? el('span', { class: 'try' }, `try ${exchange.try}`) : null,
        ),
        el('span', { class: 'about' }, [phone ? names(phone) : null, why].filter(Boolean).join(' · ')),
      ),
      el(
        'span',
        { class: 'result' },
        el('span', { class: 'chip' }, el('span', { class: 'unseen' }, 'Status '), label),
        el('span', { class: 'ms' }, `${ms} ms`),
      ),
      el('time', { datetime: new Date(exchange.at).toISOString() }, toTheSecond(exchange.at)),
    ),
  );
  // Filled when it is opened.
  node.addEventListener(
    'toggle',
    () => {
      const again = el(
        'button',
        { type: 'button', class: 'tool', click: () => void attempt(say, 'repeat', { sid: exchange.sid ?? '' }) },
        icon('again'),
        'Call it again',
      );
      node.append(
        el('div', { class: 'inside' }, ...details(exchange, carrierNames()), kind === 'inbound' ? again : null),
      );
    },
    { once: true },
  );
  return node;
};

/** The drawer with every request between the carriers and the product. */
export const createTraffic = (say: Say) => {
  const drawer = need('#traffic', HTMLElement);
  const opener = need('#open-traffic', HTMLButtonElement);
  const closer = need('#close-traffic', HTMLButtonElement);
  const list = need('#exchanges', HTMLElement);
  const badge = need('#failures', HTMLElement);
  const entries = new Map<number, HTMLElement>();
  const nothing = el('p', { class: 'empty' }, 'Nothing yet. Send a text from one of the phones.');
  let filter: Filter = 'all';
  let known: Known | null = null;

  const refresh = (): void => {
    if (!known) return;
    const all = [...known.exchanges.values()];
    const failures = all.filter(isFailure).length;
    badge.textContent = String(failures);
    badge.hidden = failures === 0;
    badge.setAttribute('aria-label', `${failures} failed`);
    if (drawer.hidden) return;
    const { phones } = known;
    const names = (number: string) => phones.get(number)?.name ?? readable(number);
    const carrierNames = (): CarrierNames => new Map(known?.view.carriers.map(({ id, name }) => [id, name]));
    const wanted = all.filter((exchange) => isShown(exchange, filter)).reverse();
    const nodes = wanted.map((exchange) => {
      const node = entries.get(exchange.id) ?? createEntry(exchange, names, carrierNames, say);
      entries.set(exchange.id, node);
      return node;
    });
    arrange(list, nodes.length > 0 ? nodes : [nothing]);
  };
  const open = (yes: boolean): void => {
    drawer.hidden = !yes;
    opener.setAttribute('aria-expanded', String(yes));
    document.body.classList.toggle('with-traffic', yes);
    refresh();
    (yes ? closer : opener).focus();
  };
  closer.append(icon('cross'));
  opener.addEventListener('click', () => open(drawer.hasAttribute('hidden')));
  closer.addEventListener('click', () => open(false));
  drawer.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') open(false);
  });
  need('#traffic-filter', HTMLElement).addEventListener('change', (event) => {
    if (!(event.target instanceof HTMLInputElement)) return;
    filter = event.target.value as Filter;
    refresh();
  });
  return {
    show: (now: Known): void => {
      if (now.view.identity !== known?.view.identity) entries.clear();
      known = now;
      refresh();
    },
  };
};
