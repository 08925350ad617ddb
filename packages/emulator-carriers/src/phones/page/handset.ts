import { attempt, type Say } from './actions.ts';
import { createComposer } from './composer.ts';
import { el, icon } from './dom.ts';
import { PendingInput } from './pending-input.ts';
import { conversation, type Known } from './store.ts';
import { createThread } from './thread.ts';
import type { Call, Choice, Phone, View } from './view.ts';
import { initials, readable } from './words.ts';

const optionsOf = (choices: readonly Choice[]): HTMLOptionElement[] =>
  choices.map(({ value, label, hint }) => el('option', { value, title: hint }, label));

/** Fills a select with its options, once. */
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

const createOwner = (phone: Phone, nameId: string) => {
  const name = el('h3', { id: nameId }, phone.name);
  const avatar = el('span', { class: 'avatar', 'aria-hidden': 'true' }, initials(phone.name));
  const who = el('div', { class: 'who' }, name, el('p', { class: 'number' }, readable(phone.number)));
  return { name, node: el('header', { class: 'owner' }, avatar, who) };
};

/** The company at the top of a phone's screen, with a button that calls it, and hangs up while a call of this phone is under way. */
const createPeer = (phone: Phone, { name, number, takesCalls }: View['numbers'][number], say: Say) => {
  let sid: string | null = null;
  const press = (): void =>
    void (sid === null ? attempt(say, 'call', { from: phone.number, to: number }) : attempt(say, 'hang-up', { sid }));
  const button = el('button', { type: 'button', class: 'round dial', click: press }, icon('call'));
  const node = el(
    'div',
    { class: 'peer' },
    el('span', { class: 'avatar small', 'aria-hidden': 'true' }, initials(name)),
    el('p', {}, el('strong', {}, name), el('span', { class: 'peer-number' }, readable(number))),
    takesCalls ? button : null,
  );
  const show = (calls: ReadonlyMap<string, Call>): void => {
    const open = [...calls.values()].find(
      ({ direction, from, endedAt }) => direction === 'inbound' && from === phone.number && endedAt === null,
    );
    sid = open?.sid ?? null;
    const label = sid === null ? `Call ${name} as ${phone.name}` : `Hang up as ${phone.name}`;
    button.setAttribute('aria-label', label);
    button.title = label;
    button.classList.toggle('open', sid !== null);
  };
  return { node, show };
};

/** Select for how one phone takes calls. */
const createAnswering = (phone: Phone, { answerings }: View, say: Say, refresh: () => void) => {
  const select = el('select', { 'aria-label': `When ${phone.name} is called` });
  const pending = new PendingInput();
  fillChoices(select, answerings);
  const set = async (): Promise<void> => {
    const input = { number: phone.number, answering: select.value };
    await pending.submit(() => attempt(say, 'answering', input));
    refresh();
  };
  select.addEventListener('change', () => void set());
  const lamp = el('span', { class: 'choice' }, select);
  return {
    node: lamp,
    show: (answering: string, revision: number): void => {
      if (!pending.includedIn(revision)) return;
      select.value = answering;
      lamp.classList.toggle('off', answering !== 'answers');
      select.title = answerings.find(({ value }) => value === answering)?.hint ?? '';
    },
  };
};

/** Select for the condition of one phone. */
const createCondition = (phone: Phone, { conditions }: View, say: Say, refresh: () => void) => {
  const select = el('select', { 'aria-label': `${phone.name}’s phone` });
  const lamp = el('span', { class: 'choice' }, select);
  const pending = new PendingInput();
  fillChoices(select, conditions);
  const set = async (): Promise<void> => {
    const input = { number: phone.number, fault: select.value };
    await pending.submit(() => attempt(say, 'phone-fault', input));
    refresh();
  };
  select.addEventListener('change', () => void set());
  return {
    node: el('div', { class: 'condition' }, lamp),
    show: (condition: string, revision: number): void => {
      if (!pending.includedIn(revision)) return;
      select.value = condition;
      lamp.classList.toggle('off', condition !== 'none');
      select.title = conditions.find(({ value }) => value === condition)?.hint ?? '';
    },
  };
};

/**
 * One phone: its owner, its condition, its conversation, and a field to text from it.
 * @param refresh shows the newest view again, after an input was answered
 */
export const createHandset = (phone: Phone, view: View, say: Say, refresh: () => void) => {
  const peer = view.numbers[0] ?? { name: 'Company', number: '', takesCalls: false };
  const nameId = `name-${phone.number.slice(1)}`;
  const owner = createOwner(phone, nameId);
  const condition = createCondition(phone, view, say, refresh);
  const top = createPeer(phone, peer, say);
  const answering = createAnswering(phone, view, say, refresh);
  condition.node.append(answering.node);
  const thread = createThread(phone, peer.name, view, say);
  const { form, follow, suggestions } = createComposer(phone, view, say);
  const screen = el('div', { class: 'screen' }, statusBar(), top.node, thread.node, suggestions, form);
  const node = el(
    'article',
    { class: `handset ${phone.role}`, id: `phone-${phone.number.slice(1)}`, 'aria-labelledby': nameId, tabindex: -1 },
    owner.node,
    condition.node,
    el('div', { class: 'device' }, screen),
  );
  return {
    node,
    show: (known: Known): void => {
      const now = known.phones.get(phone.number) ?? phone;
      owner.name.textContent = now.name;
      node.dataset['condition'] = now.condition;
      condition.show(now.condition, known.view.revision);
      top.show(known.calls);
      answering.show(now.answering, known.view.revision);
      const entries = conversation(known, phone.number);
      if (suggestions) suggestions.hidden = entries.length > 0;
      follow(entries);
      thread.show(entries);
    },
  };
};
export type Handset = ReturnType<typeof createHandset>;
