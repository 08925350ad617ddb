import {
  AUTOMATIC_SIGNS,
  DRIVING,
  DRIVING_CLAUSES,
  OFFICE_ABSENCE,
  OFFICE_THANKS,
  PERSONAL_SIGNATURE,
  PROMISE,
  QUICK_DECLINES,
  REFERRAL,
  USEFUL_NOTICES,
  USELESS_NOTICES,
  VACATION,
} from './automatic-reply-wordings.ts';
import { comparable, readable } from './comparable-text.ts';

/** `certain`: only a phone, car or office line writes this. `likely`: a person may have typed it. */
export type AutomaticReply = 'certain' | 'likely';

/** Returns a text without its signature, and that of a car: `Driving, can't text. - Sent from MY ROGUE`. */
const withoutSignature = (body: string): { words: string; isSignedByCar: boolean } => {
  const text = readable(body).trimEnd();
  const lower = text.toLowerCase();
  const at = Math.max(lower.lastIndexOf('sent from '), lower.lastIndexOf('powered by '));
  if (at < 0 || text.length - at > 60) return { words: text, isSignedByCar: false };
  const by = comparable(text.slice(at).replace(/^\S+\s\S+/u, ''));
  return { words: text.slice(0, at), isSignedByCar: !PERSONAL_SIGNATURE.test(by) };
};

/** Returns what is left of a text in comparable form after the clauses of driving replies; null when it does not begin with driving. */
const afterDriving = (said: string): string | null => {
  const driving = DRIVING.exec(said);
  if (!driving) return null;
  let rest = said.slice(driving[0].length).trim();
  for (;;) {
    const clause = DRIVING_CLAUSES.map((pattern) => pattern.exec(rest)?.[0] ?? '').find((match) => match !== '');
    if (clause === undefined) return rest;
    rest = rest.slice(clause.length).trim();
  }
};

const isOffice = (said: string): boolean =>
  (OFFICE_THANKS.test(said) && OFFICE_ABSENCE.test(said)) || (VACATION.test(said) && REFERRAL.test(said));

/** Returns how surely a phone, a car or an office line sent this text by itself; null for the words of a person. */
export const automaticReplyOf = (body: string): AutomaticReply | null => {
  const { words, isSignedByCar } = withoutSignature(body);
  const said = comparable(words);
  if (AUTOMATIC_SIGNS.some((pattern) => pattern.test(said)) || isOffice(said)) return 'certain';
  const rest = afterDriving(said);
  if (rest === '' && (isSignedByCar || PROMISE.test(said))) return 'certain';
  if (rest === '' || QUICK_DECLINES.has(said)) return 'likely';
  return null;
};

/** Tests whether a phone, a car or an office line certainly sent this text by itself. */
export const isAutomaticReply = (body: string): boolean => automaticReplyOf(body) === 'certain';

/** Returns whether a notice of a carrier or service is of use for the team; null for anything else. */
export const carrierNoticeOf = (body: string): 'useful' | 'useless' | null => {
  const said = comparable(body);
  if (USEFUL_NOTICES.some((pattern) => pattern.test(said))) return 'useful';
  return USELESS_NOTICES.some((pattern) => pattern.test(said)) ? 'useless' : null;
};
