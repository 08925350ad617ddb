import { SegmentedMessage } from 'sms-segments-calculator';
import type { Job } from '../job.ts';
import type { Eta } from '../movement/eta.ts';

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

/** `2:25-2:40 PM` in the company's time zone, in GSM-7 characters only. */
export const etaWords = (eta: Pick<Eta, 'earliest' | 'latest'>, timeZone: string): string => {
  const format = new Intl.DateTimeFormat('en-US', { hour: 'numeric', minute: '2-digit', timeZone });
  const clock = (at: number) => format.format(at).replace(/\u202f/g, ' ');
  const [from, to] = [clock(eta.earliest), clock(eta.latest)];
  return from.slice(-2) === to.slice(-2) ? `${from.slice(0, -3)}-${to}` : `${from}-${to}`;
};

/** What a dispatcher needs to act on a customer's text. `note` is a sentence of ours, such as that several jobs were possible. */
export type RelayContext = {
  job: Pick<Job, 'id' | 'status' | 'customer'>;
  words: string;
  media: number;
  eta: Pick<Eta, 'earliest' | 'latest'> | null;
  link: string;
  timeZone: string;
  note?: string;
};

const mediaWords = (count: number) => (count === 0 ? '' : count === 1 ? ' [1 picture]' : ` [${count} pictures]`);

/** Cuts the customer's words only where a carrier would refuse them, and says so. */
const fit = (words: string, room: number): string => {
  if (words.length <= room) return words;
  const mark = '... [cut]';
  const cut = words.slice(0, Math.max(0, room - mark.length));
  // Half of a surrogate pair is no character.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}${mark}`;
};

/**
 * The text that the dispatch team gets: job, customer, their words unaltered, status, ETA and link, in the fewest segments.
 * Two templates carry the same facts; the shorter one is used where it saves a segment.
 */
export const relayText = (context: RelayContext): string => {
  const { job, words, media, eta, link, timeZone, note } = context;
  const status = STATUS_WORDS[job.status];
  const arrival = eta ? etaWords(eta, timeZone) : null;
  const pictures = mediaWords(media);
  const noteLine = note ? `\n(${note})` : '';
  const generous = (said: string) =>
    `${job.id} ${job.customer.name}:\n"${said}"${pictures}\n${status}${arrival ? `, ETA ${arrival}` : ''}${noteLine}\n${link}\nReply: @${job.id.split('-')[1]} ...`;
  const short = (said: string) =>
    `${job.id} ${job.customer.name}: "${said}"${pictures} ${status}${arrival ? ` ${arrival}` : ''}${note ? ` (${note})` : ''} ${link}`;
  const [long, brief] = [generous, short].map((template) => template(fit(words, MAX_SMS_LENGTH - template('').length)));
  if (long === undefined || brief === undefined) throw new Error('unreachable');
  return segments(brief) < segments(long) || long.length > MAX_SMS_LENGTH ? brief : long;
};

/** For texts that belong to no job: somebody must still hear the customer. */
export const unmatchedText = (from: string, words: string, media: number): string => {
  const template = (said: string) => `No job found for ${from}:\n"${said}"${mediaWords(media)}`;
  return template(fit(words, MAX_SMS_LENGTH - template('').length));
};

/** A dispatcher's answer as the customer gets it: the company's name in front, never the dispatcher's number. */
export const replyText = (companyName: string, words: string): string => {
  const template = (said: string) => `${companyName}: ${said}`;
  return template(fit(words, MAX_SMS_LENGTH - template('').length));
};

/** Asks a dispatcher which customer an answer is for. */
export const ASK_BACK = 'Which job is this for? Start your text with its number, like: @1042 we will be there at 3';
