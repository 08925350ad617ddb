import { attempt, type Say } from './actions.ts';
import { need } from './dom.ts';
import { fillChoices } from './handset.ts';
import type { View } from './view.ts';

/** The switch for the whole carrier, and the banner that nobody can overlook while it is on. */
export const createCarrierPanel = (say: Say) => {
  const select = need('#carrier-fault', HTMLSelectElement);
  const banner = need('#fault-banner', HTMLElement);
  const once = need('#fault-once', HTMLInputElement);
  const set = (fault: string, times: number | null): void => void attempt(say, 'api-fault', { fault, times });
  select.addEventListener('change', () => set(select.value, null));
  once.addEventListener('change', () => set(select.value, once.checked ? 1 : null));
  need('#fault-off', HTMLButtonElement).addEventListener('click', () => {
    set('none', null);
    select.focus();
  });
  return {
    show: ({ carrier, carrierFaults }: View): void => {
      fillChoices(select, carrierFaults);
      const choice = carrierFaults.find(({ value }) => value === carrier.fault);
      select.value = carrier.fault ?? 'none';
      select.parentElement?.classList.toggle('off', choice !== undefined);
      banner.hidden = !choice;
      once.checked = carrier.times !== null;
      need('#fault-label', HTMLElement).textContent = choice ? `${choice.label}.` : '';
      need('#fault-hint', HTMLElement).textContent = choice?.hint ?? '';
    },
  };
};
