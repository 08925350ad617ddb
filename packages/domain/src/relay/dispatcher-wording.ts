import { clockTime } from '../customer/stage-words.ts';
import { withoutAccents } from './text-layout.ts';

/*
 * Texts to dispatchers about their own texts and about those of colleagues: one short line each, in GSM-7 where the words allow it.
 */

/** A person outside the team as dispatchers see them: the handle that answers them, and their name. */
export type PersonLabel = { handle: string; name: string };

/** Maximum characters of quoted words: with the rest of the line they fit one segment. */
const MAX_QUOTED_CHARS = 100;

/** Returns words for a line of ours: on one line, and cut. */
export const inOneLine = (words: string): string => {
  const line = words.replace(/\s+/g, ' ').trim();
  return line.length > MAX_QUOTED_CHARS
    ? `${line.slice(0, MAX_QUOTED_CHARS).replace(/[\ud800-\udbff]$/, '')}...`
    : line;
};
const said = (words: string): string => (words.trim() === '' ? '(photo)' : `"${inOneLine(words)}"`);
const bare = ({ handle }: PersonLabel): string => handle.replace('@', '');
/** `Ann Lee (4401)` */
const inBrackets = (one: PersonLabel): string => `${withoutAccents(one.name)} (${bare(one)})`;
/** `Ann Lee (@4401)`, to answer with. */
const toReply = ({ handle, name }: PersonLabel): string => `${withoutAccents(name)} (${handle})`;

/** Shows a colleague an answer. */
export const answerCopyText = (by: string, to: PersonLabel, words: string): string =>
  `${by} to ${inBrackets(to)}: ${words.trim() === '' ? '(photo)' : inOneLine(words)}`;

/** Confirms to its writer where a text goes. @param undoSeconds time to take it back */
export const sendingText = (to: PersonLabel, words: string, undoSeconds: number): string =>
  `To ${withoutAccents(to.name)}, ${bare(to)}: ${said(words)}. UNDO takes it back for ${undoSeconds} s.`;

/** Names of the channels besides SMS. */
const CHANNEL_NAMES = { whatsapp: 'WhatsApp', rcs: 'RCS' } as const;

/** Tells a text's writer that it goes by SMS although the person writes on another channel. @param isClosed the channel's time for answers is over */
export const smsInsteadText = (to: PersonLabel, channel: keyof typeof CHANNEL_NAMES, isClosed: boolean): string =>
  isClosed
    ? `${toReply(to)} gets it by SMS: ${CHANNEL_NAMES[channel]} takes answers for 24 hours only.`
    : `${toReply(to)} gets it by SMS: we have no sender on ${CHANNEL_NAMES[channel]}.`;
/** Tells a text's writer that another channel has refused it, and that it arrived by SMS. */
export const cameBySmsText = (to: PersonLabel, channel: keyof typeof CHANNEL_NAMES): string =>
  `${CHANNEL_NAMES[channel]} did not take your text to ${toReply(to)}. It went by SMS.`;

/** Asks whether a text is for someone who has not written, while another person waits. */
export const askSurePersonText = (to: PersonLabel, words: string, waiting: PersonLabel): string =>
  `To ${withoutAccents(to.name)}, ${bare(to)}: ${said(words)}? ${withoutAccents(waiting.name)} is the one waiting. Reply YES to send it, or ${waiting.handle}.`;

/** Asks whether a second answer goes out. @param at time of the first one, epoch ms */
export const askSecondAnswerText = (by: string, to: PersonLabel, words: string, at: number, timeZone: string): string =>
  `${by} answered ${toReply(to)} at ${clockTime(at, timeZone)}: ${said(words)}. Send yours too? Reply YES.`;

/** Asks whether an answer goes out although a colleague has taken the conversation. @param at epoch ms */
export const askClaimedText = (by: string, to: PersonLabel, at: number, timeZone: string): string =>
  `${by} has ${toReply(to)} since ${clockTime(at, timeZone)}. Send yours too? Reply YES.`;

/** Asks whether words are for a person or for colleagues. */
export const askTeamOrPersonText = (to: PersonLabel | null): string =>
  to
    ? `Is this for ${withoutAccents(to.name)} or for colleagues? Reply ${to.handle} or @team.`
    : 'Not sent. To tell your colleagues, reply @team. To text a customer, start with the job number, like @1042.';

/** Passes a note to colleagues. @param to names of colleagues; null for all */
export const noteText = (by: string, to: string | null, words: string): string =>
  `${by} to ${to ?? 'the team'}: ${words.trim()}`;

/** Confirms a note. */
export const NOTE_SENT = 'Sent to your colleagues only.';
/** Says that a note has no reader. */
export const NO_COLLEAGUES = 'Not sent: there is no other dispatcher to read it.';

/** Tells colleagues that a dispatcher takes a conversation, or has seen it. */
export const claimCopyText = (by: string, of: PersonLabel, words: string | null): string =>
  `${by} has ${inBrackets(of)}${words ? `: ${said(words)}` : '.'}`;
