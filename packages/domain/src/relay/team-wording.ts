import { etaWords, shownRange } from '../customer/stage-words.ts';
import type { Job } from '../job.ts';
import type { Eta } from '../movement/estimate-arrival.ts';
import { cheapestText, quoted, withoutAccents, wordingsOf } from './text-layout.ts';

/**
 * Everything that a dispatcher needs to act on a text. `stage` is the job's stage in words; `handle` addresses its sender in an answer; null when the sender cannot be
 * answered. `guest` names a sender who is not the job's customer, else null; `note` is our remark, such as that several jobs were
 * possible. `media` are links to the pictures.
 */
export type RelayContext = {
  job: Pick<Job, 'id' | 'customer'>;
  stage: string;
  guest: string | null;
  handle: string | null;
  words: string;
  media: readonly string[];
  eta: Pick<Eta, 'earliest' | 'latest'> | null;
  link: string;
  timeZone: string;
  note: string | null;
  plainPunctuation: boolean;
};

/** Returns several forms with the same facts, the most readable first. */
const relayForms = (context: RelayContext): Array<(words: string) => string> => {
  const { job, stage, guest, handle, media, eta, link, timeZone, note } = context;
  const arrival = eta && etaWords(shownRange(eta), timeZone);
  const who = (name: string) => `${job.id} ${name}${guest === null ? '' : ` (from ${guest})`}`;
  const lines = (name: string, said: string, hint: string) =>
    [
      `${who(name)}:`,
      said,
      arrival ? `${stage}, ETA ${arrival}` : stage,
      ...(note ? [`(${note})`] : []),
      link,
      ...(hint ? [hint] : []),
    ].join('\n');
  const brief = (name: string, said: string) =>
    [`${who(name)}:`, said, stage, arrival, note && `(${note})`, link].filter(Boolean).join(' ');
  const names = [...new Set([job.customer.name, withoutAccents(job.customer.name)])];
  const say = (words: string) => quoted(words, media);
  return [
    ...(handle === null ? [] : names.map((name) => (words: string) => lines(name, say(words), `Reply: ${handle} ...`))),
    ...names.map((name) => (words: string) => lines(name, say(words), '')),
    ...names.map((name) => (words: string) => brief(name, say(words))),
  ];
};

/**
 * Returns the text that the team gets: job, customer, their words unaltered, status, ETA and link, in the fewest segments. All forms
 * carry the same facts; a terser one is used only when it saves a segment, or a word of the customer's.
 */
export const relayText = (context: RelayContext): string =>
  cheapestText(relayForms(context), wordingsOf(context.words, context.plainPunctuation));

/** Returns the text that the team gets for a sender without a job. @param guest the sender's name, never a whole number */
export const unmatchedText = (
  guest: string,
  handle: string | null,
  words: string,
  media: readonly string[],
  plainPunctuation: boolean,
): string => {
  const lines = (hint: string) => (said: string) => `No job found for ${guest}:\n${quoted(said, media)}${hint}`;
  return cheapestText(
    [...(handle ? [lines(`\nReply: ${handle} ...`)] : []), lines('')],
    wordingsOf(words, plainPunctuation),
  );
};
