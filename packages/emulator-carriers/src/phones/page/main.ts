import { type CarrierPanel, createCarrierPanel } from './carrier-panel.ts';
import { arrange, el, need } from './dom.ts';
import { createHandset, type Handset } from './handset.ts';
import { createPhoneDialog } from './phone-dialog.ts';
import { type Known, learn } from './store.ts';
import { createTraffic } from './traffic.ts';
import type { Role, View } from './view.ts';
import { showTimesIn, zoneWords } from './words.ts';

const TOAST_MS = 6000;
const GROUPS: ReadonlyArray<{ role: Role; title: string }> = [
  { role: 'customer', title: 'Customers' },
  { role: 'dispatcher', title: 'Dispatch team' },
  { role: 'other', title: 'Other phones' },
];

const toast = need('#toast', HTMLElement);
let toastTimer = 0;
/** Shows a sentence for some seconds, or, with `stay`, until the next one. */
const say = (sentence: string, stay = false): void => {
  clearTimeout(toastTimer);
  toast.textContent = sentence;
  toast.classList.toggle('shown', sentence !== '');
  if (!stay && sentence !== '') toastTimer = setTimeout(() => say(''), TOAST_MS);
};

const main = need('#phones', HTMLElement);
const jump = need('#jump', HTMLElement);
const traffic = createTraffic(say);
const carrierPanels = new Map<string, CarrierPanel>();
createPhoneDialog();

const groups = new Map(
  GROUPS.map(({ role, title }) => {
    const shelf = el('div', { class: 'shelf' });
    const heading = `group-${role}`;
    return [
      role,
      {
        shelf,
        node: el('section', { class: 'group', 'aria-labelledby': heading }, el('h2', { id: heading }, title), shelf),
      },
    ];
  }),
);
const handsets = new Map<string, Handset>();
let known: Known | null = null;
const refresh = (): void => {
  if (known) show(known);
};

const showCarriers = (view: View): void => {
  for (const carrier of view.carriers) {
    if (carrierPanels.has(carrier.id)) continue;
    const panel = createCarrierPanel(carrier, say, refresh);
    carrierPanels.set(carrier.id, panel);
    need('#add-phone', HTMLElement).before(panel.tool);
    jump.before(panel.banner);
  }
  const names = view.carriers.map(({ name }) => name);
  need('#about', HTMLElement).textContent = [
    `Emulates ${new Intl.ListFormat('en').format(names)}. No text leaves this computer.`,
    zoneWords(view.timeZone),
  ]
    .filter((sentence) => sentence !== null)
    .join(' ');
  for (const panel of carrierPanels.values()) panel.show(view);
};

const show = (now: Known): void => {
  const phones = [...now.phones.values()];
  for (const phone of phones) {
    if (!handsets.has(phone.number)) handsets.set(phone.number, createHandset(phone, now.view, say, refresh));
  }
  const filled = [...groups].filter(([role]) => phones.some((phone) => phone.role === role));
  for (const [role, { shelf, node }] of filled) {
    const own = phones.filter((phone) => phone.role === role);
    node.style.setProperty('--count', String(own.length));
    arrange(
      shelf,
      own.flatMap(({ number }) => handsets.get(number)?.node ?? []),
    );
  }
  arrange(
    main,
    filled.map(([, { node }]) => node),
  );
  // The conversation is on the page now, so that it can scroll to its end.
  for (const handset of handsets.values()) handset.show(now);
  if (jump.childElementCount !== phones.length) {
    jump.replaceChildren(...phones.map(({ number, name }) => el('a', { href: `#phone-${number.slice(1)}` }, name)));
  }
  showCarriers(now.view);
  traffic.show(now);
};

const events = new EventSource('/events');
events.addEventListener('message', ({ data }) => {
  const view: View = JSON.parse(data);
  // The emulator started again without its state: nothing on the page is valid.
  if (known && known.view.identity !== view.identity) location.reload();
  showTimesIn(view.timeZone);
  known = learn(known, view);
  if (toast.dataset['lost'] === 'true') say('');
  toast.dataset['lost'] = 'false';
  show(known);
});
events.addEventListener('error', () => {
  toast.dataset['lost'] = 'true';
  say('The emulator does not answer. This page continues when npm start runs again.', true);
});