/** Confirms a claim. */
export const claimedText = (of: PersonLabel, isWaiting: boolean): string =>
  `You have ${toReply(of)}.${isWaiting ? ' No answer has gone out yet.' : ''}`;

/** Tells colleagues, and the dispatcher, that a conversation is free again, or closed. */
export const releaseCopyText = (by: string, of: PersonLabel): string => `${by} no longer has ${inBrackets(of)}.`;
export const releasedText = (of: PersonLabel): string => `Released: ${toReply(of)}.`;
export const closeCopyText = (by: string, of: PersonLabel): string => `${by} closed ${inBrackets(of)}.`;
export const closedText = (of: PersonLabel): string => `Closed: ${toReply(of)}. The next text opens it again.`;

/** Tells colleagues that a dispatcher has taken note of a statement. */
export const seenCopyText = (by: string, of: PersonLabel, words: string | null): string =>
  `${by} has seen ${inBrackets(of)}${words ? `: ${said(words)}` : '.'}`;
/** Confirms an acknowledgement: its writer learns which, and that the person was not told. */
export const seenText = (of: PersonLabel): string => `Noted for the team. ${toReply(of)} was not texted.`;

/** Tells dispatchers that a stranger says to be a customer, and how to link the phones. */
export const linkHint = (handle: string, customer: PersonLabel): string =>
  `says to be ${inBrackets(customer)}. Is it? Reply "${handle} is ${bare(customer)}"`;
/** Asks whether a phone is another one of a customer. */
export const askLinkText = (handle: string, customer: PersonLabel): string =>
  `Is ${handle} another phone of ${inBrackets(customer)}? Its texts then come with the job, and answers go to the phone that wrote. Reply YES or NO.`;
/** Confirms a link to its writer, and shows it to colleagues. */
export const linkedText = (handle: string, customer: PersonLabel): string =>
  `Linked: ${handle} is another phone of ${inBrackets(customer)}. To end that: ${handle} unlink`;
export const linkCopyText = (by: string, handle: string, customer: PersonLabel): string =>
  `${by}: ${handle} is another phone of ${inBrackets(customer)}.`;
export const unlinkedText = (handle: string): string => `${handle} is not linked to a customer any more.`;
export const unlinkCopyText = (by: string, handle: string): string =>
  `${by}: ${handle} is not another phone of a customer any more.`;
/** Says that a phone is not linked. */
export const NOT_LINKED = 'Not linked, and sent to no one.';
export const nothingToUnlinkText = (handle: string): string => `${handle} is not linked to a customer.`;
/** Says that a number is the customer's own. */
export const ownPhoneText = (handle: string, customer: PersonLabel): string =>
  `${handle} is already the number of ${inBrackets(customer)}.`;

/** Says that an order or acknowledgement has no one to be about. */
export const NO_ONE_WAITS =
  'Not sent: no one is waiting. To text a customer, start with the job number, like: @1042 we will be there at 3';

/** Says that a text has no words. */
export const withoutWordsText = (words: string, waiting: PersonLabel | null): string =>
  `Not sent: "${words.trim()}" has no words.${waiting ? ` ${toReply(waiting)} is waiting.` : ''}`;
/** Says that a reaction went to no one. */
export const doubtText = (of: PersonLabel): string => `${toReply(of)} does not see your reaction. Type an answer.`;
/** Tells how to ring a person. */
export const howToCallText = (to: PersonLabel): string =>
  `To ring ${withoutAccents(to.name)}, reply ${to.handle} call.`;
export const HOW_TO_CALL_SOMEONE = 'Not sent. To ring a customer, reply with the job number and call, like @1042 call.';
/** Asks colleagues about an answer that a dispatcher doubts by a reaction. */
export const doubtedAnswerText = (answer: string): string => `Is this right? ${said(answer)}`;
/** Says that a text repeats the words of the person that it would go to. */
export const ownWordsText = (of: PersonLabel): string =>
  `Not sent: these are the words of ${toReply(of)}. Type your answer.`;

/** Says that a text was taken back, that it is too late for that, or that there is none. */
export const takenBackText = (to: PersonLabel, words: string): string =>
  `Taken back. ${toReply(to)} does not get ${said(words)}.`;
export const tooLateText = (to: PersonLabel): string => `Too late: the text to ${toReply(to)} is out.`;
export const NOTHING_TO_TAKE_BACK = 'Nothing to take back: no text of yours is waiting.';
/** Says that a held text is dropped. */
export const DROPPED = 'Not sent.';

/** The last line to a phone whose text comes again and again, perhaps from a machine. */
export const LAST_ANSWER =
  'This keeps coming from your phone within seconds, as if by itself, so it gets no answer for a minute. It went to no one.';

/** Says that a job is open again. */
export const jobOpenAgainText = (jobId: string, customer: string, change: string): string =>
  `${jobId} ${withoutAccents(customer)} is open again: "${change}" was taken back. The customer gets no text about it.`;
