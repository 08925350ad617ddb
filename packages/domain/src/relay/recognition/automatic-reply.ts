import {
  AT_THE_WHEEL,
  AUTOMATIC_SIGNS,
  CLOSED_HOURS,
  DECLINE_COURTESY,
  DRIVING,
  DRIVING_CLAUSES,
  MAX_DECLINE_WORDS,
  OFFICE_ABSENCE,
  OFFICE_THANKS,
  PERSONAL_SIGNATURE,
  PROMISE,
  PROMISED_LATER,
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

/** Returns the longest of the patterns' matches at the begin of a text; empty without one. */
const longestMatch = (patterns: readonly RegExp[], said: string): string =>
  patterns.map((pattern) => pattern.exec(said)?.[0] ?? '').reduce((a, b) => (b.length > a.length ? b : a));

/** Tests whether a text in comparable form consists of the clauses of driving replies, of which one says that its writer drives. */
const isDrivingReply = (said: string): boolean => {
  let isDriving = false;
  for (let rest = said; rest !== ''; ) {
    const driving = DRIVING.exec(rest)?.[0] ?? '';
    const clause = driving === '' ? longestMatch(DRIVING_CLAUSES, rest) : driving;
    if (clause === '') return false;
    isDriving ||= driving !== '';
    rest = rest.slice(clause.length).trim();
  }
  return isDriving;
};

/** Tests whether a text in comparable form consists of quick declines: `estoy en una reunion te llamo luego`. */
const isQuickDecline = (said: string): boolean => {
  const words = said.split(' ');
  for (let at = 0; at < words.length; ) {
    let end = Math.min(words.length, at + MAX_DECLINE_WORDS);
    while (end > at && !QUICK_DECLINES.has(words.slice(at, end).join(' '))) end -= 1;
    if (end === at && !DECLINE_COURTESY.has(words[at] ?? '')) return false;
    at = Math.max(end, at + 1);
  }
  return !words.every((word) => DECLINE_COURTESY.has(word));
};

/** Tests whether a text in comparable form is a driving reply in its owner's own words: hands on the wheel, and an answer later. */
const isOwnDrivingReply = (said: string): boolean => AT_THE_WHEEL.test(said) && PROMISED_LATER.test(said);

const isOffice = (said: string): boolean =>
  (OFFICE_THANKS.test(said) && OFFICE_ABSENCE.test(said)) ||
  CLOSED_HOURS.test(said) ||
  (VACATION.test(said) && REFERRAL.test(said));

/** Returns how surely a phone, a car or an office line sent this text by itself; null for the words of a person. */
export const automaticReplyOf = (body: string): AutomaticReply | null => {
  const { words, isSignedByCar } = withoutSignature(body);
  const said = comparable(words);
  if (AUTOMATIC_SIGNS.some((pattern) => pattern.test(said)) || isOffice(said)) return 'certain';
  const isDriving = isDrivingReply(said);
  if (isDriving && (isSignedByCar || PROMISE.test(said))) return 'certain';
  if (isDriving || (said !== '' && isQuickDecline(said)) || isOwnDrivingReply(said)) return 'likely';
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
