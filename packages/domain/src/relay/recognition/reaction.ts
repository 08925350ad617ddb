import { comparable, readable } from './comparable-text.ts';
import {
  AFTER_QUOTE,
  EMOJI_PREPOSITION,
  NAMED_REACTIONS,
  REACTION_NAMES,
  REACTION_OBJECT,
  REACTION_VERBS,
  REMOVING,
  type ReactionTone,
} from './reaction-wordings.ts';

/**
 * A reaction that a phone reports as a text. `quote` is the text that it is about, without its end where the phone cut it; empty for
 * a picture. `isRemoved`: it takes a reaction back. `isApproving`: it says "I have seen this".
 */
export type Reaction = { tone: ReactionTone; isRemoved: boolean; isApproving: boolean; quote: string };

/** The words of a reaction before its quote, as far as they were read. `rest` is what follows them. */
type Lead = { tone: ReactionTone; isRemoved: boolean; rest: string };

const EMOJI =
  '(?:\\p{RI}\\p{RI}|[0-9#*]\\uFE0F?\\u20E3|\\p{Extended_Pictographic}[\\uFE0F\\u200D\\p{Emoji_Modifier}\\p{Extended_Pictographic}]{0,12})';
/** A reaction by name: an emoji, a name in quotes, `a like`, `la mention « Adore »`, `the 😂 reaction`. */
const NAME = `(?<name>(?:the )?${EMOJI}(?: reaction)?|(?:(?:a|an|son|un|une|una|uma|o|a|ein|eine|des|el|la|su) )?(?:«[^«»]{1,30}»|„[^„“]{1,30}“|“[^“”]{1,30}”|[\\p{L}’' ]{1,40}?))`;

const VERBS = REACTION_VERBS.map(
  ([tone, words]) => [tone, new RegExp(`^(?:${words}) (?=[“"«„»'‘]|\\p{L}|[0-9])`, 'iu')] as const,
);
const NAMED = NAMED_REACTIONS.map((words) => new RegExp(`^${words.replace('NAME', NAME)} ?(?=[“"«„»'‘]|\\p{L})`, 'iu'));
const LEADING_EMOJI = new RegExp(`^${EMOJI}`, 'u');
const WHOLE_EMOJI = new RegExp(`^ ?(?:${EMOJI}){1,3}(?=$|[“«„])`, 'u');
/** Google's form: zero-width spaces round the emoji; zero-width non-joiners when the reaction is taken back. */
const MARKED_EMOJI = new RegExp(
  `^[^“"«„\\u200b\\u200c]{0,40}(?<mark>[\\u200b\\u200c])(?<emoji>${EMOJI})[\\u200b\\u200c][^“"«„]{0,30}`,
  'u',
);
/** Characters that Google Messages and gateways put around the parts, and spaces other than the usual one. */
const MARKS = /[\u200b\u200c\u200e\u200f\u2060\u2066-\u2069\u202a-\u202e\ufeff]/g;
const ODD_SPACES = /[^\S\n]/g;

const toneOf = (name: string): ReactionTone => {
  const said = comparable(name);
  return REACTION_NAMES.find(([, pattern]) => pattern.test(said))?.[0] ?? 'other';
};

const byVerb = (text: string): Lead | null => {
  for (const [tone, pattern] of VERBS) {
    const match = pattern.exec(text);
    if (match) return { tone, isRemoved: false, rest: text.slice(match[0].length) };
  }
  return null;
};

