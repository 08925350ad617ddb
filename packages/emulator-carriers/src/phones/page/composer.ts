import { attempt, type Say } from './actions.ts';
import { el, icon } from './dom.ts';
import type { Entry } from './store.ts';
import type { Phone, View } from './view.ts';
import { readable } from './words.ts';

const MAX_TEXT_LENGTH = 1600;
const FIELD_MAX_PX = 120;

const createField = ({ name }: Phone): HTMLTextAreaElement =>
  el('textarea', {
    name: 'body',
    rows: 1,
    maxlength: MAX_TEXT_LENGTH,
    placeholder: `Text as ${name.split(' ')[0] ?? name}`,
    'aria-label': `Text as ${name}`,
  });

const createPhotoButton = (): HTMLButtonElement =>
  el(
    'button',
    {
      type: 'button',
      class: 'round photo',
      'aria-pressed': 'false',
      'aria-label': 'Attach a photo',
      title: 'Attach a photo',
    },
    icon('camera'),
  );

const createSuggestions = (phone: Phone, choose: (text: string) => void): HTMLElement | null => {
  const buttons = phone.suggestions.map((text) =>
    el('button', { type: 'button', class: 'suggestion', click: () => choose(text) }, text),
  );
  if (buttons.length === 0) return null;
  return el('div', { class: 'suggestions', role: 'group', 'aria-label': 'Suggested texts' }, ...buttons);
};

/** Select for the recipient's number. It follows the conversation unless a person has chosen a number or is writing. */
const createRecipient = (view: View, isWriting: () => boolean) => {
  const options = view.numbers.map(({ number, name }) =>
    el('option', { value: number }, `${name} ${readable(number)}`),
  );
  const select = el('select', { 'aria-label': 'To', class: 'to', hidden: true }, ...options);
  let isChosen = false;
  select.addEventListener('change', () => {
    isChosen = true;
  });
  /** Returns the number of the newest text, so that an answer goes to that number. */
  let peer = '';
  return {
    select,
    sent: (): void => {
      isChosen = false;
    },
    follow: (entries: readonly Entry[]): void => {
      const texts = entries.flatMap((entry) => ('message' in entry ? [entry.message] : []));
      const numbers = texts.map((message) => (message.direction === 'inbound' ? message.to : message.from));
      select.hidden = numbers.every((number) => number === view.numbers[0]?.number);
      const last = numbers.at(-1);
      if (isChosen || isWriting()) return;
      if (last && last !== peer) select.value = last;
      peer = last ?? '';
    },
  };
};

/** The field to text from a phone. A redraw never changes its words, its photo or its recipient. */
export const createComposer = (phone: Phone, view: View, say: Say) => {
  const field = createField(phone);
  const photo = createPhotoButton();
  const submit = el(
    'button',
    { type: 'submit', class: 'round send', 'aria-label': `Send as ${phone.name}`, title: 'Send', disabled: true },
    icon('send'),
  );
  const hasPhoto = (): boolean => photo.getAttribute('aria-pressed') === 'true';
  const recipient = createRecipient(view, () => field.value !== '' || hasPhoto());
  let isSending = false;
  const refresh = (): void => {
    submit.disabled = isSending || (field.value.trim() === '' && !hasPhoto());
    field.style.setProperty('height', 'auto');
    const height = Math.min(FIELD_MAX_PX, field.scrollHeight + field.offsetHeight - field.clientHeight);
    field.style.setProperty('height', `${height}px`);
  };
  const setPhoto = (on: boolean): void => {
    photo.setAttribute('aria-pressed', String(on));
    refresh();
  };
  const send = async (): Promise<void> => {
    if (submit.disabled) return;
    const input = { from: phone.number, to: recipient.select.value, body: field.value, photo: hasPhoto() };
    isSending = true;
    refresh();
    const isSent = (await attempt(say, 'text', input)) !== null;
    isSending = false;
    // Words that were typed while the text was being sent stay.
    if (isSent && field.value.startsWith(input.body)) field.value = field.value.slice(input.body.length);
    if (isSent) recipient.sent();
    setPhoto(hasPhoto() && !isSent);
    if (isSent) field.focus();
  };
  field.addEventListener('input', refresh);
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  });
  photo.addEventListener('click', () => setPhoto(!hasPhoto()));
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    void send();
  };
  const row = el('div', { class: 'composer-row' }, photo, field, submit);
  return {
    form: el('form', { class: 'composer', submit: onSubmit }, recipient.select, row),
    follow: recipient.follow,
    suggestions: createSuggestions(phone, (text) => {
      field.value = text;
      refresh();
      field.focus();
    }),
  };
};
