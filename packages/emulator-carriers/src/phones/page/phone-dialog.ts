import { act } from './actions.ts';
import { need } from './dom.ts';

/** The form that adds a phone with any number. */
export const createPhoneDialog = (): void => {
  const dialog = need('#phone-dialog', HTMLDialogElement);
  const form = need('#phone-form', HTMLFormElement);
  const problem = need('#phone-error', HTMLElement);
  need('#add-phone', HTMLButtonElement).addEventListener('click', () => {
    form.reset();
    problem.textContent = '';
    dialog.showModal();
  });
  need('#phone-cancel', HTMLButtonElement).addEventListener('click', () => dialog.close());
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    try {
      await act('phone', { number: fields.get('number'), name: fields.get('name') });
      dialog.close();
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : String(error);
    }
  });
};
