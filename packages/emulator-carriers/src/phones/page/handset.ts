import { attempt, type Say } from './actions.ts';
import { el, icon } from './dom.ts';
import { conversation, type Entry, type Known } from './store.ts';
import { createThread } from './thread.ts';
import type { Choice, Phone, View } from './view.ts';
import { initials, readable } from './words.ts';

const MAX_TEXT_LENGTH = 1600;
const FIELD_MAX_PX = 120;

const optionsOf = (choices: readonly Choice[]): HTMLOptionElement[] =>
  choices.map(({ value, label, hint }) => el('option', { value, title: hint }, label));

/** Fills a select with choices, once. */
export const fillChoices = (select: HTMLSelectElement, choices: readonly Choice[]): void => {
  if (select.options.length === 0) select.append(...optionsOf(choices));
};

const statusBar = (): HTMLElement => {
  const signal = el('span', { class: 'signal' }, el('i'), el('i'), el('i'), el('i'));
  return el(
    'div',
    { class: 'status-bar', 'aria-hidden': 'true' },
    el('span', { class: 'signal-words' }),
    el('span', { class: 'island' }),
    el('span', { class: 'cells' }, signal, el('span', { class: 'battery' })),
  );
};

const createComposer = (phone: Phone, view: View, say: Say) => {
  const firstName = phone.name.split(' ')[0] ?? phone.name;
  const field = el('textarea', {
    name: 'body',
    rows: 1,
    maxlength: MAX_TEXT_LENGTH,
    placeholder: `Text as ${firstName}`,
    'aria-label': `Text as ${phone.name}`,
  });
  const photo = el(
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
  const submit = el(
    'button',
    { type: 'submit', class: 'round send', 'aria-label': `Send as ${phone.name}`, title: 'Send', disabled: true },
    icon('send'),
  );
  const to = el(
    'select',
    { 'aria-label': 'To', class: 'to', hidden: true },
    ...view.numbers.map(({ number, name }) => el('option', { value: number }, `${name} ${readable(number)}`)),
  );
  const hasPhoto = () => photo.getAttribute('aria-pressed') === 'true';
  const refresh = (): void => {
    submit.disabled = field.value.trim() === '' && !hasPhoto();
    field.style.setProperty('height', 'auto');
    field.style.setProperty(
      'height',
      `${Math.min(FIELD_MAX_PX, field.scrollHeight + field.offsetHeight - field.clientHeight)}px`,
    );
  };
  const setPhoto = (on: boolean): void => {
    photo.setAttribute('aria-pressed', String(on));
    refresh();
  };
  const send = async (): Promise<void> => {
    if (submit.disabled) return;
    const input = { from: phone.number, to: to.value, body: field.value, photo: hasPhoto() };
    submit.disabled = true;
    if (await attempt(say, 'text', input)) {
      field.value = '';
      setPhoto(false);
      field.focus();
    } else refresh();
  };
  const suggestions = phone.suggestions.map((words) =>
    el(
      'button',
      {
        type: 'button',
        class: 'suggestion',
        click: () => {
          field.value = words;
          refresh();
          field.focus();
        },
      },
      words,
    ),
  );
  field.addEventListener('input', refresh);
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void send();
  });
  photo.addEventListener('click', () => setPhoto(!hasPhoto()));
  const form = el(
    'form',
    {
      class: 'composer',
      submit: (event) => {
        event.preventDefault();
        void send();
      },
    },
    to,
    el('div', { class: 'composer-row' }, photo, field, submit),
  );
  /** Whom the phone has texted with last, so that an answer goes to the number that it is an answer to. */
  let peer = '';
  return {
    form,
    follow: (entries: readonly Entry[]): void => {
      const texts = entries.flatMap((entry) => ('message' in entry ? [entry.message] : []));
      const numbers = texts.map((message) => (message.direction === 'inbound' ? message.to : message.from));
      to.hidden = numbers.every((number) => number === view.numbers[0]?.number);
      const last = numbers.at(-1);
      if (last && last !== peer) to.value = last;
      peer = last ?? '';
    },
    suggestions:
      suggestions.length > 0
        ? el('div', { class: 'suggestions', role: 'group', 'aria-label': 'Suggested texts' }, ...suggestions)
        : null,
  };
};

/** One phone: whose it is, whether it works, its conversation, and a field to text from it. */
export const createHandset = (phone: Phone, view: View, say: Say) => {
  const peer = view.numbers[0] ?? { name: 'Company', number: '' };
  const nameId = `name-${phone.number.slice(1)}`;
  const name = el('h3', { id: nameId }, phone.name);
  const condition = el('select', { 'aria-label': `${phone.name}’s phone` });
  const lamp = el('span', { class: 'choice' }, condition);
  const thread = createThread(phone.name, peer.name, say);
  const { form, follow, suggestions } = createComposer(phone, view, say);
  fillChoices(condition, view.conditions);
  condition.addEventListener(
    'change',
    () => void attempt(say, 'phone-fault', { number: phone.number, fault: condition.value }),
  );

  const owner = el(
    'header',
    { class: 'owner' },
    el('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(phone.name)),
    el('div', { class: 'who' }, name, el('p', { class: 'number' }, readable(phone.number))),
  );
  const screen = el(
    'div',
    { class: 'screen' },
    statusBar(),
    el(
      'div',
      { class: 'peer' },
      el('span', { class: 'avatar small', 'aria-hidden': 'true' }, initials(peer.name)),
      el('p', {}, el('strong', {}, peer.name), el('span', { class: 'peer-number' }, readable(peer.number))),
    ),
    thread.node,
    suggestions,
    form,
  );
  const node = el(
    'article',
    { class: `handset ${phone.role}`, id: `phone-${phone.number.slice(1)}`, 'aria-labelledby': nameId, tabindex: -1 },
    owner,
    el('div', { class: 'condition' }, lamp),
    el('div', { class: 'device' }, screen),
  );

  return {
    node,
    show: (known: Known): void => {
      const now = known.phones.get(phone.number) ?? phone;
      const choice = view.conditions.find(({ value }) => value === now.condition);
      name.textContent = now.name;
      condition.value = now.condition;
      node.dataset['condition'] = now.condition;
      lamp.classList.toggle('off', now.condition !== 'none');
      condition.title = choice?.hint ?? '';
      const entries = conversation(known, phone.number);
      if (suggestions) suggestions.hidden = entries.length > 0;
      follow(entries);
      thread.show(entries);
    },
  };
};
export type Handset = ReturnType<typeof createHandset>;
