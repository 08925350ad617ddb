import { clockTime, etaWords, shownRange, type Wording } from '../customer/stage-words.ts';
import type { Job } from '../job.ts';
import type { RecentMessage } from './budget.ts';
import type { MessageClaim } from './conversation/claim-hold.ts';
import { mediaLines } from './media-parts.ts';
import { readableWords } from './plain-words.ts';
import { type JobFacts, type TeamMessage, writerOf } from './team-wording.ts';
import { ended, fit, MAX_SMS_LENGTH, quotedLine, saidBy, withoutAccents } from './text-layout.ts';

const EXAMPLE_OF_REPLY = 'Start your text with the job number, like: @1042 we will be there at 3';

/** `a`, `a or b`, `a, b or c` */
const either = (choices: readonly string[]): string =>
  choices.length < 2 ? choices.join('') : `${choices.slice(0, -1).join(', ')} or ${choices.at(-1)}`;

/** Asks a dispatcher, in one line, who a text is for. @param choices handles and names, the likeliest first */
export const askRecipientText = (choices: ReadonlyArray<{ handle: string; name: string }>): string => {
  const named = choices.slice(0, 3).map(({ handle, name }) => `${handle} (${name})`);
  return named.length > 0 ? `Who is this for? Reply ${either(named)}.` : `Which job is this for? ${EXAMPLE_OF_REPLY}`;
};

/** Tells a dispatcher that no job, guest or colleague has this handle, and who is waiting. @param choices those who wait */
export const unknownHandleText = (
  handle: string,
  choices: ReadonlyArray<{ handle: string; name: string }> = [],
): string => {
  const one = handle.startsWith('@u') ? 'recent sender' : /[0-9]/.test(handle) ? 'job' : 'one here';
  return `No ${one} matches ${handle}. ${choices.length > 0 ? askRecipientText(choices) : EXAMPLE_OF_REPLY}`;
};

/** Tells a dispatcher that an answer has no text. */
export const NOTHING_TO_SEND = 'Not sent. Type your message after the job number.';

/** Tells a dispatcher that their answer did not reach the customer. */
export const bounceText = (handle: string, name: string): string =>
  `Your text to ${name} (${handle}) was not delivered. Please call.`;

/** Says that a dispatcher took a message and has not answered it. */
export const unkeptClaimText = ({ name, at }: MessageClaim, timeZone: string): string =>
  `${name} took it at ${clockTime(at, timeZone)} and has not answered.`;

const below = (line: string | null): string[] => (line === null ? [] : [line]);

/** Tells the operator that someone is waiting and no dispatcher has answered. @param promise says who had taken it */
export const unansweredText = (
  message: Pick<TeamMessage, 'name' | 'handle' | 'about' | 'words' | 'media'>,
  wording: Parameters<typeof writerOf>[1],
  promise: string | null = null,
): string => {
  const writer = `No one has answered ${writerOf({ ...message, name: withoutAccents(message.name) }, wording)}`;
  return fit(
    (said) => [saidBy(writer, said), ...mediaLines(message.media), ...below(promise)].join('\n'),
    readableWords(message.words),
  );
};

/** Tells the operator that no dispatcher has answered a call, or a summary. @param body the text that the team has read */
export const unansweredCallText = (body: string, promise: string | null = null): string =>
  fit((said) => [saidBy('No one has answered', said), ...below(promise)].join('\n'), body);

/** Answers a dispatcher's question about a job: customer, stage, arrival time and link. @param eta null without one */
export const dispatcherAnswerText = (
  job: Pick<Job, 'id' | 'customer'>,
  { stage, eta, link }: Pick<JobFacts, 'stage' | 'eta' | 'link'>,
  wording: Omit<Wording, 'language'>,
): string => {
  const arrival = eta ? `, ETA ${etaWords(shownRange(eta), { ...wording, language: 'en' })}` : '';
  return `${job.id} ${withoutAccents(job.customer.name)}: ${ended(`${stage}${arrival}`)}\n${link}`;
};

/** Maximum length of a quote in a summary, in characters. */
const MAX_SUMMARY_QUOTE = 160;

/**
 * Sums up the texts over a budget: their number, their senders, the first and the latest text.
 * @param handles that answer the senders
 */
export const summaryText = (who: string, held: readonly RecentMessage[], handles: readonly string[]): string => {
  const [first, last] = [held[0], held.at(-1)];
  const senders = new Set(held.map(({ from }) => from)).size;
  const from = senders > 1 ? ` from ${senders} numbers` : '';
  const begin = `${who}: ${held.length} more ${held.length === 1 ? 'text' : 'texts'}${from} in a short time.`;
  const hint = handles.length === 0 ? '' : `\nReply: ${handles.map((handle) => `${handle} ...`).join(' or ')}`;
  if (!first || !last) return begin;
  const quote = ({ body }: RecentMessage) => quotedLine(body, MAX_SUMMARY_QUOTE);
  if (first === last)
    return `${begin} ${quotedLine(first.body, MAX_SMS_LENGTH - begin.length - hint.length - 3)}${hint}`;
  return `${begin} First: ${quote(first)} Latest: ${quote(last)} All of them are saved.${hint}`;
};

/**
 * Returns the text to the team about a person who cannot get texts.
 * @param isFinal the number never takes texts; otherwise several texts in a row did not arrive
 */
export const unreachableText = (name: string, handle: string, isFinal: boolean): string =>
  isFinal
    ? `${name} (${handle}) cannot get texts: the number is a landline or not in use. Please call.`
    : `${name} (${handle}) does not get our texts: the last ones did not arrive. Please call.`;
