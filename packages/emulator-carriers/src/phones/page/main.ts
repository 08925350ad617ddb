import { createCarrierPanel } from './carrier-panel.ts';
import { arrange, el, need } from './dom.ts';
import { createHandset, type Handset } from './handset.ts';
import { createPhoneDialog } from './phone-dialog.ts';
import { type Known, learn } from './store.ts';
import { createTraffic } from './traffic.ts';
import type { Role, View } from './view.ts';

const TOAST_MS = 6000;
const GROUPS: ReadonlyArray<{ role: Role; title: string }> = [
  { role: 'customer', title: 'Customers' },
  { role: 'dispatcher', title: 'Dispatch team' },
  { role: 'other', title: 'Other phones' },
];

const toast = need('#toast', HTMLElement);
let toastTimer = 0;
/** Says a sentence for some seconds, or, with `stay`, until the next one. */
const say = (sentence: string, stay = false): void => {
  clearTimeout(toastTimer);
  toast.textContent = sentence;
  toast.classList.toggle('shown', sentence !== '');
  if (!stay && sentence !== '') toastTimer = setTimeout(() => say(''), TOAST_MS);
};

const main = need('#phones', HTMLElement);
const jump = need('#jump', HTMLElement);
const traffic = createTraffic(say);
const carrierPanel = createCarrierPanel(say);
const secondCarrierPanel = createCarrierPanel(say, 'second-');
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

const show = (now: Known): void => {
  const phones = [...now.phones.values()];
  for (const phone of phones) {
    if (!handsets.has(phone.number)) handsets.set(phone.number, createHandset(phone, now.view, say));
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
  // On the page by now, so that a conversation can scroll to its end.
  for (const handset of handsets.values()) handset.show(now);
  if (jump.childElementCount !== phones.length) {
    jump.replaceChildren(...phones.map(({ number, name }) => el('a', { href: `#phone-${number.slice(1)}` }, name)));
  }
  const { carrier, carrierFaults, secondCarrier } = now.view;
  carrierPanel.show(carrier, carrierFaults);
  need('#second-carrier', HTMLElement).hidden = !secondCarrier;
  if (secondCarrier) {
    need('#about', HTMLElement).textContent = 'Stands in for Twilio and AWS. No text leaves this computer.';
    secondCarrierPanel.show(secondCarrier.state, secondCarrier.faults);
  }
  traffic.show(now);
};

const events = new EventSource('/events');
events.addEventListener('message', ({ data }) => {
  const view: View = JSON.parse(data);
  // Begun anew: nothing that is on the page holds any longer.
  if (known && known.view.identity !== view.identity) location.reload();
  known = learn(known, view);
  if (toast.dataset['lost'] === 'true') say('');
  toast.dataset['lost'] = 'false';
  show(known);
});
events.addEventListener('error', () => {
  toast.dataset['lost'] = 'true';
  say('The stand-in does not answer. This page goes on when npm start runs again.', true);
});
