import { attempt, type Say } from './actions.ts';
import { arrange, el, icon } from './dom.ts';
import type { Entry } from './store.ts';
import type { Call, Exchange, Message, View } from './view.ts';
import { type CarrierNames, callWords, clock, codeWords, dayAndClock, fate, pieces, viaWords } from './words.ts';

/** The time is shown again after a pause of this length, in ms. */
const PAUSE_MS = 30 * 60_000;
/** Distance from the end within which the thread follows new texts, in pixels. */
const NEAR_END_PX = 80;

type Row = { node: HTMLElement; revision: number };

const words = (text: string): Node[] =>
  pieces(text).map((piece) =>
    piece.link
      ? el(
          'a',
          { href: piece.text, target: '_blank', rel: 'noopener', title: piece.text },
          piece.text.replace(/^https?:\/\//, ''),
        )
      : document.createTextNode(piece.text),
  );

const pictures = (message: Message): HTMLElement[] =>
  message.media.map(({ url, contentType }) =>
    contentType.startsWith('image/')
      ? el('img', {
          // Every phone sends this picture. Twilio's address of it would need credentials.
          src: '/photo.jpg',
          alt: 'Photo: a full dumpster in a driveway',
          width: 720,
          height: 540,
          loading: 'lazy',
        })
      : el('a', { href: url, target: '_blank', rel: 'noopener' }, 'Attachment'),
  );

const againButton = (message: Message, say: Say): HTMLElement =>
  el(
    'button',
    {
      type: 'button',
      class: 'again',
      title: 'Call the webhook again, as Twilio does when an answer was lost',
      'aria-label': 'Call the webhook again',
      click: () => void attempt(say, 'repeat', { sid: message.sid }),
    },
    icon('again'),
  );

/** Names of the channels besides SMS. */
const CHANNEL_NAMES = { whatsapp: 'WhatsApp', rcs: 'RCS' } as const;

const footer = (message: Message, names: CarrierNames): HTMLElement => {
  const { words: what, tone, icon: sign } = fate(message);
  const length = message.media.length > 0 ? 'MMS' : message.segments > 1 ? `${message.segments} segments` : null;
  return el(
    'p',
    { class: `fate ${tone}` },
    el('time', { datetime: new Date(message.createdAt).toISOString() }, clock(message.createdAt)),
    length === null ? null : el('span', {}, length),
    message.channel ? el('span', { class: 'via' }, CHANNEL_NAMES[message.channel]) : null,
    message.carrier ? el('span', { class: 'via' }, viaWords(message, names)) : null,
    el('span', { class: 'fate-words' }, icon(sign), what),
  );
};

/** Returns true when the phone shows the text. One that failed or is not delivered yet is shown pale. */
const hasArrived = ({ status }: Message): boolean =>
  status !== 'queued' && status !== 'undelivered' && status !== 'failed';

const fillText = (row: HTMLElement, message: Message, who: string, names: CarrierNames, say: Say): void => {
  const own = message.direction === 'inbound';
  row.className = `row ${own ? 'own' : 'theirs'} ${hasArrived(message) ? '' : 'shadow'}`;
  row.dataset['sid'] = message.sid;
  row.querySelector('.fate')?.remove();
  if (!row.querySelector('.bubble')) {
    const bubble = el('div', { class: 'bubble' }, el('span', { class: 'unseen' }, `${who}: `), ...pictures(message));
    if (message.body) bubble.append(el('span', { class: 'words' }, ...words(message.body)));
    row.append(el('div', { class: 'line' }, own ? againButton(message, say) : null, bubble));
  }
  row.append(footer(message, names));
};

const fillRefusal = (row: HTMLElement, { code, status, problem }: Exchange): void => {
  row.className = 'row notice';
  const why = code === null ? (problem ?? String(status)) : codeWords(code);
  row.append(el('p', {}, icon('cross'), `A text to this phone was refused: ${why}`));
};

/** Shows a call: to its caller everything that happened, to a phone that rang its own part. */
const fillCall = (row: HTMLElement, call: Call, phone: string): void => {
  row.className = 'row notice call';
  row.dataset['call'] = call.sid;
  const isCaller = call.direction === 'inbound' && call.from === phone;
  const events = call.events.filter((event) => isCaller || event.phone === phone);
  row.querySelector('.call-card')?.remove();
  row.append(
    el(
      'div',
      { class: 'call-card' },
      el('p', { class: 'call-head' }, icon('call'), callWords(call, phone), ' ', el('time', {}, clock(call.createdAt))),
      el(
        'ol',
        {},
        ...events.map(({ kind, text }) => el('li', { class: `call-${kind}` }, kind === 'said' ? `“${text}”` : text)),
      ),
    ),
  );
};

/** The conversation on a phone's screen. It follows new texts, unless a person has scrolled up to read. */
export const createThread = (own: { name: string; number: string }, peerName: string, { carriers }: View, say: Say) => {
  const ownName = own.name;
  const names: CarrierNames = new Map(carriers.map(({ id, name }) => [id, name]));
  const empty = el('p', { class: 'empty' }, 'No texts yet.');
  const node = el('div', {
    class: 'thread',
    role: 'log',
    tabindex: 0,
    'aria-label': `${ownName}’s texts`,
    'aria-relevant': 'additions',
  });
  const rows = new Map<string, Row>();
  let follows = true;
  // Instant: during a smooth scroll, the next text would find the thread away from its end.
  const toEnd = (): void => node.scrollTo({ top: node.scrollHeight, behavior: 'instant' });
  node.addEventListener('scroll', () => {
    follows = node.scrollHeight - node.scrollTop - node.clientHeight < NEAR_END_PX;
  });
  // A smaller screen, such as with a banner, must not push the newest text out of sight.
  new ResizeObserver(() => {
    if (follows) toEnd();
  }).observe(node);

  const rowOf = (entry: Entry, before: Entry | undefined): HTMLElement => {
    const revision = 'message' in entry ? entry.message.revision : 'call' in entry ? entry.call.revision : 0;
    const known = rows.get(entry.key);
    if (known?.revision === revision) return known.node;
    const row = known?.node ?? el('div');
    if (!known && (!before || entry.at - before.at > PAUSE_MS)) {
      row.append(el('p', { class: 'when' }, dayAndClock(entry.at, Date.now())));
    }
    if ('message' in entry)
      fillText(row, entry.message, entry.message.direction === 'inbound' ? ownName : peerName, names, say);
    else if ('call' in entry) fillCall(row, entry.call, own.number);
    else if (!known) fillRefusal(row, entry.refusal);
    rows.set(entry.key, { node: row, revision });
    return row;
  };

  return {
    node,
    show: (entries: readonly Entry[]): void => {
      const first = rows.size === 0;
      const grows = entries.some(({ key }) => !rows.has(key));
      const wanted = entries.map((entry, i) => rowOf(entry, entries[i - 1]));
      arrange(node, wanted.length > 0 ? wanted : [empty]);
      if (!first && grows) node.classList.add('live');
      if (follows) toEnd();
    },
  };
};
