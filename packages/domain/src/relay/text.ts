import { SegmentedMessage } from 'sms-segments-calculator';
import type { JobId } from '../ids.ts';
import type { Job } from '../job.ts';
import type { Eta } from '../movement/eta.ts';
import { JOB_PREFIX } from './inbound.ts';

/** Twilio refuses longer bodies (21617). */
export const MAX_SMS_LENGTH = 1600;

/** How many SMS segments a text takes: what it costs. */
export const segments = (text: string): number => new SegmentedMessage(text).segmentsCount;

const STATUS_WORDS: Record<Job['status'], string> = {
  scheduled: 'scheduled',
  in_transit: 'on the way',
  at_site: 'at site',
  en_route_to_next: 'on to next stop',
  completed: 'completed',
  cancelled: 'cancelled',
};

/** Intl puts a narrow no-break space before AM and PM, which would force UCS-2. */
const withPlainSpaces = (text: string) => text.replace(/\s/g, ' ');

/** `2:25-2:40 PM` in the company's time zone, in GSM-7 characters only. */
export const etaWords = (eta: Pick<Eta, 'earliest' | 'latest'>, timeZone: string): string => {
  const format = new Intl.DateTimeFormat('en-US', { hour: 'numeric', minute: '2-digit', timeZone });
  const [from, to] = [eta.earliest, eta.latest].map((at) => withPlainSpaces(format.format(at))) as [string, string];
  if (from === to) return to;
  return from.slice(-2) === to.slice(-2) ? `${from.slice(0, -3)}-${to}` : `${from}-${to}`;
};

/** `scheduled for Nov 24, 2:00 PM` */
const scheduledWords = (at: number, timeZone: string): string => {
  const format = new Intl.DateTimeFormat('en-US', {
    month: 'short',
    day: 'numeric',
    hour: 'numeric',
    minute: '2-digit',
    timeZone,
  });
  return `scheduled for ${withPlainSpaces(format.format(at))}`;
};

/**
 * What a dispatcher needs to act on a text. `from` is the number of a sender who is not the job's customer, else null; `note` a
 * sentence of ours, such as that several jobs were possible.
 */
export type RelayContext = {
  job: Pick<Job, 'id' | 'status' | 'customer' | 'scheduledFor'>;
  from: string | null;
  words: string;
  media: number;
  eta: Pick<Eta, 'earliest' | 'latest'> | null;
  link: string;
  timeZone: string;
  note: string | null;
};

/** What was said, in quotes, with the number of pictures that it came with: they stay at the carrier. */
const quoted = (words: string, media: number): string => {
  const pictures = media === 0 ? '' : media === 1 ? '[1 picture]' : `[${media} pictures]`;
  return [words === '' && media > 0 ? '' : `"${words}"`, pictures].filter((part) => part !== '').join(' ');
};

/** Cuts the words only where a carrier would refuse the text, and says so. */
const fit = (template: (words: string) => string, words: string): string => {
  const whole = template(words);
  if (whole.length <= MAX_SMS_LENGTH) return whole;
  const mark = '... [cut]';
  const cut = words.slice(0, Math.max(0, MAX_SMS_LENGTH - template(mark).length));
  // Half of a surrogate pair is no character.
  return template(`${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}${mark}`);
};

/** A name without its accents: `Núñez` alone more than doubles the price of a text. */
const withoutAccents = (name: string): string => name.normalize('NFD').replace(/\p{Mn}/gu, '');

/** How a dispatcher names the job in an answer. */
const shortName = (id: JobId): string => {
  const [prefix, number] = id.split('-');
  return prefix === JOB_PREFIX ? `@${number}` : `@${id}`;
};

/** The same facts in several forms, the most readable first. */
const templates = (context: RelayContext): Array<(words: string) => string> => {
  const { job, from, media, eta, link, timeZone, note } = context;
  const arrival = eta && etaWords(eta, timeZone);
  const status =
    job.status === 'scheduled' && job.scheduledFor !== null
      ? scheduledWords(job.scheduledFor, timeZone)
      : STATUS_WORDS[job.status];
  const who = (name: string) => `${job.id} ${name}${from === null ? '' : ` (from ${from})`}`;
  const lines = (name: string, said: string, hint: string) =>
    [
      `${who(name)}:`,
      said,
      arrival ? `${status}, ETA ${arrival}` : status,
      ...(note ? [`(${note})`] : []),
      link,
      ...(hint ? [hint] : []),
    ].join('\n');
  const brief = (name: string, said: string) =>
    [`${who(name)}:`, said, status, arrival, note && `(${note})`, link].filter(Boolean).join(' ');
  const names = [...new Set([job.customer.name, withoutAccents(job.customer.name)])];
  const say = (words: string) => quoted(words, media);
  return [
    ...names.map((name) => (words: string) => lines(name, say(words), `Reply: ${shortName(job.id)} ...`)),
    ...names.map((name) => (words: string) => lines(name, say(words), '')),
    ...names.map((name) => (words: string) => brief(name, say(words))),
  ];
};

/**
 * The text that the dispatch team gets: job, customer, their words unaltered, status, ETA and link, in the fewest segments. All
 * forms carry the same facts; a terser one is used only where it saves a segment, or a word of the customer's.
 */
export const relayText = (context: RelayContext): string => {
  const forms = templates(context);
  const whole = forms
    .map((template) => template(context.words))
    .filter((text) => text.length <= MAX_SMS_LENGTH)
    .map((text) => ({ text, cost: segments(text) }));
  const fewest = Math.min(...whole.map(({ cost }) => cost));
  const best = whole.find(({ cost }) => cost === fewest);
  const tersest = forms.at(-1);
  if (best || !tersest) return best?.text ?? '';
  return fit(tersest, context.words);
};

/** For texts that belong to no job: somebody must still hear the customer. */
export const unmatchedText = (from: string, words: string, media: number): string =>
  fit((said) => `No job found for ${from}:\n${quoted(said, media)}`, words);

/** A dispatcher's answer as the customer gets it: the company's name in front, never the dispatcher's number. */
export const replyText = (companyName: string, words: string): string =>
  fit((said) => `${companyName}: ${said}`, words);

/** Asks a dispatcher which customer an answer is for. @param unknown the job that they named, when there is none such */
export const askBackText = (unknown: JobId | null): string =>
  `${unknown ? `There is no job ${unknown}.` : 'Which job is this for?'} Start your text with its number, like: @1042 we will be there at 3`;

/** Tells a dispatcher that an answer was empty: pictures are not passed on. */
export const NOTHING_TO_PASS_ON =
  'Nothing was passed on: write words after the job number. Pictures are not passed on.';
