import type { Call, Exchange, Message } from './view.ts';

/** Returns a number in the form `+1 (512) 555-0111`. */
export const readable = (number: string): string => {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(number) ?? [];
  return area ? `+1 (${area}) ${exchange}-${line}` : number;
};

/** Returns the initials, at most two letters; a number sign for a phone without a name. */
export const initials = (name: string): string => {
  const words = name.split(/\s+/).filter((word) => /^\p{L}/u.test(word));
  const [first, last] = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return `${first?.[0] ?? '#'}${last?.[0] ?? ''}`.toUpperCase();
};

const SECONDS = { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false } as const;
/** Makes the formats of times. @param timeZone IANA name; undefined for the browser's */
const formatsIn = (timeZone?: string) => ({
  clock: new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit', timeZone }),
  seconds: new Intl.DateTimeFormat(undefined, { ...SECONDS, timeZone }),
  day: new Intl.DateTimeFormat(undefined, { weekday: 'short', month: 'short', day: 'numeric', timeZone }),
});
let formats = formatsIn();
/** Shows all times in a zone, the company's: its texts name times in it. */
export const showTimesIn = (timeZone: string | null): void => {
  formats = formatsIn(timeZone ?? undefined);
};
/** Returns the sentence that names the zone of the times; null when it is the browser's. */
export const zoneWords = (timeZone: string | null): string | null =>
  timeZone === null || timeZone === new Intl.DateTimeFormat().resolvedOptions().timeZone
    ? null
    : `Times are those of ${timeZone.replaceAll('_', ' ')}.`;
export const clock = (at: number): string => formats.clock.format(at);
export const toTheSecond = (at: number): string => formats.seconds.format(at);

/** Returns `Today 2:41 PM`, for the line above texts after a pause. */
export const dayAndClock = (at: number, now: number): string => {
  const day = formats.day.format(at);
  return `${day === formats.day.format(now) ? 'Today' : day} ${clock(at)}`;
};

/** Splits a text into words and links. Punctuation after a link is not part of it. */
export const pieces = (text: string): Array<{ text: string; link: boolean }> => {
  const found: Array<{ text: string; link: boolean }> = [];
  let end = 0;
  for (const match of text.matchAll(/https?:\/\/[^\s<>"]*[^\s<>".,;:!?)\]']/g)) {
    if (match.index > end) found.push({ text: text.slice(end, match.index), link: false });
    found.push({ text: match[0], link: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) found.push({ text: text.slice(end), link: false });
  return found;
};

/** The meaning of carriers' error codes, for a person. https://www.twilio.com/docs/api/errors */
const CODES: Readonly<Record<number, string>> = {
  20003: 'wrong credentials',
  20404: 'not found',
  20429: 'too many requests',
  20500: 'server error',
  21211: 'no valid To number',
  21606: 'From is not ours',
  21610: 'opted out',
  21614: 'not a mobile number',
  21617: 'too long',
  30001: 'queue overflow',
  30003: 'unreachable',
  30005: 'unknown handset',
  30007: 'filtered as spam',
  30008: 'lost on the way',
  30034: 'number not registered',
  63007: 'no sender on this channel',
  63016: 'after WhatsApp’s 24 hours',
};
export const codeWords = (code: number): string => (CODES[code] ? `${code} ${CODES[code]}` : String(code));

export type Tone = 'pending' | 'good' | 'plain' | 'bad';

const isGood = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

/** Names of the carriers, by ID. */
export type CarrierNames = ReadonlyMap<string, string>;

/** The number and the carrier of a text that did not go over the first carrier. */
export const viaWords = ({ carrier = '', direction, from, to }: Message, names: CarrierNames): string => {
  const name = names.get(carrier) ?? carrier;
  return direction === 'inbound' ? `to ${readable(to)}, ${name}` : `from ${readable(from)}, ${name}`;
};

/** The state of a text, in a few words. */
export const fate = (message: Message): { words: string; tone: Tone; icon: 'clock' | 'tick' | 'ticks' | 'cross' } => {
  const { webhook, status, errorCode } = message;
  const tries = webhook && webhook.tries > 1 ? `, ${webhook.tries} tries` : '';
  if (message.direction === 'inbound') {
    if (message.carrier === 'aws')
      return webhook
        ? { words: `in the queue${tries}`, tone: 'good', icon: 'ticks' }
        : { words: 'on its way to the queue', tone: 'pending', icon: 'clock' };
    if (status === 'receiving') return { words: 'calling the webhook', tone: 'pending', icon: 'clock' };
    if (!webhook) return { words: 'no webhook configured', tone: 'plain', icon: 'tick' };
    const where = webhook.fallback ? 'fallback' : 'webhook';
    if (isGood(webhook.status) && !webhook.problem)
      return { words: `${where} ${webhook.status}${tries}`, tone: 'good', icon: 'ticks' };
    return { words: `${where}: ${webhook.problem ?? webhook.status}${tries}`, tone: 'bad', icon: 'cross' };
  }
  const because = errorCode === null ? '' : ` · ${codeWords(errorCode)}`;
  const unheard = webhook && !isGood(webhook.status) ? ` · receipt: ${webhook.status ?? webhook.problem}` : '';
  if (status === 'undelivered' || status === 'failed')
    return { words: `${status}${because}${unheard}`, tone: 'bad', icon: 'cross' };
  const tone = unheard ? 'bad' : status === 'delivered' ? 'good' : 'pending';
  return {
    words: `${status}${unheard}`,
    tone,
    icon: status === 'delivered' ? 'ticks' : status === 'sent' ? 'tick' : 'clock',
  };
};

/** Returns a call in a few words, as a phone that took part sees it. */
export const callWords = (call: Call, phone: string): string => {
  const isCaller = call.direction === 'inbound' && call.from === phone;
  const ended = call.endedAt !== null;
  const connected = call.events.some(({ kind, text }) => kind === 'outcome' && text.endsWith('are connected'));
  const what = connected ? 'connected' : ended ? 'not connected' : 'ringing';
  const isAsker = call.direction === 'outbound-api' && call.to === phone;
  const whose = isCaller ? 'Call to the company' : isAsker ? 'Call by text' : 'Incoming call';
  return `${whose}: ${what}`;
};

/** Returns true for an exchange that an operator should look at. */
export const isFailure = ({ status }: Exchange): boolean => status === null || status >= 400;

/** The subject of an exchange. */
export const subject = ({ carrier, kind, method, url, parameters }: Exchange): string => {
  if (carrier === 'aws') {
    if (kind === 'api') return 'Send a text over AWS';
    return kind === 'inbound' ? 'Inbound text over AWS' : `AWS event: ${parameters['messageStatus'] ?? ''}`;
  }
  if (kind === 'inbound') return 'Inbound webhook';
  if (kind === 'fallback') return 'Fallback webhook';
  if (kind === 'call') return `Voice webhook: ${/\w+(?=\?|$)/.exec(url.replace(/[#?].*/, ''))?.[0] ?? ''}`;
  if (url.endsWith('/Calls.json')) return method === 'POST' ? 'Place a call' : 'List calls';
  if (kind === 'status') return `Receipt: ${parameters['MessageStatus'] ?? ''}`;
  if (method === 'POST') return 'Send a text';
  return url.endsWith('/Messages.json') ? 'List texts' : 'Look up a text';
};
