import { attempt, type Say } from './actions.ts';
import { need } from './dom.ts';
import { fillChoices } from './handset.ts';
import type { CarrierState, Choice } from './view.ts';

/**
 * The switch for a whole carrier, and the banner that nobody can overlook while it is on.
 * @param prefix what its elements' IDs begin with: nothing for Twilio
 */
export const createCarrierPanel = (say: Say, prefix: '' | 'second-' = '') => {
  const select = need(`#${prefix}carrier-fault`, HTMLSelectElement);
  const banner = need(`#${prefix}fault-banner`, HTMLElement);
  const once = need(`#${prefix}fault-once`, HTMLInputElement);
  const set = (fault: string, times: number | null): void =>
    void attempt(say, prefix ? 'second-carrier-fault' : 'api-fault', { fault, times });
  select.addEventListener('change', () => set(select.value, null));
  once.addEventListener('change', () => set(select.value, once.checked ? 1 : null));
  need(`#${prefix}fault-off`, HTMLButtonElement).addEventListener('click', () => {
    set('none', null);
    select.focus();
  });
  return {
    show: (carrier: CarrierState, carrierFaults: readonly Choice[]): void => {
      fillChoices(select, carrierFaults);
      const choice = carrierFaults.find(({ value }) => value === carrier.fault);
      select.value = carrier.fault ?? 'none';
      select.parentElement?.classList.toggle('off', choice !== undefined);
      banner.hidden = !choice;
      once.checked = carrier.times !== null;
      need(`#${prefix}fault-label`, HTMLElement).textContent = choice ? `${choice.label}.` : '';
      need(`#${prefix}fault-hint`, HTMLElement).textContent = choice?.hint ?? '';
    },
  };
};
