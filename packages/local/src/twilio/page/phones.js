// The Phones page: shows the stand-in's state as it changes, and acts on it. Plain DOM; no build, no third party.

/** @typedef {{sid: string, direction: string, from: string, to: string, body: string, mediaUrls: string[], status: string, errorCode: number | null, segments: number, at: number}} Message */
/** @typedef {{number: string, name: string, role: string, fault: string, stopped: boolean}} Phone */

const byId = (id) => document.getElementById(id);
const cards = new Map();
const time = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit', second: '2-digit' });

const say = (text) => {
  byId('status').textContent = text;
  if (text) setTimeout(() => byId('status').textContent === text && say(''), 6000);
};

/** Asks the stand-in to do something; says why when it will not. */
const act = async (name, body) => {
  try {
    const response = await fetch(`/actions/${name}`, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) say((await response.json()).error);
    return response.ok;
  } catch {
    say('The local system does not answer. Is npm start still running?');
    return false;
  }
};

const WORDS = { queued: 'sending', sent: 'sent', delivered: 'delivered', undelivered: 'not delivered', failed: 'failed', received: 'received' };
const ROLES = { customer: 'Customer', dispatcher: 'Dispatcher', other: 'Other' };

/** Text with its links made clickable. */
const withLinks = (text) => {
  const nodes = [];
  let rest = 0;
  for (const match of text.matchAll(/https?:\/\/\S+/g)) {
    nodes.push(text.slice(rest, match.index));
    const link = document.createElement('a');
    link.href = match[0];
    link.target = '_blank';
    link.rel = 'noopener';
    link.textContent = match[0].length > 44 ? `${match[0].slice(0, 36)}…${match[0].slice(-6)}` : match[0];
    link.title = match[0];
    nodes.push(link);
    rest = match.index + match[0].length;
  }
  nodes.push(text.slice(rest));
  return nodes;
};

/** One message as the owner of the phone sees it. */
const bubble = (message, phone) => {
  const mine = message.from === phone.number;
  const item = document.createElement('li');
  const lost = !mine && message.errorCode !== null;
  item.className = `${mine ? 'out' : 'in'}${lost ? ' undelivered' : ''}`;
  const words = document.createElement('div');
  words.className = 'bubble';
  words.append(...withLinks(message.body + (message.mediaUrls.length > 0 ? `\n[${message.mediaUrls.length} picture]` : '')));
  const meta = document.createElement('p');
  meta.className = 'meta';
  const status = document.createElement('span');
  status.textContent = mine ? time.format(message.at) : `${time.format(message.at)} · ${WORDS[message.status] ?? message.status} · ${message.segments} SMS`;
  meta.append(status);
  if (lost) {
    const code = document.createElement('span');
    code.className = 'failed';
    code.textContent = `error ${message.errorCode}`;
    meta.append(code);
  }
  if (mine) {
    const again = document.createElement('button');
    again.type = 'button';
    again.textContent = 'same webhook again';
    again.title = 'Sends this message’s webhook once more. Nothing may change.';
    again.addEventListener('click', async () => (await act('repeat', { sid: message.sid })) && say('Sent again; nothing may change.'));
    meta.append(again);
  }
  item.append(words, meta);
  return item;
};

const createCard = (phone) => {
  const card = byId('phone-template').content.firstElementChild.cloneNode(true);
  const [title, form, area] = [card.querySelector('h2'), card.querySelector('form'), card.querySelector('textarea')];
  title.textContent = phone.name;
  card.dataset.number = phone.number;
  card.querySelector('.conversation').setAttribute('aria-label', `Messages of ${phone.name}`);
  area.setAttribute('aria-label', `Text as ${phone.name}`);
  area.placeholder = phone.role === 'dispatcher' ? '@1042 on our way' : `Text as ${phone.name.split(' ')[0]}`;
  card.querySelector('.fault select').addEventListener('change', (event) => act('phone-fault', { number: phone.number, fault: event.target.value }));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const media = form.querySelector('input').checked ? [`${location.origin}/picture.jpg`] : [];
    if (await act('text', { from: phone.number, body: area.value, media })) form.reset();
  });
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  byId('phones').append(card);
  return { card, shown: '' };
};

const showPhone = (phone, messages) => {
  const entry = cards.get(phone.number) ?? createCard(phone);
  cards.set(phone.number, entry);
  const { card } = entry;
  card.querySelector('.number').textContent = `${ROLES[phone.role]} · ${phone.number}${phone.stopped ? ' · stopped' : ''}`;
  const select = card.querySelector('.fault select');
  if (document.activeElement !== select) select.value = phone.fault;
  select.classList.toggle('wrong', phone.fault !== 'none');
  const own = messages.filter(({ from, to }) => from === phone.number || to === phone.number);
  const key = JSON.stringify(own.map(({ sid, status, errorCode }) => [sid, status, errorCode]));
  if (key === entry.shown && own.length > 0) return;
  entry.shown = key;
  const list = card.querySelector('.conversation');
  if (own.length === 0) {
    const empty = document.createElement('li');
    empty.className = 'empty';
    empty.textContent = phone.role === 'dispatcher' ? 'Customers’ texts arrive here.' : 'No messages yet. Write one below.';
    list.replaceChildren(empty);
    return;
  }
  list.replaceChildren(...own.map((message) => bubble(message, phone)));
  list.scrollTop = list.scrollHeight;
};

const showWebhooks = (calls) => {
  byId('log-count').textContent = calls.length > 0 ? `(${calls.length})` : '';
  byId('webhooks').replaceChildren(
    ...calls.toReversed().map((call) => {
      const row = document.createElement('tr');
      const cells = [time.format(call.at), call.what, call.status ?? 'no answer', `${call.ms} ms`, call.url.replace(/^https?:\/\/[^/]+/, '')];
      row.append(...cells.map((text) => Object.assign(document.createElement('td'), { textContent: text })));
      row.children[2].className = call.status !== null && call.status < 400 ? 'ok' : 'bad';
      return row;
    }),
  );
};

const show = (state) => {
  byId('company').textContent = state.numbers.map(({ name, number }) => `${name} (${number})`).join(', ');
  const fault = byId('api-fault');
  if (document.activeElement !== fault) fault.value = state.apiFault;
  fault.classList.toggle('wrong', state.apiFault !== 'none');
  for (const phone of state.phones) showPhone(phone, state.messages);
  showWebhooks(state.webhooks);
};

byId('api-fault').addEventListener('change', (event) => act('api-fault', { fault: event.target.value }));
byId('new-phone').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target;
  const { number, name } = Object.fromEntries(new FormData(form));
  if (await act('phone', { number, name })) form.reset();
});

const events = new EventSource('/events');
events.addEventListener('message', ({ data }) => show(JSON.parse(data)));
events.addEventListener('error', () => say('The local system does not answer. Is npm start still running?'));
events.addEventListener('open', () => say(''));
