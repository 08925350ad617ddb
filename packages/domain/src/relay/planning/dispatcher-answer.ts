import type { BackupContact } from '../../job.ts';
import type { DeskQuestion } from '../conversation/desk.ts';
import type { RelayDependencies } from '../dependencies.ts';
import { LAST_ANSWER } from '../dispatcher-wording.ts';
import type { InboundMessage } from '../inbound-message.ts';
import { NOTHING_PLANNED, type Planned, recipientNow } from '../plan.ts';
import type { Addressee } from './addressee.ts';
import type { DeskView, Person } from './desk-view.ts';
import type { FoundJob } from './find-job.ts';

/** A dispatcher's message, with everything that is read to decide about it. `words` are without the address; `now` is epoch ms. */
export type DispatcherMessage = {
  deps: RelayDependencies;
  message: InboundMessage;
  contact: BackupContact;
  found: FoundJob;
  view: DeskView;
  addressee: Addressee;
  words: string;
  now: number;
};

/** A phone that answers by itself does so within this time, in ms, and makes us say the same each time. */
const BY_ITSELF_MS = 20_000;
/** Time without an answer after the last line, in ms: a person who reads it writes something else, and later. */
const SILENT_MS = 60_000;
/** Number of equal answers to one phone, each soon after the one before, from which a machine is likely. */
const EQUAL_ANSWERS = 3;

/**
 * Tests whether an answer would be one more of an equal row at a machine's pace. A person who needs many answers gets them all, because
 * they differ or are further apart.
 * @param told the last answers to the phone, newest first @param now epoch ms
 */
export const isEndlessRow = (
  told: ReadonlyArray<{ at: number; body: string }>,
  body: string,
  now: number,
): 'no' | 'last' | 'over' => {
  const [newest] = told;
  if (!newest) return 'no';
  if (newest.body === LAST_ANSWER.slice(0, newest.body.length) && now - newest.at <= SILENT_MS) return 'over';
  const row = told.slice(0, EQUAL_ANSWERS);
  const isQuick = row.every(({ at }, i) => (row[i - 1]?.at ?? now) - at <= BY_ITSELF_MS);
  const isEqual = row.every((one) => one.body === body.slice(0, one.body.length));
  return row.length === EQUAL_ANSWERS && isQuick && isEqual ? 'last' : 'no';
};

/** Answers the dispatcher, with a question if need be. A row of equal answers at a machine's pace ends with a line that says so. */
export const answerTo = (
  { message, contact, view, now }: Pick<DispatcherMessage, 'message' | 'contact' | 'view' | 'now'>,
  body: string,
  rest: Partial<Planned> = {},
): Planned => {
  const row = isEndlessRow(view.desk.ownTexts, body, now);
  if (row === 'over') return NOTHING_PLANNED;
  const said = row === 'last' ? { body: LAST_ANSWER, isLoop: true } : { body, ...rest };
  return { kind: 'answer', recipients: [recipientNow(contact.id, message.from, now)], ...said };
};

/** Returns the question that holds a text until the dispatcher names the recipient, or says yes. */
export const holding = (
  kind: DeskQuestion['kind'],
  text: string,
  media: readonly string[],
  choices: readonly Person[],
): { asks: DeskQuestion } => ({
  asks: { kind, text, media: [...media], choices: choices.map(({ phone, timelineId }) => ({ phone, timelineId })) },
});