/** True for names that phones use: an emoji, a name in quotes, or words that name a known reaction. */
const isReactionName = (name: string): boolean =>
  !/^[\p{L}’' ]+$/u.test(name) || toneOf(name) !== 'other' || /sticker|photomoji|memoji|reac|figurinha/i.test(name);

const byName = (text: string): Lead | null => {
  for (const pattern of NAMED) {
    const match = pattern.exec(text);
    const name = match?.groups?.['name'] ?? match?.groups?.['dropped'];
    if (!match || name === undefined || !isReactionName(name)) continue;
    return { tone: toneOf(name), isRemoved: REMOVING.test(text), rest: text.slice(match[0].length) };
  }
  return null;
};

const byEmoji = (text: string): Lead | null => {
  const [emoji] = LEADING_EMOJI.exec(text) ?? [];
  const preposition = emoji === undefined ? null : EMOJI_PREPOSITION.exec(text.slice(emoji.length));
  if (emoji === undefined || !preposition) return null;
  const rest = text.slice(emoji.length + preposition[0].length);
  return { tone: toneOf(emoji), isRemoved: preposition.groups?.['removed'] !== undefined, rest };
};

const CLOSERS: Readonly<Record<string, string>> = {
  '“': '”',
  '„': '“”',
  '«': '»',
  '»': '«',
  '‘': '’',
  '"': '"',
  "'": "'",
};

/** Returns the end of the quote that a text begins with: the index after its last quotation mark. Null: the text has other words. */
const quoteEnd = (text: string): number | null => {
  const opener = text[0] ?? '';
  const closers = CLOSERS[opener];
  if (closers === undefined) return null;
  if (opener === closers) {
    if (text.length > 1 && text.trimEnd().endsWith(opener)) return text.trimEnd().length;
    return opener === '"' && !text.slice(1).includes('"') ? text.length : null;
  }
  let depth = 0;
  for (let i = 0; i < text.length; i += 1) {
    const character = text[i] ?? '';
    if (character === opener && !(i > 0 && closers.includes(character))) depth += 1;
    else if (closers.includes(character)) depth -= 1;
    if (depth === 0) return i + 1;
  }
  // The phone cut the quote, or its end was lost on the way.
  return text.length;
};

/** Reads one reaction at the begin of a text. `rest` is what follows it. */
const readOne = (text: string): (Omit<Reaction, 'isApproving'> & { rest: string }) | null => {
  const lead = byName(text) ?? byVerb(text) ?? byEmoji(text);
  if (lead && REACTION_OBJECT.test(lead.rest)) return { ...lead, quote: '', rest: '' };
  const quoted = lead?.rest ?? text;
  const end = quoteEnd(quoted);
  if (end === null) return null;
  const quote = quoted
    .slice(1, end)
    .replace(/[”“»«"'’]$/u, '')
    .trim();
  const rest = quoted.slice(end);
  const after = AFTER_QUOTE.exec(rest);
  if (after) {
    const { refused, added, removed } = after.groups ?? {};
    if (!lead && added === undefined) return null;
    const tone = refused ? 'no' : added === undefined ? (lead?.tone ?? 'other') : toneOf(added);
    return { tone, isRemoved: removed !== undefined, quote, rest: rest.slice(after[0].length).trim() };
  }
  if (lead) return { tone: lead.tone, isRemoved: lead.isRemoved, quote, rest: rest.trim() };
  const [emoji] = WHOLE_EMOJI.exec(rest) ?? [];
  return emoji === undefined
    ? null
    : { tone: toneOf(emoji), isRemoved: false, quote, rest: rest.slice(emoji.length).trim() };
};

/** Reads Google's form with its zero-width characters, in any language. */
const readMarked = (text: string): Omit<Reaction, 'isApproving'> | null => {
  const match = MARKED_EMOJI.exec(text);
  const { mark, emoji } = match?.groups ?? {};
  if (!match || mark === undefined || emoji === undefined) return null;
  const quoted = text.slice(match[0].length).replace(MARKS, '').replace(ODD_SPACES, ' ').trim();
  const end = quoteEnd(quoted);
  if (end === null || quoted.slice(end).trim() !== '') return null;
  const quote = quoted
    .slice(1, end)
    .replace(/[”“»«"'’]$/u, '')
    .trim();
  return { tone: toneOf(emoji), isRemoved: mark === '\u200c', quote };
};

/** Reads a text that consists of reactions, of which the last one counts. */
const readAll = (text: string): Omit<Reaction, 'isApproving'> | null => {
  let last: Omit<Reaction, 'isApproving'> | null = null;
  for (let rest = text; rest !== ''; ) {
    const one = readOne(rest);
    if (!one) return null;
    last = { tone: one.tone, isRemoved: one.isRemoved, quote: one.quote };
    rest = one.rest;
  }
  return last;
};

/**
 * Returns the reaction that a text is, in the form that phones send to phones which cannot show reactions (`Liked “…”`), else null.
 * A text with further words is not a reaction: `Loved “See you” but use the side gate`.
 */
export const reactionOf = (body: string): Reaction | null => {
  const raw = readable(body).trim();
  const plain = raw.replace(MARKS, '').replace(ODD_SPACES, ' ').trim();
  const read = readMarked(raw) ?? readAll(plain);
  if (!read) return null;
  return { ...read, isApproving: !read.isRemoved && (read.tone === 'yes' || read.tone === 'emphasis') };
};
