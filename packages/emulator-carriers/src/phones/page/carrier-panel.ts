import { attempt, type Say } from './actions.ts';
import { el } from './dom.ts';
import { fillChoices } from './handset.ts';
import { PendingInput } from './pending-input.ts';
import type { Carrier, View } from './view.ts';

const carrierIn = ({ carriers }: View, id: string): Carrier | undefined => carriers.find((one) => one.id === id);

/**
 * The fault switch of one carrier, and the banner that is shown while a fault is on.
 * @param refresh shows the newest view again, after an input was answered
 */
export const createCarrierPanel = ({ id, name }: Carrier, say: Say, refresh: () => void) => {
  const select = el('select', { id: `${id}-fault` });
  const choice = el('span', { class: 'choice' }, select);
  const once = el('input', { type: 'checkbox' });
  const label = el('strong');
  const hint = el('span');
  const pending = new PendingInput();
  const set = async (fault: string, times: number | null): Promise<void> => {
    await pending.submit(() => attempt(say, 'carrier-fault', { carrier: id, fault, times }));
    refresh();
  };
  select.addEventListener('change', () => void set(select.value, null));
  once.addEventListener('change', () => void set(select.value, once.checked ? 1 : null));
  const off = el(
    'button',
    {
      type: 'button',
      class: 'tool',
      click: () => {
        void set('none', null);
        select.focus();
      },
    },
    'Switch off',
  );
  const banner = el(
    'section',
    { class: 'alarm', 'aria-label': `${name} fault`, hidden: true },
    el('p', {}, `${name}: `, label, ' ', hint),
    el('div', { class: 'alarm-tools' }, el('label', { class: 'check' }, once, ' Only the next text'), off),
  );
  return {
    tool: el('label', { class: 'carrier' }, el('span', {}, name), choice),
    banner,
    show: (view: View): void => {
      const carrier = carrierIn(view, id);
      if (!carrier) return;
      const { faults, state } = carrier;
      fillChoices(select, faults);
      if (!pending.includedIn(view.revision)) return;
      const fault = faults.find(({ value }) => value === state.fault);
      select.value = state.fault ?? 'none';
      choice.classList.toggle('off', fault !== undefined);
      banner.hidden = !fault;
      once.checked = state.times !== null;
      label.textContent = fault ? `${fault.label}.` : '';
      hint.textContent = fault?.hint ?? '';
    },
  };
};
export type CarrierPanel = ReturnType<typeof createCarrierPanel>;
