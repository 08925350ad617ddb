import { asksSomething } from './asks-something.ts';
import { automaticReplyOf, carrierNoticeOf } from './automatic-reply.ts';
import { isClosing, isCorrection, isPraise, takesBack } from './closing.ts';
import { comparable } from './comparable-text.ts';
import { optOutWish } from './opt-out.ts';
import { type Reaction, reactionOf } from './reaction.ts';
import { isJoke, isStatusWord, takesOption } from './remark.ts';
import { spamOf } from './spam.ts';

/**
 * The attention that a text from outside the team needs:
 *  - `none`: it stays on the timeline, and no one is texted: a phone wrote it, or it only ends the talk
 *  - `information`: the team gets it, and no alarm follows when no one answers
 *  - `answer`: the team gets it, and someone must answer
 */
export type Attention = 'none' | 'information' | 'answer';

/** Returns the attention for a reaction: a thumb on a question answers it, a thumb down or question mark needs a person. */
const attentionForReaction = ({ tone, isRemoved, quote }: Reaction, lastFromTeam: string | null): Attention => {
  const isQuestion = asksSomething(quote);
  const refuses = (!isRemoved && (tone === 'no' || tone === 'doubt')) || (isRemoved && isQuestion);
  // A notice of the company itself asks nothing, and has no one who waits for the reaction.
  if (refuses) return lastFromTeam === null && !isQuestion ? 'information' : 'answer';
  return isQuestion && !isRemoved ? 'information' : 'none';
};

/** Beginnings of an answer that refuses or is not sure, in comparable form. */
const REFUSAL =
  /^(?:(?:sorry|um|uh|hmm|well|oh|actually|thanks|thank you|ok|perdon|gracias|uy|pues) )*(?:but )?(?:no|nope|nah|nada|not|never|nel|ni|none|neither|cant|cannot|dont|wont|nobody|ninguno|nunca|depends|maybe|unsure|idk|i dont)(?= |$)|\bbut (?:no|not)\b|\b(?:cant|cannot|wont|too late|too early|instead|rather|wrong|ya no|no (?:puedo|podemos|me sirve|se puede))\b/;

/** Words that must not be passed over, whatever else the text is. */
const TROUBLE = /\b(?:urgent|emergency|help|stop|wait|fire|leak|hurt|police|ayuda|auxilio|urgente|alto|espere)\b/;

/** Longest answer to a question that raises no alarm, in characters. */
const MAX_PLAIN_ANSWER = 60;

/** Tests whether a text plainly answers a question or agrees with what was said: no refusal, and nothing asked. */
const isPlainAnswer = (body: string, lastFromTeam: string): boolean => {
  const said = comparable(body);
  if (asksSomething(body) || REFUSAL.test(said) || TROUBLE.test(said)) return false;
  if (asksSomething(lastFromTeam)) return body.trim().length <= MAX_PLAIN_ANSWER && said !== '';
  return /^(?:(?:yes|yep|yeah|yup|si|sure|sounds good|ok|okay|great|perfect|works)\b.{0,60}|[0-9]{1,2})$/u.test(said);
};

/** Tests whether a text confirms a visit without being asked: `yes confirmed`, or the `C` of other companies' reminders. */
const isConfirmation = (body: string): boolean =>
  /^(?:(?:yes|yep|si|ok) )?(?:i )?(?:confirm|confirmed|confirming|confirmo|confirmado|confirmada)(?: (?:thanks|thank you|gracias))?$|^c$/.test(
    comparable(body),
  );

/** A wish that texts go on: `please don't stop texting me updates`. */
const GOES_ON_PLEASE =
  /\b(?:dont|do not) stop (?:texting|messaging|sending|the (?:texts|updates|messages))\b(?! (?:my|the truck))/;

/**
 * Returns the attention that a text from outside the team needs.
 * @param lastFromTeam the newest words that a dispatcher sent to its writer lately; null without any
 * @param isStranger the company does not know its writer
 */
export const attentionOf = (body: string, lastFromTeam: string | null, isStranger = false): Attention => {
  const reaction = reactionOf(body);
  if (reaction) return attentionForReaction(reaction, lastFromTeam);
  const reply = automaticReplyOf(body);
  if (reply) return reply === 'certain' ? 'none' : 'information';
  const notice = carrierNoticeOf(body);
  if (notice) return notice === 'useful' ? 'information' : 'none';
  const spam = isStranger && lastFromTeam === null ? spamOf(body) : null;
  if (spam) return spam === 'certain' ? 'none' : 'information';
  // The team learns it, and has nothing to answer.
  if (optOutWish(body) === 'certain') return 'information';
  if (GOES_ON_PLEASE.test(comparable(body)) || (isStranger && isStatusWord(body))) return 'information';
  if (isClosing(body)) return lastFromTeam !== null && asksSomething(lastFromTeam) ? 'information' : 'none';
  if (
    (isPraise(body) && !asksSomething(body)) ||
    takesBack(body) ||
    isCorrection(body) ||
    isConfirmation(body) ||
    isJoke(body) ||
    takesOption(body)
  )
    return 'information';
  return lastFromTeam !== null && isPlainAnswer(body, lastFromTeam) ? 'information' : 'answer';
};
