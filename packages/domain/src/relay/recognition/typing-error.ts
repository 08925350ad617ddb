/** Keywords that opt out and that people often mistype. */
const KEYWORDS = ['stop', 'unsubscribe'] as const;

/** Words that are one letter away from STOP, and mean something else. */
const OTHER_WORDS: ReadonlySet<string> = new Set(
  'step|stops|shop|top|sop|slop|stow|swop|stomp|strop|atop|stoup|estop|ston'.split('|'),
);

/** Returns the place of the first letter in which two words differ. */
const firstDifference = (a: string, b: string): number => {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
};

/** Tests whether one letter more, less or other, or two neighbours in the wrong order, make one word of another. */
export const isOneErrorAway = (word: string, target: string): boolean => {
  const at = firstDifference(word, target);
  if (word === target) return false;
  const rest = (text: string, from: number): string => text.slice(at + from);
  if (rest(word, 1) === rest(target, 0) || rest(word, 0) === rest(target, 1) || rest(word, 1) === rest(target, 1))
    return true;
  return word[at] === target[at + 1] && word[at + 1] === target[at] && rest(word, 2) === rest(target, 2);
};

/**
 * Tests whether a word is STOP or UNSUBSCRIBE with a typing error: `stpo`, `atop` aside. Carriers obey the exact word only.
 * @param word in comparable form
 */
export const isMistypedKeyword = (word: string): boolean => {
  const once = word.replace(/([a-z])\1+/g, '$1');
  return !OTHER_WORDS.has(word) && KEYWORDS.some((keyword) => once === keyword || isOneErrorAway(once, keyword));
};
